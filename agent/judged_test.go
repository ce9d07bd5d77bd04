package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

func TestStateFromBeforeACutIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: time.Minute} // it moves, and does not answer
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v), valvePlan("V2", &fake{}, "V1")})
		defer stop()
		synctest.Wait()
		v.with(func() { v.readTime = time.Hour })
		if r, err := h.commander.Command(t.Context(), order("V1", "open", 1)); r.Result != "unknown" || !errors.Is(err, buffer.ErrUnsettled) {
			t.Fatalf("Command = %+v, %v; want unknown", r, err)
		}
		if _, err := h.commander.Command(t.Context(), order("V2", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("opening V2 while nobody knows where V1 is = %v, want %v", err, buffer.ErrConflict)
		}
	})
}

func TestCommandIsNotSentAfterItsExpiryHoweverLongItWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: 3 * time.Second}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		go h.commander.Command(t.Context(), order("V1", "open", 1))
		time.Sleep(10 * time.Millisecond)
		late := order("V1", "open", 0)
		late.Expires = time.Now().Add(time.Second)
		if _, err := h.commander.Command(t.Context(), late); !errors.Is(err, buffer.ErrExpired) {
			t.Errorf("a command whose turn came after its expiry = %v, want %v", err, buffer.ErrExpired)
		}
		if sent := v.sent(); !slices.Equal(sent, []string{"open 1"}) {
			t.Errorf("sent %q, want nothing of the expired one", sent)
		}
	})
}

func TestRulesAreJudgedBeforeEverySetWhoeverElseLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		h := b.agent
		h.work = task.NewGroup(t.Context(), func(err error) { t.Error(err) }) // no supervisor looks
		loops, lines := task.NewGroup(t.Context(), h.work.Fail), task.NewGroup(t.Context(), h.work.Fail)
		h.fleet.Start(loops, lines, h.plan(), device.RealTransport(), func(*config.DevicePlan) bool { return true })
		time.Sleep(1500 * time.Millisecond)
		b.gauge.with(func() { b.gauge.readTime = time.Hour }) // its driver hangs, so that nothing is read and nothing fails
		time.Sleep(8 * time.Second)
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); !errors.Is(err, buffer.ErrConflict) || !h.commander.Tripped("pressure") {
			t.Errorf("enabling on a value that went stale = %v, tripped %t; want it refused by a trip", err, h.commander.Tripped("pressure"))
		}
		h.shutdown(loops, lines, "test")
	})
}

// slow is a valve that takes its time to say what it is.
type slow struct {
	*fake
	takes time.Duration
}

func (s *slow) Identify(ctx context.Context) (drivers.Identity, error) {
	var takes time.Duration
	s.with(func() { takes = s.takes })
	return drivers.Identity{}, task.Wait(ctx, takes)
}

func TestCommandIsJudgedAgainAfterItsDeviceWasIdentified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, l := &slow{fake: &fake{}}, newFakeLine()
		d := valvePlan("V1", v.fake)
		d.Every = time.Hour // no poll gets there first
		d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return v, nil }
		h, end := onLine(t, d, l)
		defer end()
		time.Sleep(time.Second)
		v.with(func() { v.takes = 3 * time.Second })
		out := h.fleet.All()
		if err := h.quiesce(out, noneEnds); err != nil { // so that the poll at the line's return does not identify it
			t.Fatal(err)
		}
		l.be(false)
		l.be(true)
		time.Sleep(time.Second)
		h.fleet.Resume(out)
		o := order("V1", "open", 1)
		o.Expires = time.Now().Add(time.Second)
		if _, err := h.commander.Command(t.Context(), o); !errors.Is(err, buffer.ErrExpired) || len(v.sent()) != 0 {
			t.Errorf("a command that expired while its device was identified = %v, sent %q; want %v and nothing", err, v.sent(), buffer.ErrExpired)
		}
	})
}

// maxWaiting is how many commands may wait for one device.
const maxWaiting = 64

func TestCommandsThatWaitAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: time.Second}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		for n := range maxWaiting {
			go h.commander.Command(t.Context(), order("V1", "open", float64(n%2)))
		}
		synctest.Wait()
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("one command more than may wait = %v, want %v", err, buffer.ErrConflict)
		}
		var closing sync.WaitGroup
		for range 5 * maxWaiting {
			closing.Go(func() {
				if r, err := h.commander.Command(t.Context(), order("V1", "open", 0)); err != nil || r.Value == nil || *r.Value != 0 {
					t.Errorf("closing behind the crowd = %+v, %v; the idle value is never refused", r, err)
				}
			})
		}
		closing.Wait()
		if sent := v.sent(); len(sent) > maxWaiting+1 || sent[len(sent)-1] != "open 0" {
			t.Errorf("%d commands were sent, the last %q; want at most %d, the last a close", len(sent), sent[len(sent)-1], maxWaiting+1)
		}
	})
}
