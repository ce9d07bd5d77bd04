package main

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
)

// The keys trust_loopback and frame_ancestors reach the server.
func TestLoopbackAndFramesAsConfigured(t *testing.T) {
	for _, trusted := range []*bool{nil, new(true), new(false)} {
		h := quietAgent(nil)
		c := &h.plan().Config.Agent
		c.TrustLoopback, c.FrameAncestors = trusted, []string{"https://grafana.lab"}
		r, w := httptest.NewRequest("GET", "/status", nil), httptest.NewRecorder()
		r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:5000"
		h.newServer(slog.New(slog.NewTextHandler(io.Discard, nil)), "").Handler().ServeHTTP(w, r)
		want := 200
		if trusted != nil && !*trusted {
			want = 401
		}
		if w.Code != want || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors https://grafana.lab;") {
			t.Errorf("trust_loopback %v: %d with %s, want %d and grafana's frames", trusted, w.Code, w.Header(), want)
		}
	}
}
