package telemetry

import (
	"net/http"
	"testing"
)

func TestBypassOfARule(t *testing.T) {
	for _, c := range []struct {
		token, body string
		code        int
		want        string
	}{
		{"admin", `{"for":"2h","reason":"dead gauge"}`, http.StatusOK, `bypass rule chamber pressure for 2h0m0s reason "dead gauge" by boss`},
		{"admin", `{"drop":true}`, http.StatusOK, `bypass rule chamber pressure for 0s reason "" by boss`},
		{"admin", ``, http.StatusBadRequest, ""},
		{"admin", `{"reason":"dead gauge"}`, http.StatusBadRequest, ""},
		{"admin", `{"for":"2h","drop":true}`, http.StatusBadRequest, ""},
		{"admin", `{"for":"2h","value":1}`, http.StatusBadRequest, ""},
		{"command", `{"for":"2h","reason":"dead gauge"}`, http.StatusForbidden, ""},
	} {
		s, bench := newTestServer()
		w := s.ask(t, "POST", "/rules/chamber%20pressure/bypass", c.body, token(c.token))
		if w.Code != c.code || bench.last() != c.want {
			t.Errorf("%s with %s = %d %s, asked %q; want %d, %q", c.token, c.body, w.Code, w.Body, bench.last(), c.code, c.want)
		}
	}
}
