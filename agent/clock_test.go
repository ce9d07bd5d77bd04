package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

func TestClockIsToldAtTheStartAndWhenItSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := quietAgent(nil)
		defer wallShift.Store(0)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- h.watchClock(ctx) }()
		time.Sleep(10 * time.Second)
		clocks := func() []buffer.Event { return h.picked(buffer.Audit, kind(buffer.Clock)) }
		if e := clocks(); len(e) != 1 || e[0].Value != 0 {
			t.Fatalf("clock events in 10 s = %+v, want one with no offset", e)
		}
		before := clocks()[0]
		const year = 365 * 24 * time.Hour
		wallShift.Store(int64(year))
		time.Sleep(2 * time.Second)
		e := clocks()
		if len(e) != 2 || e[1].Value != year.Seconds() || !strings.Contains(e[1].Note, "zero=2000-12-31") {
			t.Errorf("clock events after a jump = %+v, want a second one with offset %v s", e, year.Seconds())
		}
		if e[0] != before {
			t.Error("an event changed when the clock did")
		}
		if e[1].Up <= e[0].Up || e[1].Up > 13*time.Second {
			t.Errorf("up of the second event = %v, want about 11 s: the jump does not move it", e[1].Up)
		}
		stop()
		<-done
	})
}
