package command

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// What still moves is reserved until the last command for it has ended, and nothing is remembered of what does not.
func TestReservationsEndOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		me := rules.Ref{Device: "V1", Point: "open"}
		first, second := &job{command: order("V1", "open", 1)}, &job{command: order("V1", "open", 0)}
		b.moving[me], b.queued["V1"] = []*job{first, second}, 2
		b.release(first)
		if left := b.moving[me]; len(left) != 1 || left[0] != second || b.queued["V1"] != 1 {
			t.Errorf("one of two ended: %d move, %d wait; want the other", len(left), b.queued["V1"])
		}
		b.release(second)
		if len(b.moving) != 0 || len(b.queued) != 0 {
			t.Errorf("both ended: %v move, %v wait; want nothing", b.moving, b.queued)
		}
	})
}

const notOnDisk = "it would not survive a restart"

// A refusal of a command that may come again is on disk before it is told; one of a command that has no end, or no id, is not.
func TestRefusalsThatAreWritten(t *testing.T) {
	for id, c := range map[string]struct {
		ends time.Duration
		want bool
	}{"m1": {time.Hour, true}, "m2": {0, false}, "": {time.Hour, false}} {
		synctest.Test(t, func(t *testing.T) {
			b := storing(t)
			if err := b.Lock(t.Context(), buffer.LockRequest{By: buffer.Principal{Name: "kl", Via: "http", Rights: []string{buffer.RightCommand}}, Device: "V1"}); !errors.Is(err, buffer.ErrNotKept) { // nobody writes
				t.Fatal(err)
			}
			o := order("V1", "open", 1)
			o.ID = id
			if c.ends > 0 {
				o.Expires = b.clock.Now().Add(c.ends)
			}
			before := strings.Count(b.log.String(), notOnDisk)
			if _, err := b.Command(t.Context(), o); reasonIn(err) != "locked" {
				t.Fatalf("of a locked valve = %v", err)
			}
			// Nobody writes while the test runs, so that it is not on disk in time, and the log says so.
			if said := strings.Count(b.log.String(), notOnDisk) > before; said != c.want {
				t.Errorf("id %q that ends after %v: said to be not on disk %t, want %t", id, c.ends, said, c.want)
			}
			if _, known := b.restarted(false).seen.known[id]; known != c.want {
				t.Errorf("id %q that ends after %v: known to the next start %t, want %t", id, c.ends, known, c.want)
			}
		})
	}
}

// A shot that is half taken by either account is half taken.
func TestShotsOfAJournalAndOfTheStore(t *testing.T) {
	for _, c := range []struct{ journal, store, want rules.PipetteCount }{
		{rules.PipetteCount{Shots: 3, Half: true}, rules.PipetteCount{Shots: 5}, rules.PipetteCount{Shots: 5, Half: true}},
		{rules.PipetteCount{Shots: 7, Uncertain: 1}, rules.PipetteCount{Shots: 5, Half: true, Loaded: true}, rules.PipetteCount{Shots: 7, Uncertain: 1, Half: true, Loaded: true}},
		{rules.PipetteCount{Loaded: true}, rules.PipetteCount{Uncertain: 2}, rules.PipetteCount{Loaded: true, Uncertain: 2}},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, withRules(t))
			b.shots = map[string]rules.PipetteCount{"air": c.journal}
			b.restorePipettes(map[string]rules.PipetteCount{"air": c.store}, false)
			if got := b.shots["air"]; got != c.want {
				t.Errorf("journal %+v, store %+v = %+v, want %+v", c.journal, c.store, got, c.want)
			}
		})
	}
}

func TestAnAdministratorMayHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		admin := buffer.Principal{Name: "boss", Via: "http", Rights: []string{buffer.RightAdmin}}
		if _, err := b.Halt(t.Context(), admin); err != nil || b.Standing().Halted == nil {
			t.Errorf("Halt = %v, halted %v; want it done", err, b.Standing().Halted)
		}
	})
}

// What nobody has judged yet is not tripped.
func TestTrippingBeforeTheFirstJudgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		clear(b.latches)
		if what := b.Tripping(); what != "" {
			t.Errorf("Tripping = %q, want nothing", what)
		}
	})
}
