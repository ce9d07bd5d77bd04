package telemetry

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = address + ":5000" }
}

func TestWrongTokensWaitLongerAndLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestServer(func(o *ServerOptions) { o.Now = time.Now })
		try := func(address, secret string) (code int, took time.Duration) {
			began := time.Now()
			return s.ask(t, "GET", "/status", "", from(address), token(secret)).Code, time.Since(began)
		}
		for n, want := range []time.Duration{0, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond, 1600 * time.Millisecond, maxWait, maxWait} {
			if code, took := try("10.0.0.7", "guess"); code != 401 || took != want {
				t.Errorf("wrong token %d = %d after %v, want 401 after %v", n, code, took, want)
			}
		}
		if code, took := try("10.0.0.7", "reader"); code != 200 || took != 0 {
			t.Errorf("the right token = %d after %v, want 200 at once", code, took)
		}
		if code, took := try("10.0.0.8", "guess"); code != 401 || took != 0 {
			t.Errorf("another address = %d after %v, want 401 at once", code, took)
		}
		time.Sleep(triesForget + time.Second)
		if _, took := try("10.0.0.7", "guess"); took != 0 {
			t.Errorf("after %v of peace: %v, want at once", triesForget, took)
		}
	})
}

// Who tries many tokens side by side is not answered faster, and keeps nobody else out.
func TestTokensTriedSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestServer(func(o *ServerOptions) { o.Now = time.Now })
		for range 10 {
			s.ask(t, "GET", "/status", "", from("10.0.0.7"), token("guess"))
		}
		var wg sync.WaitGroup
		for range maxOwnWait {
			wg.Go(func() { s.ask(t, "GET", "/status", "", from("10.0.0.7"), token("guess")) })
		}
		synctest.Wait()
		if code := s.ask(t, "GET", "/status", "", from("10.0.0.7"), token("reader")).Code; code != http.StatusTooManyRequests {
			t.Errorf("one more of that address = %d, want 429 whatever its token is", code)
		}
		if code := s.ask(t, "GET", "/status", "", from("10.0.0.8"), token("reader")).Code; code != 200 {
			t.Errorf("another address = %d, want 200", code)
		}
		if code := s.ask(t, "POST", "/halt", "", from("127.0.0.1"), token("guess")).Code; code != 200 {
			t.Errorf("a halt on this machine = %d, want 200", code)
		}
		wg.Wait()
	})
}

func TestTheMemoryOfTriesIsBounded(t *testing.T) {
	now := start
	tries := newTries(func() time.Time { return now }, nil)
	for n := range 3 * maxTriers {
		now = now.Add(time.Millisecond)
		tries.count(fmt.Sprint("10.0.0.", n))
	}
	if len(tries.by) != maxTriers || tries.by["10.0.0.3071"] == nil || tries.by["10.0.0.0"] != nil {
		t.Errorf("%d addresses remembered, want the last %d", len(tries.by), maxTriers)
	}
}

func TestWhoIsNotLetInIsTold(t *testing.T) {
	var told []string
	s, _ := newTestServer(func(o *ServerOptions) {
		o.Denied = func(d Denial) {
			told = append(told, fmt.Sprintf("%s from %s: %s for %s", d.By.Name, d.From, d.Call, d.Reason))
		}
	})
	s.ask(t, "POST", "/rules/a/clear", "", token("reader"))
	s.ask(t, "POST", "/devices/V1/lock", "", remote)
	s.ask(t, "PUT", "/capture", "", remote, token("command"))
	s.ask(t, "GET", "/status", "", remote, token("guess"))
	s.ask(t, "POST", "/halt", "", with("Origin", "http://evil.example"))
	s.ask(t, "GET", "/status", "", remote) // who only wants to read and has no token at all is no news
	s.ask(t, "POST", "/halt", "")
	want := []string{
		"ro from 127.0.0.1: POST /rules/a/clear for right", " from 10.0.0.7: POST /devices/V1/lock for right", "jr from 10.0.0.7: PUT /capture for right",
		" from 10.0.0.7: GET /status for token", " from 127.0.0.1: POST /halt for origin",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
