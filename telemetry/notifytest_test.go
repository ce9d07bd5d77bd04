package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

func TestReceiversAreTested(t *testing.T) {
	receivers := func(_ context.Context, by buffer.Principal, name string) ([]buffer.NotifyResult, error) {
		switch name {
		case "":
			return []buffer.NotifyResult{{Receiver: "lab", Sent: true, Result: "sent to " + by.Name}, {Receiver: "mail", Result: "no answer"}}, nil
		case "lab":
			return []buffer.NotifyResult{{Receiver: "lab", Sent: true, Result: "sent to " + by.Name}}, nil
		}
		return nil, fmt.Errorf("receiver %q: %w; must be one of: lab, mail", name, buffer.ErrUnknown)
	}
	s, _ := newTestServer(func(o *ServerOptions) { o.NotifyTest = receivers })
	for _, c := range []struct {
		token, body string
		want        int
		says        string
	}{
		{"command", `{"receiver":"lab"}`, http.StatusOK, `{"results":[{"receiver":"lab","result":"sent to jr","sent":true}]}`},
		{"command", ``, http.StatusBadGateway, `{"error":"not sent: mail: no answer","results":[{"receiver":"lab",`},
		{"command", `{"receiver":"nobody"}`, http.StatusNotFound, `must be one of: lab, mail`},
		{"command", `{"name":"lab"}`, http.StatusBadRequest, `"error":"field`},
		{"reader", ``, http.StatusForbidden, `"error":"ro has not the right to command; it has: halt, ingest, read"`},
	} {
		if w := s.ask(t, "POST", "/notify-test", c.body, token(c.token)); w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s with %s = %d %s, want %d and %s", c.token, c.body, w.Code, w.Body, c.want, c.says)
		}
	}
	s, _ = newTestServer()
	if w := s.ask(t, "POST", "/notify-test", "", token("command")); w.Code != http.StatusNotFound {
		t.Errorf("where there are no receivers = %d, want 404", w.Code)
	}
}
