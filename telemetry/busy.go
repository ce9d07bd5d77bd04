package telemetry

import (
	"net/http"
	"strings"
)

// busy tells of each request for as long as it is under way, but of a stream, which stays. take nil tells nobody.
func busy(take func(page bool) (done func()), next http.Handler) http.Handler {
	if take == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Accept"), "text/event-stream") {
			defer take(!machines[r.URL.Path])()
		}
		next.ServeHTTP(w, r)
	})
}

// machines are what programs ask again and again, with nobody looking.
var machines = map[string]bool{"/metrics": true, "/healthz": true, "/readyz": true}
