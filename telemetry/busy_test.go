package telemetry

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestBusyWhileARequestIsUnderWay(t *testing.T) {
	var log []string
	take := func(page bool) func() {
		log = append(log, fmt.Sprintf("page %v", page))
		return func() { log = append(log, "done") }
	}
	handler := busy(take, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { log = append(log, r.URL.Path) }))
	for _, c := range []struct{ path, accept, want string }{
		{"/status", "application/json", "[page true /status done]"},
		{"/metrics", "", "[page false /metrics done]"},
		{"/healthz", "", "[page false /healthz done]"},
		{"/events", "text/event-stream", "[/events]"},
	} {
		log = nil
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		r.Header.Set("Accept", c.accept)
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if got := fmt.Sprint(log); got != c.want {
			t.Errorf("%s: %s, want %s", c.path, got, c.want)
		}
	}
}
