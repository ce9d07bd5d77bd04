package pychron

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Vector 25: the lease lapses 60 s after the last Ping, and not at 59; each of set, clear and lapse is an event.
func TestLeaseOfAFlag(t *testing.T) {
	f := valvesABC(Closed)
	simulated(t, f, func(t *testing.T, h *handler) {
		is := func(when, want string) {
			t.Helper()
			if got := h.answer(t.Context(), pc, "Read BoneFlag"); got != want {
				t.Errorf("%s: Read BoneFlag = %q, want %q", when, got, want)
			}
		}
		h.answer(t.Context(), mac, "Set BoneFlag 1")
		time.Sleep(59 * time.Second)
		is("59 s after the set", "1")
		h.answer(t.Context(), mac, "Ping BoneFlag")
		time.Sleep(59 * time.Second)
		is("59 s after the Ping", "1")
		time.Sleep(2 * time.Second)
		is("61 s after the Ping", "0")
		h.answer(t.Context(), mac, "Set BoneFlag 1")
		h.answer(t.Context(), mac, "Set BoneFlag 0")
		var got []string
		for _, e := range f.noted("flag_is_set") {
			got = append(got, e.Status)
			if !strings.Contains(e.Note, "who=pychron@10.0.0.2") {
				t.Errorf("event %+v, want the address of the holder", e)
			}
		}
		if want := []string{"set", "lapsed: no Ping for 1m0s", "set", "cleared"}; !slices.Equal(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

// Nobody asks, and the lapse is an event all the same, 5 s late at most.
func TestLapseIsNoticedWhileNobodyAsks(t *testing.T) {
	f := valvesABC(Closed)
	simulated(t, f, func(t *testing.T, h *handler) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); h.flags.run(ctx) }()
		h.answer(t.Context(), mac, "Set BoneFlag 1")
		time.Sleep(flagLease + flagCheck)
		if e := f.noted("flag_is_set"); len(e) != 2 || e[1].Value != 0 {
			t.Errorf("events %+v, want the set and the lapse", e)
		}
		cancel()
		<-done
	})
}

// Two clients: the second waits for the flag, takes it, and the first one's clear would end it, as at Pychron's server.
func TestTwoClientsShareALine(t *testing.T) {
	simulated(t, valvesABC(Closed), func(t *testing.T, h *handler) {
		for _, step := range []struct {
			by            Client
			request, want string
		}{
			{mac, "Read LineFlag", "0"}, {mac, "Set LineFlag 1", "OK"}, {pc, "Read LineFlag", "1"}, {pc, "GetValveOwners", "10.0.0.2-A,B:C"},
			{mac, "Set LineFlag 0", "OK"}, {pc, "Read LineFlag", "0"}, {pc, "Set LineFlag on", "OK"}, {mac, "GetValveOwners", "10.0.0.3-A,B:C"},
		} {
			if got := h.answer(t.Context(), step.by, step.request); got != step.want {
				t.Errorf("%s: %s = %q, want %q", step.by.Address, step.request, got, step.want)
			}
		}
	})
}

// Vector 26.
func TestTimedFlagCountsDown(t *testing.T) {
	simulated(t, valvesABC(Closed), func(t *testing.T, h *handler) {
		if got := h.answer(t.Context(), mac, "Set PumpTimeFlag 3"); got != "OK" {
			t.Fatalf("Set PumpTimeFlag 3 = %q, want OK", got)
		}
		left, err := strconv.ParseFloat(h.answer(t.Context(), mac, "Read PumpTimeFlag"), 64)
		if err != nil || left < 2.9 || left > 3 {
			t.Errorf("at once: %v, %v; want 2.9 to 3", left, err)
		}
		time.Sleep(2 * time.Second)
		if got := h.answer(t.Context(), mac, "Read PumpTimeFlag"); got != "1.0" {
			t.Errorf("after 2 s: %q, want 1.0", got)
		}
		time.Sleep(1500 * time.Millisecond)
		if got := h.answer(t.Context(), mac, "Read PumpTimeFlag"); got != "0" {
			t.Errorf("after 3.5 s: %q, want 0", got)
		}
		if got := h.answer(t.Context(), mac, "Ping PumpTimeFlag"); got != "Complete" {
			t.Errorf("Ping after 3.5 s: %q, want Complete", got)
		}
	})
}
