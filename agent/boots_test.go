package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// bootsOf is the earlier starts that the status of an agent names.
func bootsOf(t *testing.T, h *agent) (out []string) {
	t.Helper()
	var s telemetry.StatusPayload
	if err := json.Unmarshal(h.status.Payload(true), &s); err != nil {
		t.Fatal(err)
	}
	for _, b := range s.Boots {
		out = append(out, fmt.Sprintf("%s audit=%d clean=%v journal=%v", b.Boot, b.Last["audit"], b.Clean, b.Journal))
	}
	return out
}

// A start that met no broker is named by the next ones, with what it recorded.
func TestEarlierStartsAreNamedInTheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		start := func(boot string) (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
			h.boot, h.boots = boot, []string{boot}
			return h, onState(t, dir, h)
		}
		report := func(h *agent, n int) {
			for range n {
				h.record(&buffer.Event{Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_clears_total", Value: 1, Status: "success"})
			}
		}
		h, end := start("b001")
		report(h, 3)
		end(true)
		first := h.lastSeqs()["audit"]

		h, end = start("b002")
		if got, want := bootsOf(t, h), fmt.Sprintf("b001 audit=%d clean=true journal=false", first); len(got) != 1 || got[0] != want {
			t.Errorf("boots = %q, want %q", got, want)
		}
		report(h, 2)
		time.Sleep(65 * time.Minute) // the numbers of a start are written every hour
		second := h.lastSeqs()["audit"]
		end(false) // a power cut

		h, end = start("b003")
		defer end(true)
		want := fmt.Sprintf("b002 audit=%d clean=false journal=false", second)
		if got := bootsOf(t, h); len(got) != 2 || got[1] != want || second < 2 {
			t.Errorf("boots = %q, want %q as the last", got, want)
		}
	})
}

func TestEarlierStartsAreBounded(t *testing.T) {
	h := quietAgent(nil)
	var saved savedBoots
	for i := range 3 * maxEarlierBoots {
		saved.Boots = append(saved.Boots, telemetry.BootStatus{Boot: fmt.Sprint(i)})
	}
	last := saved.Boots[len(saved.Boots)-1].Boot
	h.inJournal[last] = 7
	h.restoreBoots(saved)
	if n := len(h.earlier); n != maxEarlierBoots || h.earlier[n-1].Boot != last || h.earlier[n-1].Last["audit"] != 7 {
		t.Errorf("%d boots, the last %+v; want %d, and what the journal has", n, h.earlier[n-1], maxEarlierBoots)
	}
}
