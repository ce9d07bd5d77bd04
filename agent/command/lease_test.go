package command

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// A hold that ran out has lapsed, also where somebody takes, renews or drops one before the supervisor has looked: the device is halted, and
// the new hold is told.
func TestHoldThatRanOutIsNotTakenOver(t *testing.T) {
	for name, c := range map[string]struct {
		by     buffer.Principal
		drop   bool
		events []string
	}{
		"by another":  {kl, false, []string{"laser hold", "laser hold"}},
		"by its own":  {jr, false, []string{"laser hold", "laser hold"}},
		"and dropped": {jr, true, []string{"laser hold", "laser release"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := onBench(t, threeDevices())
				hold := func(by buffer.Principal, drop bool) {
					t.Helper()
					if _, err := b.Hold(t.Context(), buffer.HoldRequest{By: by, Device: "laser", For: 2 * time.Second, Drop: drop}); err != nil {
						t.Fatal(err)
					}
				}
				hold(jr, false)
				time.Sleep(2 * time.Second)
				hold(c.by, c.drop)
				synctest.Wait()
				if sent := b.actors["laser"].sent(); !slices.Equal(sent, []string{"halt"}) {
					t.Errorf("sent %q, want the halt of the hold that ran out", sent)
				}
				recorded := slices.DeleteFunc(b.done(), func(what string) bool { return strings.HasSuffix(what, " halt") })
				if !slices.Equal(recorded, c.events) {
					t.Errorf("told %q, want %q", recorded, c.events)
				}
				if held := b.Standing().Devices["laser"].HeldBy; (held == "") != c.drop || !c.drop && held != c.by.Name {
					t.Errorf("held by %q, want %s, dropped %t", held, c.by.Name, c.drop)
				}
			})
		})
	}
}

// Clients that take and give up holds and locks all at once: the events, in their order, say who had what at every time, and the last one says
// what holds in the end.
func TestEventsOfHoldsAndLocksAreInOrder(t *testing.T) {
	b := onBench(t, threeDevices())
	var clients sync.WaitGroup
	for n := range 8 {
		by := buffer.Principal{Name: fmt.Sprint("client", n), Rights: []string{buffer.RightCommand}}
		clients.Go(func() {
			for range 50 {
				if _, err := b.Hold(t.Context(), buffer.HoldRequest{By: by, Device: "laser"}); err == nil {
					b.Hold(t.Context(), buffer.HoldRequest{By: by, Device: "laser", Drop: true})
				}
				if b.Lock(t.Context(), buffer.LockRequest{By: by, Device: "laser"}) == nil {
					b.Lock(t.Context(), buffer.LockRequest{By: by, Device: "laser", Unlock: true})
				}
			}
		})
	}
	clients.Wait()
	pairs := map[string]string{"hold": "release", "lock": "unlock"}
	for begin, end := range pairs {
		has, n := "", 0
		for _, e := range b.events("commands_total") {
			what, who := e.Labels.Value("control"), ""
			if _, rest, ok := strings.Cut(e.Note, "who="); ok {
				who, _, _ = strings.Cut(rest, " ")
			}
			switch {
			case what == begin && has != "" && has != who:
				t.Fatalf("%s by %s is told while %s has it", begin, who, has)
			case what == begin:
				has, n = who, n+1
			case what == end && has != who:
				t.Fatalf("%s by %s is told while %q has it", end, who, has)
			case what == end:
				has = ""
			}
		}
		if has != "" || n == 0 {
			t.Errorf("after %d of %s the last event is that of %q, and nobody has it", n, begin, has)
		}
	}
}
