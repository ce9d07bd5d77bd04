package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// floodAgent is an agent with a valve, a token "secret" of jr who may command and "look" of ro who may not, and its calls.
func floodAgent(t *testing.T) (h *agent, post func(token, from, path, body string) int, stop func()) {
	h, stop = testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{}), valvePlan("V2", &fake{}, "V1")})
	digits := func(token string) string { sum := sha256.Sum256([]byte(token)); return hex.EncodeToString(sum[:]) }
	h.plan().Config.Agent.Tokens = []config.TokenConfig{
		{Name: "jr", SHA256: digits("secret"), Rights: []string{buffer.RightCommand}}, {Name: "ro", SHA256: digits("look"), Rights: []string{buffer.RightRead}},
	}
	handler := h.newServer(slog.New(slog.NewTextHandler(io.Discard, nil)), "").Handler()
	synctest.Wait()
	return h, func(token, from, path, body string) int {
		r, w := httptest.NewRequest("POST", path, strings.NewReader(body)), httptest.NewRecorder()
		r.Host, r.RemoteAddr = "127.0.0.1", from+":5000"
		r.Header.Set("X-Pychron-Edge-Token", token)
		r.Header.Set("Content-Type", "application/json")
		handler.ServeHTTP(w, r)
		return w.Code
	}, stop
}

// live is how many bytes are in use.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// counted is how often something was refused for a reason: by the metric, and by the events with their counts.
func (a *agent) counted(t *testing.T, reason string) (metric, reported float64, events int) {
	for _, e := range a.picked(buffer.Audit, func(e *buffer.Event) bool {
		return strings.HasPrefix(e.Metric, "commands_refused") && e.Labels.Value("reason") == reason
	}) {
		reported += e.Value
		events++
	}
	families, err := a.metrics.Gatherer(&a.present).Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if strings.HasSuffix(f.GetName(), "commands_refused_total") && l.GetName() == "reason" && l.GetValue() == reason {
					metric += m.GetCounter().GetValue()
				}
			}
		}
	}
	return metric, reported, events
}

// 1 000 wrong tokens and 10 000 refusals: the one real command before them is still in the audit ring, everything is counted, and
// memory stays as it was.
func TestNoFloodOfRefusalsPushesACommandOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, post, stop := floodAgent(t)
		defer stop()
		if code := post("secret", "10.0.0.1", "/devices/V1/open", `{"value":1,"note":"the real one"}`); code != 200 {
			t.Fatalf("the command = %d", code)
		}
		before := live()
		for n := range 1000 {
			if code := post(fmt.Sprint("guess", n), fmt.Sprint("10.1.", n%10, ".", n%250), "/devices/V1/open", `{"value":1}`); code != 401 {
				t.Fatalf("wrong token %d = %d, want 401", n, code)
			}
		}
		for n := range 10_000 {
			token, want := "secret", 409
			if n%2 > 0 {
				token, want = "look", 403
			}
			if code := post(token, "10.0.0.1", "/devices/V2/open", fmt.Sprintf(`{"value":1,"note":"%d"}`, n)); code != want {
				t.Fatalf("refusal %d = %d, want %d", n, code, want)
			}
		}
		if grown := int64(live()) - int64(before); grown > 2<<20 {
			t.Errorf("%d KiB more in use, want memory to stay flat", grown>>10)
		}
		time.Sleep(2 * time.Minute) // what was counted is reported
		real := h.picked(buffer.Audit, func(e *buffer.Event) bool { return strings.Contains(e.Note, "the real one") })
		if len(real) != 1 || real[0].Metric != "commands_total" {
			t.Errorf("the real command = %+v, want it in the ring", real)
		}
		for reason, c := range map[string]struct {
			sum    float64
			events int
		}{"token": {1000, 200}, "interlock": {5000, 4}, "right": {5000, 4}} {
			if metric, reported, events := h.counted(t, reason); metric != c.sum || reported != c.sum || events > c.events {
				t.Errorf("refused for %s: %g by the metric and %g in %d events, want %g in at most %d", reason, metric, reported, events, c.sum, c.events)
			}
		}
	})
}

// Refusals of every kind, by callers that change their names, make a bounded number of events.
func TestRefusalsOfManyKindsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		synctest.Wait()
		for n := range 10_000 {
			by := buffer.Principal{Name: fmt.Sprint("caller", n%100), Via: "mqtt"}
			h.commander.Refused(by, "V1", fmt.Sprint("control", n))
		}
		metric, _, at := h.counted(t, "unknown")
		time.Sleep(61 * time.Second)
		if _, reported, events := h.counted(t, "unknown"); metric != 10_000 || reported != 10_000 || at > 65 || events > 2*65 {
			t.Errorf("%g by the metric, %g in %d events at once and %d in a minute, want 10000 in at most 65 and 130", metric, reported, at, events)
		}
	})
}

// One caller who is refused many things takes no room from the others.
func TestOneCallerLeavesRoomForTheRefusalsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		synctest.Wait()
		for n := range 1000 {
			h.commander.Refused(buffer.Principal{Name: "ro", Via: "http"}, "V1", fmt.Sprint("control", n))
		}
		if _, _, events := h.counted(t, "unknown"); events > 9 {
			t.Errorf("%d events of one caller at once, want at most 9", events)
		}
		h.commander.Refused(buffer.Principal{Name: "kl", Via: "http"}, "V1", "open")
		if _, _, events := h.counted(t, "right"); events != 1 {
			t.Errorf("%d events of another caller, want its own at once", events)
		}
	})
}

// The first wrong token of an address is reported with the address at once, what follows once a minute.
func TestWrongTokensAreToldWithTheirAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, post, stop := floodAgent(t)
		defer stop()
		began := time.Now()
		for range 50 {
			post("guess", "10.0.0.7", "/devices/V1/open", `{"value":1}`)
		}
		if took := time.Since(began); took < 80*time.Second || took > 100*time.Second {
			t.Errorf("50 wrong tokens took %v, want nearly 2 s for each", took)
		}
		reported := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("reason") == "token" })
		if len(reported) != 2 || !strings.Contains(reported[0].Note, "from=10.0.0.7") || reported[0].Value != 1 || !strings.Contains(reported[1].Note, "count=") {
			t.Errorf("events = %+v, want one at once with the address, and one a minute later with a count", reported)
		}
		began = time.Now()
		if code := post("secret", "10.0.0.7", "/devices/V1/open", `{"value":1}`); code != 200 || time.Since(began) > time.Second {
			t.Errorf("the right token = %d after %v, want 200 at once", code, time.Since(began))
		}
	})
}
