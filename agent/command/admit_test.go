package command

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// threeDevices are two valves that never open together, and a laser.
func threeDevices() *config.Plan {
	return &config.Plan{Devices: []*config.DevicePlan{valve("V1", "V2"), valve("V2", "V1"), laser("laser")}}
}

func by(p buffer.Principal, device, control string, value float64) buffer.CommandRequest {
	c := order(device, control, value)
	c.By = p
	return c
}

// Who may command what, in which state: the word of a refusal, "" for a command that is let in.
func TestWhatIsLetIn(t *testing.T) {
	unsent := func(name string) func(*bench) {
		return func(b *bench) {
			b.Command(context.Background(), order(name, "open", 0)) // known, so that nothing comes before what is sent
			b.actors[name].haltErr = drivers.ErrTimeout
			b.env.Fleet.Find(name).HaltAndReport(context.Background(), jr, "asked for")
		}
	}
	lockedBy := func(p buffer.Principal, r buffer.LockRequest) func(*bench) {
		return func(b *bench) {
			r.By, r.Device = p, "V1"
			if err := b.Lock(context.Background(), r); err != nil {
				b.t.Error(err)
			}
		}
	}
	for _, c := range []struct {
		state string
		make  func(*bench)
		of    buffer.CommandRequest
		want  string
	}{
		{"anybody who may command", nil, order("V1", "open", 1), ""},
		{"who may only read", nil, by(reader, "V1", "open", 1), "right"},
		{"who may only read, to idle", nil, by(reader, "V1", "open", 0), "right"},
		{"who may only halt", nil, by(stopper, "V1", "open", 1), "right"},
		{"who may only halt, to idle", nil, by(stopper, "V1", "open", 0), ""},
		{"who may only halt other devices, to idle", nil, by(only(stopper, "V2.*"), "V1", "open", 0), "right"},
		{"who may command other devices", nil, by(only(jr, "V2.*"), "V1", "open", 1), "right"},
		{"who may command other devices, to idle", nil, by(only(jr, "V2.*"), "V1", "open", 0), "right"},
		{"who may command this one", nil, by(only(jr, "V1.*"), "V1", "open", 1), ""},
		{"outside, a laser", nil, by(outside(jr), "laser", "enabled", 1), "bench"},
		{"outside, a laser to idle", nil, by(outside(jr), "laser", "enabled", 0), ""},
		{"outside, a valve", nil, by(outside(jr), "V1", "open", 1), ""},
		{"inside, a laser", nil, order("laser", "enabled", 1), ""},
		{"no such device", nil, order("V9", "open", 1), "unknown"},
		{"no such value", nil, order("V1", "open", 2), "range"},
		{"another valve is open", func(b *bench) { b.actors["V2"].shows["open"] = 1; b.look() }, order("V1", "open", 1), "interlock"},
		{"another valve is open, to idle", func(b *bench) { b.actors["V2"].shows["open"] = 1; b.look() }, order("V1", "open", 0), ""},
		{"locked", lockedBy(kl, buffer.LockRequest{}), order("V1", "open", 1), "locked"},
		{"locked, to idle", lockedBy(kl, buffer.LockRequest{}), order("V1", "open", 0), ""},
		{"locked both ways, to idle", lockedBy(kl, buffer.LockRequest{Both: true}), order("V1", "open", 0), "locked"},
		{"owned by who asks", lockedBy(kl, buffer.LockRequest{Owner: "jr"}), order("V1", "open", 1), ""},
		{"owned by another", lockedBy(jr, buffer.LockRequest{Owner: "kl"}), order("V1", "open", 1), "locked"},
		{"a halt keeps everything at idle", func(b *bench) { b.Latch("halted") }, order("V1", "open", 1), "halted"},
		{"a halt keeps everything at idle, to idle", func(b *bench) { b.Latch("halted") }, order("V1", "open", 0), ""},
		{"a halt is not sent yet", unsent("V1"), order("V1", "open", 1), "halted"},
		{"a halt is not sent yet, to idle", unsent("V1"), order("V1", "open", 0), ""},
		{"a halt of another is not sent yet", unsent("V2"), order("V1", "open", 1), ""},
		{"the laser was on for too long", func(b *bench) { b.tripMaxOn(b.env.Fleet.Find("laser"), "on for max_on") }, order("laser", "enabled", 1), "interlock"},
		{"the laser was on for too long, to idle", func(b *bench) { b.tripMaxOn(b.env.Fleet.Find("laser"), "on for max_on") }, order("laser", "enabled", 0), ""},
		{"the laser was on for too long, a valve", func(b *bench) { b.tripMaxOn(b.env.Fleet.Find("laser"), "on for max_on") }, order("V1", "open", 1), ""},
		{"the last good configuration runs", func(b *bench) { b.Restrict("pins may have been swapped") }, order("V1", "open", 1), "configuration"},
		{"the last good configuration runs, to idle", func(b *bench) { b.Restrict("pins may have been swapped") }, order("V1", "open", 0), ""},
		{"the agent is stopping, to idle", func(b *bench) { b.Close() }, order("V1", "open", 0), "stopping"},
		{"not in operation", func(b *bench) { b.plan.Devices = append(b.plan.Devices, valve("V3")) }, order("V3", "open", 1), "unavailable"},
		{"a laser that is not in operation", func(b *bench) { b.plan.Devices = append(b.plan.Devices, laser("other")) }, order("other", "enabled", 1), "unavailable"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			if c.make != nil {
				c.make(b)
			}
			before := len(b.actors[c.of.Device].sentOrNil())
			_, err := b.Command(t.Context(), c.of)
			if got := reasonIn(err); got != c.want {
				t.Errorf("%s: %v, for %q; want %q", c.state, err, got, c.want)
			}
			if sent := b.actors[c.of.Device].sentOrNil(); c.want != "" && len(sent) != before {
				t.Errorf("%s: refused, and sent %q", c.state, sent)
			}
			refused := b.events("commands_refused_total")
			if c.want != "" && (len(refused) != 1 || refused[0].Labels.Value("reason") != c.want) || c.want == "" && len(refused) != 0 {
				t.Errorf("%s: refusals told = %+v, want one for %q", c.state, refused, c.want)
			}
		})
	}
}

// reserved is how many commands move a valve or wait to, by its control and by its device.
func (b *bench) reserved(valve string) (moving, queued int) {
	b.Commander.mu.Lock()
	defer b.Commander.mu.Unlock()
	return len(b.moving[rules.Ref{Device: valve, Point: "open"}]), b.queued[valve]
}

// sentOrNil is what was sent to an instrument that may not be there.
func (a *actor) sentOrNil() []string {
	if a == nil {
		return nil
	}
	return a.sent()
}

// reasonIn is the word of a refusal, "" for none.
func reasonIn(err error) string {
	if err == nil {
		return ""
	}
	return reasonOf(err)
}

func TestWhenACommandExpires(t *testing.T) {
	for after, want := range map[time.Duration]string{-time.Second: "expired", 0: "expired", time.Microsecond: "", time.Hour: ""} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			c := order("V1", "open", 1)
			c.Expires = b.clock.Now().Add(after)
			if _, err := b.Command(t.Context(), c); reasonIn(err) != want || want != "" && !errors.Is(err, buffer.ErrExpired) {
				t.Errorf("expires in %v: %v, want %q", after, err, want)
			}
		})
	}
}

// What waits for a device expires though it was let in, and also where the wall is put back meanwhile.
func TestWhatWaitsExpires(t *testing.T) {
	for _, back := range []time.Duration{0, time.Hour, -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			var shift atomic.Int64
			b.clock.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
			b.actors["V1"].takes, b.durable = 10*time.Second, errors.New("disk full")
			go b.Command(t.Context(), order("V1", "open", 1))
			synctest.Wait()
			c := order("V1", "open", 0)
			c.Expires = b.clock.Now().Add(5 * time.Second)
			done := make(chan error)
			go func() {
				_, err := b.Command(t.Context(), c)
				done <- err
			}()
			synctest.Wait()
			shift.Store(int64(-back))
			if err := <-done; !errors.Is(err, buffer.ErrExpired) || len(b.actors["V1"].sent()) != 1 {
				t.Errorf("put back by %v: %v, sent %q; want it expired and not sent", back, err, b.actors["V1"].sent())
			} else if errors.Is(err, buffer.ErrNotKept) {
				t.Errorf("put back by %v: %v, though what was refused has no event to wait for", back, err)
			}
			if refused := b.events("commands_refused_total"); len(refused) != 1 || refused[0].Labels.Value("reason") != "expired" {
				t.Errorf("put back by %v: refusals told = %+v, want one", back, refused)
			}
		})
	}
}

// A caller that leaves changes nothing: what it asked for is done, and it hears that the result is not known.
func TestACallerThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.actors["V1"].takes = time.Second
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if r, err := b.Command(ctx, order("V1", "open", 1)); !errors.Is(err, buffer.ErrUnsettled) || r.Result != "unknown" {
			t.Errorf("answer to who left = %+v, %v, want unknown", r, err)
		}
		time.Sleep(2 * time.Second)
		if sent := b.actors["V1"].sent(); len(sent) != 1 {
			t.Errorf("sent %q, want it done all the same", sent)
		}
	})
}

// What became of a command is told, with what it was before and how it reads back; its reservation ends with it.
func TestWhatIsToldOfACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		c := order("V1", "open", 1)
		c.Note, c.ID = "run 5", "m1"
		r, err := b.Command(t.Context(), c)
		if err != nil || r.Result != "success" || r.Value == nil || *r.Value != 1 || r.Boot != "b1" || r.Seq == 0 {
			t.Errorf("answer = %+v, %v; want success, 1, with where its event stands", r, err)
		}
		all := b.events("commands_total")
		if len(all) != 1 || all[0].Value != 1 || all[0].Severity != buffer.Info || all[0].Status != "success" || all[0].Labels.Value("result") != "success" {
			t.Fatalf("events = %+v, want one of a success", all)
		}
		for _, part := range []string{"who=jr", "old=0", "new=1", `why="run 5"`, "id=m1"} {
			if !strings.Contains(all[0].Note, part) {
				t.Errorf("note = %s, want %s in it", all[0].Note, part)
			}
		}
		if moving, queued := b.reserved("V1"); moving != 0 || queued != 0 {
			t.Errorf("reserved afterwards = %v, %v; want nothing", moving, queued)
		}
		b.actors["V1"].err = drivers.ErrRefused
		r, err = b.Command(t.Context(), order("V1", "open", 0))
		all = b.events("commands_total")
		if !errors.Is(err, buffer.ErrFailed) || r.Result != "failed" || len(all) != 2 || all[1].Severity != buffer.Error || all[1].Status == "success" {
			t.Errorf("of one that failed = %+v, %v, %+v; want failed and an error", r, err, all)
		}
	})
}

func TestADriverThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.actors["V1"].panics = true
		if _, err := b.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrFailed) {
			t.Errorf("answer = %v, want failed", err)
		}
		synctest.Wait()
		moving, queued := b.reserved("V1")
		if failed := b.events("failed"); len(failed) != 1 || moving != 0 || queued != 0 {
			t.Errorf("reported %+v, reserved %v, %v; want the panic told and nothing reserved", failed, moving, queued)
		}
	})
}

// An answer waits until its event is on disk, and says where it is not. What was refused has no event to wait for.
func TestAnswersThatAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.durable = errors.New("disk full")
		if r, err := b.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrNotKept) || r.Result != "success" {
			t.Errorf("answer = %+v, %v; want success, and that it is not kept", r, err)
		}
		if _, err := b.Command(t.Context(), order("V2", "open", 1)); errors.Is(err, buffer.ErrNotKept) || !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("refusal = %v, want it refused alone", err)
		}
		b.env.Durable = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		begun := time.Now()
		if _, err := b.Command(t.Context(), order("V1", "open", 0)); !errors.Is(err, buffer.ErrNotKept) || time.Since(begun) != 2*time.Second {
			t.Errorf("of a disk that hangs = %v after %v, want it not kept after two seconds", err, time.Since(begun))
		}
		b.env.Durable = nil
		if _, err := b.Command(t.Context(), order("V1", "open", 0)); err != nil {
			t.Errorf("without a journal = %v, want no error", err)
		}
	})
}

func TestIdleValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := threeDevices()
		p.Devices[0].Moves[0].Idle = 1
		b := onBench(t, p)
		for _, c := range []struct {
			device, control string
			idle            float64
			ok              bool
		}{{"V1", "open", 1, true}, {"V2", "open", 0, true}, {"V2", "shut", 0, false}, {"V9", "open", 0, false}} {
			if idle, ok := b.Idle(c.device, c.control); idle != c.idle || ok != c.ok {
				t.Errorf("idle of %s.%s = %v, %t; want %v, %t", c.device, c.control, idle, ok, c.idle, c.ok)
			}
		}
	})
}

// A queue that is full refuses what switches something on; what makes idle goes with the one that waits to do the same.
func TestAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{valve("V1"), valve("V2")}})
		b.actors["V1"].takes = time.Second
		answers := make(chan error, 2*queueLimit)
		ask := func(c buffer.CommandRequest) {
			go func() { _, err := b.Command(t.Context(), c); answers <- err }()
			synctest.Wait()
		}
		for n := range queueLimit {
			ask(order("V1", "open", float64((n+1)%2))) // the last is to idle
		}
		if _, got := b.reserved("V1"); got != queueLimit {
			t.Fatalf("%d wait, want %d", got, queueLimit)
		}
		if _, err := b.Command(t.Context(), order("V1", "open", 1)); reasonIn(err) != "busy" {
			t.Errorf("one more to open = %v, want busy", err)
		}
		ask(order("V1", "open", 0))
		if _, got := b.reserved("V1"); got != queueLimit {
			t.Errorf("%d wait after one more to close, want it with the last, %d", got, queueLimit)
		}
		if _, err := b.Command(t.Context(), order("V2", "open", 1)); reasonIn(err) == "busy" {
			t.Errorf("another device = %v, want it not to wait", err)
		}
		<-answers
		synctest.Wait()
		if moving, queued := b.reserved("V1"); moving != queueLimit-1 || queued != queueLimit-1 {
			t.Errorf("%d and %d reserved once the first is done, want the others", moving, queued)
		}
		for range queueLimit {
			if err := <-answers; err != nil {
				t.Errorf("answer = %v, want done", err)
			}
		}
		if sent := b.actors["V1"].sent(); len(sent) != queueLimit {
			t.Errorf("%d sent, want %d", len(sent), queueLimit)
		}
	})
}

// A rule is judged when a command is let in and once more before it is sent.
func TestARuleThatTripsWhileACommandWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := threeDevices()
		e, err := rules.CompileCondition("V2.open", rules.Catalogue{"V2": {"open": {Ref: rules.Ref{Device: "V2", Point: "open"}, StaleAfter: time.Minute}}})
		if err != nil {
			t.Fatal(err)
		}
		p.Rules = []*rules.Rule{{Name: "vent", When: e, Forbid: []rules.Ref{{Device: "laser", Point: "enabled"}}}}
		b := onBench(t, p)
		b.actors["laser"].takes = time.Second
		go b.Command(t.Context(), order("laser", "power", 5))
		synctest.Wait()
		done := make(chan error)
		go func() { _, err := b.Command(t.Context(), order("laser", "enabled", 1)); done <- err }()
		synctest.Wait()
		b.present.Set("V2", []buffer.Sample{{Device: "V2", Name: "open", Value: 1, Up: b.clock.Up(), Time: b.clock.Now(), StaleAfter: time.Minute}})
		if err := <-done; reasonIn(err) != "interlock" {
			t.Errorf("enable = %v, want it refused by the rule", err)
		}
		if trips := b.events("interlock_tripped"); len(trips) != 1 || trips[0].Value != 1 || trips[0].Severity != buffer.Critical {
			t.Errorf("trips = %+v, want one", trips)
		}
	})
}

// No instrument is sent "-0", and no event says it.
func TestMinusZeroIsZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		r, err := b.Command(t.Context(), order("V1", "open", math.Copysign(0, -1)))
		if err != nil || math.Signbit(*r.Value) {
			t.Errorf("-0 = %+v, %v; want 0", r, err)
		}
		if all := b.events("commands_total"); len(all) != 1 || !strings.Contains(all[0].Note, "new=0 ") {
			t.Errorf("events %+v, want one of new=0", all)
		}
	})
}
