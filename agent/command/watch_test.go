package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
)

// enabled is the bench with rules and a laser that is on since now.
func enabled(t *testing.T) *bench {
	b := onBench(t, withRules(t))
	time.Sleep(time.Second)
	b.reads(0.1)
	if _, err := b.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
		t.Fatal(err)
	}
	b.actors["laser"].with(func(a *actor) { a.wire = nil })
	return b
}

// lasts lets time pass while the laser is heard each second, or is not.
func (b *bench) lasts(d time.Duration, heard bool) {
	for end := b.clock.Up() + d; b.clock.Up() < end; {
		time.Sleep(min(time.Second, end-b.clock.Up()))
		if heard {
			b.heard("laser")
		}
	}
}

// heard reads a device as its loop does.
func (b *bench) heard(name string) {
	b.env.Fleet.Find(name).ConfirmIdle(b.t.Context())
}

// Why a laser that is on is halted by whoever watches it; "" for one that is not.
func TestALaserIsWatched(t *testing.T) {
	minute := time.Minute
	for what, c := range map[string]struct {
		do   func(*bench)
		why  string
		trip bool // of its max_on
	}{
		"on for less than max_on":   {func(b *bench) { b.lasts(minute-time.Microsecond, true) }, "", false},
		"on for max_on":             {func(b *bench) { b.lasts(minute, true) }, "on for max_on, 1m0s", true},
		"not heard for its time":    {func(b *bench) { b.lasts(5*time.Second, false) }, "", false},
		"not heard for longer":      {func(b *bench) { b.lasts(5*time.Second+time.Microsecond, false) }, "on and not heard for 5s", false},
		"on under a halt":           {func(b *bench) { b.Latch("agent halt") }, "found on: agent halt", false},
		"on under a rule":           {func(b *bench) { b.latches["beam"].Tripped, b.latches["beam"].Why = true, "5 Pa" }, "found on: rule beam: 5 Pa", false},
		"on under a rule of others": {func(b *bench) { b.latches["pump"].Tripped = true }, "", false},
		"on under a rule that is bypassed": {func(b *bench) {
			b.latches["beam"].Tripped, b.latches["beam"].Bypass.Until = true, time.Hour
		}, "", false},
		"on under its max_on": {func(b *bench) { b.latches[maxOnPrefix+"laser"] = &rules.Latch{Tripped: true, Why: "on for 1m"} }, "found on: rule \"" + maxOnPrefix + "laser\" forbids it: on for 1m; clear it first", true},
		"off": {func(b *bench) {
			b.Command(b.t.Context(), order("laser", "enabled", 0))
			b.actors["laser"].wire = nil
			b.Latch("agent halt")
			b.lasts(minute, false)
		}, "", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := enabled(t)
			c.do(b)
			i := b.env.Fleet.Find("laser")
			for range 3 {
				b.watchLaser(i)
			}
			synctest.Wait()
			want := []string{"halt"}
			if c.why == "" {
				want = nil
			}
			if sent := b.actors["laser"].sent(); !slices.Equal(sent, want) || b.Tripped(maxOnPrefix+"laser") != c.trip {
				t.Errorf("%s: sent %q, tripped %t; want %q, %t", what, sent, b.Tripped(maxOnPrefix+"laser"), want, c.trip)
			}
			all := b.events("commands_total")
			if last := all[len(all)-1]; c.why != "" && !strings.Contains(last.Note, "why="+buffer.Quoted(c.why)) {
				t.Errorf("%s: told %s, want %s", what, last.Note, c.why)
			}
			if n := len(b.trips()); c.trip && strings.HasPrefix(c.why, "on for") && n != 1 {
				t.Errorf("%s: %d trips told, want one", what, n)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // never heard since the start
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{laser("laser"), valve("V1")}})
		b.present.Set("laser", nil)
		fresh := device.New(b.env.Fleet.Env, b.plan.Devices[0], nil, nil)
		time.Sleep(time.Hour)
		b.watchLaser(fresh)
		b.watchLaser(b.env.Fleet.Find("V1"))
		synctest.Wait()
		if n := len(b.trips()) + len(b.events("commands_total")); n != 0 {
			t.Errorf("a laser that was never heard, and a valve: %d events, want none", n)
		}
	})
}

// What is halted without being waited for: what acts and does not hold.
func TestWhatIsHaltedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := withRules(t)
		p.Devices[1].Moves[0].Idle = 1 // it rests open, and holds
		b := onBench(t, p)
		for _, name := range []string{"V1", "V2", "laser", "gauge", "V9"} {
			b.Halter.later(b.env.Fleet.Find(name), jr, "asked for")
		}
		if !b.env.Fleet.Find("V1").PendingHalt() {
			t.Error("a halt that is not made yet is not pending")
		}
		synctest.Wait()
		for name, want := range map[string]int{"V1": 1, "V2": 0, "laser": 1, "gauge": 0} {
			if n := len(b.actors[name].sent()); n != want {
				t.Errorf("%s was sent %d halts, want %d", name, n, want)
			}
		}
	})
}

// A halt that could not be sent is tried again each second, and what is looked at again and again begins no other meanwhile.
func TestAHaltThatIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		i := b.env.Fleet.Find("laser")
		b.actors["laser"].haltErr = drivers.ErrTimeout
		b.Halter.once(i, "silence", "not heard")
		b.Halter.once(i, "silence", "not heard")
		synctest.Wait()
		b.Halter.once(i, "silence", "not heard")
		b.Halter.again(i)
		synctest.Wait()
		if n := len(b.events("commands_total")); n != 1 {
			t.Errorf("%d halts told, want the first", n)
		}
		b.actors["laser"].haltErr = nil
		time.Sleep(time.Second - time.Microsecond)
		b.Halter.again(i)
		synctest.Wait()
		if sent := b.actors["laser"].sent(); len(sent) != 0 {
			t.Errorf("before a second sent %q", sent)
		}
		time.Sleep(time.Microsecond)
		b.Halter.again(i)
		synctest.Wait()
		if sent := b.actors["laser"].sent(); len(sent) != 1 || i.PendingHalt() {
			t.Errorf("after a second sent %q, pending %t; want the halt", sent, i.PendingHalt())
		}
		all := b.events("commands_total")
		if last := all[len(all)-1]; !strings.Contains(last.Note, "via=silence") || !strings.Contains(last.Note, `why="not heard"`) {
			t.Errorf("told %s, want who asked first and why", last.Note)
		}
	})
}

// What became of each device of a HALT: it is in exactly one list.
func TestWhatBecomesOfAHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := valve("foreline") // which rests open, and holds
		open.Moves[0].Idle = 1
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{valve("V6"), valve("V1"), valve("V2"), valve("V3"), valve("V4"), planned("gauge", ""), valve("V5"), open}})
		b.actors["V2"].haltErr = errors.New("cable is out")
		b.actors["V3"].deaf = true
		b.actors["V3"].shows["open"] = 1
		r := b.Halter.Each(t.Context(), func(i *device.Device) bool { return i.Name != "V4" }, func(ctx context.Context, i *device.Device) error {
			if i.Name == "V5" {
				panic("a driver's bug")
			}
			return b.Halter.One(ctx, i, jr, "asked for")
		})
		if !slices.Equal(r.Halted, []string{"V1", "V6"}) || !slices.Equal(r.Holding, []string{"V4", "foreline"}) || len(r.Failed) != 2 || !strings.Contains(r.Failed["V2"], "cable is out") ||
			!strings.Contains(r.Failed["V5"], "a driver's bug") || len(r.Unconfirmed) != 1 || r.Unconfirmed["V3"] != "open is 1" {
			t.Errorf("result = %+v", r)
		}
	})
}

// Who may stop one device, and which.
func TestWhoMayStopADevice(t *testing.T) {
	for _, c := range []struct {
		by     buffer.Principal
		device string
		want   string
	}{
		{jr, "V1", ""}, {stopper, "V1", ""}, {reader, "V1", "right"}, {only(jr, "V2.*"), "V1", ""}, {only(buffer.Principal{Name: "x", Rights: []string{buffer.RightAdmin}}, "V2.*"), "V1", "right"},
		{jr, "gauge", "unavailable"}, {stopper, "V9", "unavailable"}, {reader, "V9", "unknown"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, withRules(t))
			b.locks["V1"] = lock{by: "kl", both: true}
			err := b.Stop(t.Context(), c.by, c.device)
			halts := 0
			if a := b.actors[c.device]; a != nil {
				halts = len(a.sent())
			}
			if reasonIn(err) != c.want || (halts == 1) != (c.want == "") {
				t.Errorf("%s stops %s: %v, %d halts; want %q", c.by.Name, c.device, err, halts, c.want)
			}
			if n := len(b.events("commands_refused_total")); (n == 1) != (c.want == "right") {
				t.Errorf("%s stops %s: %d refusals told", c.by.Name, c.device, n)
			}
		})
	}
}

// What the supervisor looks at, ten times a second, and what it leaves behind.
func TestTheSupervisorLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		b.reads(0.1)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Supervise(ctx) }()
		synctest.Wait()
		if up := b.Progress.Load(); up != int64(b.clock.Up()) {
			t.Errorf("progress at the start = %v", up)
		}
		b.actors["V2"].with(func(a *actor) { a.haltErr = drivers.ErrTimeout })
		b.Halter.One(t.Context(), b.env.Fleet.Find("V2"), jr, "asked for")
		b.actors["V2"].with(func(a *actor) { a.haltErr = nil })
		b.Hold(t.Context(), buffer.HoldRequest{By: jr, Device: "V1", For: 2 * time.Second})
		b.puts(5)
		b.Refused(reader, "V1", "open")
		b.Refused(reader, "V1", "open")
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if !b.Tripped("beam") || !b.AlarmState("leak").Active || b.Progress.Load() != int64(b.clock.Up()) {
			t.Errorf("after 100 ms: tripped %t, alarm %+v, progress %v; want it all seen", b.Tripped("beam"), b.AlarmState("leak"), b.Progress.Load())
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if due, held := b.actors["V2"].sent(), b.actors["V1"].sent(); !slices.Equal(due, []string{"halt"}) || !slices.Equal(held, []string{"halt"}) {
			t.Errorf("after 3 s V2 was sent %q, V1 %q; want the halt that was owed, and that of the hold", due, held)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(b.events("commands_refused_again_total")); n != 1 {
			t.Errorf("%d refusals told again after a minute, want one", n)
		}
		b.Refused(reader, "V1", "open")
		b.Refused(reader, "V1", "open")
		cancel()
		if err := <-done; err != nil || len(b.events("commands_refused_again_total")) != 2 {
			t.Errorf("at the end %v, %d refusals told again; want the rest", err, len(b.events("commands_refused_again_total")))
		}
	})
}

func TestTheSupervisorWatchesLasers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := enabled(t)
		b.work.Start("supervisor", b.Supervise)
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if sent := b.actors["laser"].sent(); !slices.Equal(sent, []string{"halt"}) {
			t.Errorf("a laser that is not heard for 6 s was sent %q, want a halt", sent)
		}
	})
}

// A rule that clears itself is told to, once it was good for a minute.
func TestARuleThatClearsItselfIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.plan.Rules[1].ClearsItself = true
		b.reads(5)
		b.reads(0.1)
		time.Sleep(time.Minute)
		b.judgeRules()
		all := b.events("interlock_tripped")
		if last := all[len(all)-1]; len(all) != 3 || last.Labels.Value("rule") != "pump" || last.Value != 0 || last.Status != "cleared" || last.Note != `why="good for 1m0s"` || last.Severity != buffer.Warning {
			t.Errorf("told %+v, want that pump is cleared", all)
		}
	})
}
