package telemetry

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Slow requests of one client, and of all, leave room for a halt.
func TestSlowRequestsLeaveRoomForAHalt(t *testing.T) {
	release := make(chan struct{})
	begun := make(chan struct{}, maxRequests)
	h := bounded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/devices/V1/open" {
			begun <- struct{}{}
			<-release
		}
	}))
	ask := func(path, from string) int {
		r, w := httptest.NewRequest("POST", path, nil), httptest.NewRecorder()
		r.RemoteAddr = from + ":5000"
		h.ServeHTTP(w, r)
		return w.Code
	}
	var slow sync.WaitGroup
	clients := []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}
	for _, from := range clients {
		for range maxClientRequests {
			slow.Go(func() { ask("/devices/V1/open", from) })
		}
		for range maxClientRequests {
			<-begun
		}
		if code := ask("/status", from); code != http.StatusTooManyRequests {
			t.Errorf("one request more of %s = %d, want 429", from, code)
		}
	}
	if code := ask("/status", "10.0.0.9"); code != http.StatusTooManyRequests {
		t.Errorf("one request more of all = %d, want 429", code)
	}
	for _, path := range []string{"/halt", "/healthz", "/metrics"} {
		if code := ask(path, "10.0.0.1"); code != 200 {
			t.Errorf("%s beside them = %d, want 200", path, code)
		}
	}
	close(release)
	slow.Wait()
	if code := ask("/status", "10.0.0.1"); code != 200 {
		t.Errorf("after them = %d, want 200", code)
	}
}

func TestClientsAreToldApart(t *testing.T) {
	for _, c := range []struct{ from, forwarded, want string }{
		{"10.0.0.7:50000", "", "10.0.0.7"},
		{"10.0.0.7:50000", "10.0.0.9", "10.0.0.7"}, // what it says of itself counts for nothing
		{"127.0.0.1:50000", "", "127.0.0.1"},
		{"127.0.0.1:50000", "1.2.3.4, 10.0.0.9", "10.0.0.9"}, // what the proxy here says counts
		{"127.0.0.1:50000", "somebody", "127.0.0.1"},
		{"[2001:db8:1:2:3::4]:50000", "", "2001:db8:1:2::/64"}, // a client has a whole network
		{"[::ffff:10.0.0.7]:50000", "", "10.0.0.7"},
		{"[fe80::1%eth0]:50000", "", "fe80::/64"},
		{"@", "", "@"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := clientOf(r); got != c.want {
			t.Errorf("client of %s for %q = %s, want %s", c.from, c.forwarded, got, c.want)
		}
	}
}

// inUse is how many places are taken.
func (c *capacity) inUse() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}
