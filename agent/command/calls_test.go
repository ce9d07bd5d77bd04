package command

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// withRules are the three devices, a gauge, and two rules on it: one halts the laser, one forbids V1 and V2.
func withRules(t *testing.T) *config.Plan {
	p := threeDevices()
	p.Devices = append(p.Devices, planned("gauge", ""))
	for _, d := range p.Devices[:2] {
		d.Moves[0].Closed = nil
	}
	of := rules.Catalogue{"gauge": {"pressure": {Ref: rules.Ref{Device: "gauge", Point: "pressure"}, Unit: buffer.Pascals, StaleAfter: time.Hour}}}
	when, err := rules.CompileCondition("gauge.pressure > pa(1)", of)
	if err != nil {
		t.Fatal(err)
	}
	p.Rules = []*rules.Rule{
		{Name: "beam", When: when, Halt: []string{"laser", "no longer there"}},
		{Name: "pump", When: when, Forbid: []rules.Ref{{Device: "V1", Point: "open"}, {Device: "V2", Point: "open"}}},
	}
	return p
}

// reads gives the gauge a value.
func (b *bench) reads(pascals float64) {
	b.puts(pascals)
	b.Observe("gauge", b.present.Device("gauge"))
	synctest.Wait()
}

// trips are those told, as "rule value".
func (b *bench) trips() (all []string) {
	for _, e := range b.events("interlock_tripped") {
		all = append(all, e.Labels.Value("rule")+" "+e.Status)
	}
	return all
}

// done are the calls told, as "device call".
func (b *bench) done() (all []string) {
	for _, e := range b.events("commands_total") {
		all = append(all, e.Device+" "+e.Labels.Value("control"))
	}
	return all
}

// Who may lock and hold a device: who may move something of it.
func TestWhoMayTouchADevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		for _, c := range []struct {
			by     buffer.Principal
			device string
			want   string
		}{
			{jr, "V1", ""}, {jr, "V9", "unknown"}, {jr, "gauge", "unknown"}, {reader, "V1", "right"}, {stopper, "V1", "right"},
			{only(jr, "V2.*"), "V1", "right"}, {only(jr, "V*.open"), "V1", ""}, {only(jr, "laser.power"), "laser", ""},
		} {
			if err := b.mayTouch(c.by, c.device); reasonIn(err) != c.want {
				t.Errorf("%s touches %s: %v, want %q", c.by.Name, c.device, err, c.want)
			}
			if _, err := b.Hold(t.Context(), buffer.HoldRequest{By: c.by, Device: c.device}); reasonIn(err) != c.want {
				t.Errorf("%s holds %s: %v, want %q", c.by.Name, c.device, err, c.want)
			}
			if err := b.Lock(t.Context(), buffer.LockRequest{By: c.by, Device: c.device}); reasonIn(err) != c.want {
				t.Errorf("%s locks %s: %v, want %q", c.by.Name, c.device, err, c.want)
			}
		}
	})
}

// What is told of a lock, and that it is on disk when its taker hears of it.
func TestLocksAreToldAndOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.stored()
		for _, c := range []struct {
			of   buffer.LockRequest
			call string
			note []string
			disk int
		}{
			{buffer.LockRequest{By: jr, Device: "V1", Owner: "kl", Both: true, Reason: "sample in"}, "lock", []string{"who=jr", "owner=kl", "both=yes", `why="sample in"`}, 1},
			{buffer.LockRequest{By: jr, Device: "V2", OutOfService: true}, "lock", []string{"service=out"}, 2},
			{buffer.LockRequest{By: boss, Device: "V1", Reason: "mine"}, "break_lock", []string{"who=boss", "why=mine"}, 2},
			{buffer.LockRequest{By: boss, Device: "V1", Unlock: true}, "unlock", []string{"who=boss"}, 1},
			{buffer.LockRequest{By: boss, Device: "V2", Unlock: true, Reason: "jr is away"}, "break_lock", []string{"who=boss"}, 0},
		} {
			if err := b.Lock(t.Context(), c.of); err != nil {
				t.Fatal(err)
			}
			saved := map[string]savedLock{}
			if b.onDisk(LocksFile, &saved); len(saved) != c.disk {
				t.Errorf("after %s of %s %d locks are on disk, want %d", c.call, c.of.Device, len(saved), c.disk)
			}
			all := b.events("commands_total")
			last := all[len(all)-1]
			if last.Device != c.of.Device || last.Labels.Value("control") != c.call || last.Value != 1 || last.Status != "success" || last.Labels.Value("result") != "success" || last.Severity != buffer.Info {
				t.Errorf("told of %s: %+v", c.call, last)
			}
			for _, part := range c.note {
				if !strings.Contains(last.Note, part) {
					t.Errorf("told of %s: %s, want %s in it", c.call, last.Note, part)
				}
			}
			if c.call == "unlock" && (strings.Contains(last.Note, "both=") || strings.Contains(last.Note, "service=")) {
				t.Errorf("told of %s: %s, want nothing of both ways nor of service", c.call, last.Note)
			}
		}
		if err := b.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1", For: -1}); !errors.Is(err, buffer.ErrRange) {
			t.Errorf("a lock for less than nothing = %v", err)
		}
		if refused := b.events("commands_refused_total"); len(refused) != 1 || !strings.Contains(refused[0].Note, "call=lock device=V1") {
			t.Errorf("refused = %+v, want the lock", refused)
		}
		if err := b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V2", Unlock: true}); err != nil {
			t.Errorf("unlocking what is not locked = %v, want no error", err)
		}
		b.Lock(t.Context(), buffer.LockRequest{By: reader, Device: "V2", Unlock: true})
		if refused := b.events("commands_refused_total"); len(refused) != 2 || !strings.Contains(refused[1].Note, "call=unlock device=V2") {
			t.Errorf("refused = %+v, want the unlocking", refused)
		}
	})
}

// A hold ends when it is asked to, is told when it begins and ends, and halts the device when it lapses.
func TestHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := threeDevices()
		p.Devices[2].HoldOff = 2 * time.Second
		b := onBench(t, p)
		hold := func(of buffer.Principal, length time.Duration, drop bool) (buffer.HoldResult, error) {
			return b.Hold(t.Context(), buffer.HoldRequest{By: of, Device: "laser", For: length, Drop: drop})
		}
		for range 2 {
			if r, err := hold(jr, 0, false); err != nil || !r.Until.Equal(b.clock.Now().Add(2*time.Second)) {
				t.Errorf("hold = %v, %v; want until in two seconds", r.Until, err)
			}
			time.Sleep(time.Second)
		}
		if got := b.done(); !slices.Equal(got, []string{"laser hold"}) {
			t.Errorf("told %q, want the hold once", got)
		}
		if _, err := hold(jr, time.Hour, false); !errors.Is(err, buffer.ErrRange) {
			t.Errorf("hold for an hour = %v", err)
		}
		for _, drop := range []bool{false, true} {
			if _, err := hold(kl, 0, drop); !errors.Is(err, buffer.ErrConflict) {
				t.Errorf("another's, dropped %t = %v, want a conflict", drop, err)
			}
		}
		if s := b.Standing().Devices["laser"]; s.Held != b.clock.Up()+time.Second || s.HeldBy != "jr" {
			t.Errorf("held until %v by %q, want a second more by jr: who is refused must know whom to ask", s.Held, s.HeldBy)
		}
		if r, err := hold(jr, 0, true); err != nil || r != (buffer.HoldResult{}) || !slices.Equal(b.done(), []string{"laser hold", "laser release"}) {
			t.Errorf("drop = %+v, %v, told %q", r, err, b.done())
		}
		if refused := b.events("commands_refused_total"); len(refused) != 2 || !strings.Contains(refused[0].Note, "call=hold device=laser") {
			t.Errorf("refused = %+v, want two holds", refused)
		}
		time.Sleep(time.Minute)
		b.watchLeases()
		synctest.Wait()
		if sent := b.actors["laser"].sent(); len(sent) != 0 {
			t.Errorf("after the hold was dropped %q was sent, want nothing", sent)
		}
		hold(jr, 0, false)
		time.Sleep(2*time.Second - time.Microsecond)
		if b.watchLeases(); len(b.leases) != 1 {
			t.Error("a hold lapsed before its time")
		}
		time.Sleep(time.Microsecond)
		b.watchLeases()
		synctest.Wait()
		if sent := b.actors["laser"].sent(); !slices.Equal(sent, []string{"halt"}) {
			t.Errorf("after the hold lapsed %q was sent, want a halt", sent)
		}
	})
}

// Who may clear a rule or bypass it: who may move all that it halts and forbids, from the bench where it halts.
func TestWhoMayClearARule(t *testing.T) {
	p := withRules(t)
	for _, c := range []struct {
		by   buffer.Principal
		rule int
		want string
	}{
		{jr, 0, ""}, {jr, 1, ""}, {outside(jr), 0, "bench"}, {outside(jr), 1, ""},
		{only(jr, "laser.*"), 0, ""}, {only(jr, "laser.*"), 1, "right"}, {only(jr, "laser.enabled"), 0, "right"}, {only(jr, "laser.power"), 0, "right"},
		{only(jr, "V1.*"), 1, "right"}, {only(jr, "V2.*"), 1, "right"}, {only(jr, "V*"), 1, ""}, {only(jr, "V*"), 0, "right"},
	} {
		if err := mayClear(c.by, p.Rules[c.rule], p); reasonIn(err) != c.want {
			t.Errorf("%v clears %s: %v, want %q", c.by, p.Rules[c.rule].Name, err, c.want)
		}
	}
	p.Rules[0].Halt = []string{"laser"}
	if err := mayClear(outside(jr), p.Rules[0], p); reasonIn(err) != "bench" {
		t.Errorf("from outside, a rule that halts one device: %v", err)
	}
	p.Devices[2].Moves[1].Enabled = false // it may not be commanded by anybody
	if err := mayClear(only(jr, "laser.enabled"), p.Rules[0], p); err != nil {
		t.Errorf("who may move all that can be moved: %v", err)
	}
}

func TestClearingATrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.stored()
		clear := func(by buffer.Principal, rule, want string) {
			t.Helper()
			if err := b.ClearRule(t.Context(), by, rule); reasonIn(err) != want {
				t.Errorf("%s clears %s: %v, want %q", by.Name, rule, err, want)
			}
		}
		b.reads(0.1)
		clear(jr, "beam", "")
		b.reads(5)
		if got := b.trips(); !slices.Equal(got, []string{"beam tripped", "pump tripped"}) {
			t.Fatalf("trips = %q", got)
		}
		if sent := b.actors["laser"].sent(); !slices.Equal(sent, []string{"halt"}) {
			t.Errorf("the rule sent %q, want a halt", sent)
		}
		clear(jr, "beam", "interlock")
		b.reads(0.1)
		clear(reader, "beam", "right")
		clear(stopper, "beam", "right")
		clear(only(jr, "V1.*"), "pump", "right")
		clear(jr, "no such rule", "unknown")
		if !b.Tripped("beam") || !b.Tripped("pump") {
			t.Error("a trip was cleared by who may not")
		}
		b.reads(5)
		b.puts(0.1) // it is judged once more when it is cleared
		clear(jr, "beam", "")
		clear(jr, "beam", "")
		if got := b.trips(); !slices.Equal(got[2:], []string{"beam cleared"}) || b.Tripped("beam") || !b.Tripped("pump") {
			t.Errorf("trips = %q, want beam cleared once and alone", got)
		}
		if all := b.events("interlock_tripped"); all[2].Value != 0 || all[2].Severity != buffer.Warning || !strings.Contains(all[2].Note, "who=jr") {
			t.Errorf("clearing told as %+v", all[2])
		}
		var saved savedLatches
		if b.onDisk(LatchesFile, &saved); len(saved.Rules) != 1 || saved.Rules["pump"].Why == "" {
			t.Errorf("on disk = %+v, want the trip of pump alone", saved)
		}
		if refused := b.events("commands_refused_total"); len(refused) != 4 || !strings.Contains(refused[0].Note, "call=clear rule=beam") {
			t.Errorf("%d refusals = %+v, want four, of what is known", len(refused), refused)
		}
	})
}

// The latch of a halt is cleared by who may move everything, and only once it is gone from the disk.
func TestClearingAHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		clear := func(by buffer.Principal) error { return b.ClearRule(t.Context(), by, HaltRule) }
		if err := clear(jr); err != nil || len(b.trips()) != 0 {
			t.Errorf("with nothing to clear = %v, told %q", err, b.trips())
		}
		b.Latch("agent halt")
		for _, by := range []buffer.Principal{reader, stopper, only(jr, "V1.*"), outside(jr)} {
			if err := clear(by); !errors.Is(err, buffer.ErrForbidden) || b.WhyLatched() == "" {
				t.Errorf("%v = %v, want it refused", by, err)
			}
		}
		b.unlatch = errors.New("read-only file system")
		if err := clear(jr); !errors.Is(err, buffer.ErrFailed) || b.WhyLatched() == "" {
			t.Errorf("with a latch that stays on disk = %v, latched %q; want failed, and latched", err, b.WhyLatched())
		}
		b.unlatch = nil
		if err := clear(jr); err != nil || b.WhyLatched() != "" || !slices.Equal(b.trips(), []string{HaltRule + " cleared"}) {
			t.Errorf("clear = %v, latched %q, told %q", err, b.WhyLatched(), b.trips())
		}
		if all := b.events("interlock_tripped"); all[0].Value != 0 || all[0].Severity != buffer.Warning || !strings.Contains(all[0].Note, "who=jr") {
			t.Errorf("told as %+v", all[0])
		}
		if _, err := b.Halt(t.Context(), stopper); err != nil || b.Standing().Halted == nil {
			t.Errorf("halt = %v, %+v; want it to stand", err, b.Standing().Halted)
		}
		if err := clear(jr); err != nil || b.Standing().Halted != nil || len(b.trips()) != 2 {
			t.Errorf("clear of a HALT = %v, %+v, told %q", err, b.Standing().Halted, b.trips())
		}
	})
}

// The latch of a laser's max_on is cleared by who may enable it, at the bench, once it is off.
func TestClearingMaxOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.reads(0.1)
		if _, err := b.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatal(err)
		}
		clear := func(by buffer.Principal, device string) error {
			return b.ClearRule(t.Context(), by, maxOnPrefix+device)
		}
		if err := clear(outside(jr), "laser"); err != nil {
			t.Errorf("with nothing to clear = %v", err)
		}
		i := b.env.Fleet.Find("laser")
		b.tripMaxOn(i, "on for max_on")
		b.tripMaxOn(i, "on for max_on")
		for _, c := range []struct {
			by     buffer.Principal
			device string
			want   error
		}{
			{jr, "V1", buffer.ErrUnknown}, {jr, "V9", buffer.ErrUnknown}, {only(jr, "laser.power"), "laser", buffer.ErrForbidden}, {outside(jr), "laser", buffer.ErrForbidden},
			{jr, "laser", buffer.ErrConflict}, // it is on
		} {
			if err := clear(c.by, c.device); !errors.Is(err, c.want) || !b.Tripped(maxOnPrefix+"laser") {
				t.Errorf("%v clears that of %s: %v, want %v", c.by, c.device, err, c.want)
			}
		}
		if _, err := b.Command(t.Context(), order("laser", "enabled", 0)); err != nil {
			t.Fatal(err)
		}
		if s := b.Standing().Rules; len(s) != 3 || s[0].Rule.Name != maxOnPrefix+"laser" || !s[0].Latch.Good || !s[0].Latch.Tripped {
			t.Errorf("standing = %+v, want the latch first, good now", s)
		}
		if err := clear(only(jr, "laser.enabled"), "laser"); err != nil || b.Tripped(maxOnPrefix+"laser") {
			t.Errorf("clear = %v", err)
		}
		if got := b.trips(); !slices.Equal(got, []string{maxOnPrefix + "laser tripped", maxOnPrefix + "laser cleared"}) {
			t.Errorf("told %q, want a trip and its clearing", got)
		}
		if all := b.events("interlock_tripped"); all[0].Value != 1 || all[0].Severity != buffer.Critical || all[1].Value != 0 || all[1].Severity != buffer.Warning {
			t.Errorf("told %+v", all)
		}
	})
}

func TestBypassingARule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		time.Sleep(time.Second)
		b.reads(0.1)
		bypass := func(by buffer.Principal, rule string, d time.Duration, why, want string) {
			t.Helper()
			if err := b.BypassRule(t.Context(), by, rule, d, why); reasonIn(err) != want {
				t.Errorf("%s bypasses %s for %v: %v, want %q", by.Name, rule, d, err, want)
			}
		}
		bypass(jr, "beam", time.Hour, "x", "right")
		bypass(boss, HaltRule, time.Hour, "x", "right")
		bypass(boss, maxOnPrefix+"laser", time.Hour, "x", "right")
		bypass(only(boss, "V*"), "beam", time.Hour, "x", "right")
		bypass(outside(boss), "beam", time.Hour, "x", "bench")
		bypass(boss, "no such rule", time.Hour, "x", "unknown")
		bypass(boss, "beam", time.Hour, "", "range")
		bypass(boss, "beam", 0, "", "interlock")
		if all := b.events("interlock_bypassed"); len(all) != 0 {
			t.Errorf("told of what was refused: %+v", all)
		}
		before := b.changed
		bypass(boss, "beam", time.Hour, "dead gauge", "")
		if b.changed != before+1 {
			t.Error("a bypass began and nothing has changed")
		}
		b.reads(5)
		if got := b.trips(); !slices.Equal(got, []string{"pump tripped"}) {
			t.Errorf("trips while beam is bypassed = %q", got)
		}
		bypass(boss, "beam", 0, "", "")
		synctest.Wait()
		if log := b.log.String(); !strings.Contains(log, "an interlock is bypassed for 1h0m0s") || !strings.Contains(log, "an interlock is in force again") {
			t.Errorf("in the log is %s; want the beginning and the end", log)
		}
		all := b.events("interlock_bypassed")
		if len(all) != 2 || all[0].Value != 1 || all[0].Severity != buffer.Critical || all[0].Status != "bypassed for 1h0m0s" || !strings.Contains(all[0].Note, `why="dead gauge"`) || !strings.Contains(all[0].Note, "who=boss") ||
			all[1].Value != 0 || all[1].Severity != buffer.Warning || all[1].Status != "in force again" || !strings.Contains(all[1].Note, `why="ended by boss"`) || !strings.Contains(all[1].Note, "by=boss") || !strings.Contains(all[1].Note, `reason="dead gauge"`) {
			t.Errorf("told %+v, want its beginning and its end", all)
		}
		if got := b.trips(); !slices.Equal(got, []string{"pump tripped", "beam tripped"}) {
			t.Errorf("trips after the bypass = %q, want beam at once", got)
		}
		if refused := b.events("commands_refused_total"); len(refused) != 7 || !strings.Contains(refused[0].Note, "call=bypass rule=beam") {
			t.Errorf("%d refusals told = %+v, want those of what is known", len(refused), refused)
		}
	})
}

// A rule that trips at the moment when it is bypassed has tripped.
func TestARuleIsJudgedBeforeItIsBypassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		time.Sleep(time.Second)
		b.reads(0.1)
		b.puts(5)
		if err := b.BypassRule(t.Context(), boss, "beam", time.Hour, "x"); err != nil || !b.Tripped("beam") {
			t.Errorf("bypass = %v, tripped %t; want it tripped before", err, b.Tripped("beam"))
		}
	})
}

func TestAcceptingTheLastGoodConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.Restrict("the file is refused")
		if err := b.AcceptConfiguration(t.Context(), jr); !errors.Is(err, buffer.ErrForbidden) || b.accepted != "" || b.restricted == "" {
			t.Errorf("accepted by who is no administrator = %v, %q", err, b.accepted)
		}
		b.refuses = buffer.ErrConflict
		if err := b.AcceptConfiguration(t.Context(), boss); !errors.Is(err, buffer.ErrConflict) || b.restricted == "" {
			t.Errorf("where the file runs = %v, restricted %q", err, b.restricted)
		}
		b.refuses = nil
		before := b.changed
		if err := b.AcceptConfiguration(t.Context(), boss); err != nil || b.accepted != "boss" || b.restricted != "" || b.changed == before || !strings.Contains(b.log.String(), "was accepted") {
			t.Errorf("accept = %v, by %q, restricted %q, changed %d times", err, b.accepted, b.restricted, b.changed-before)
		}
		all := b.events("agent_configurations_accepted_total")
		if len(all) != 1 || all[0].Value != 1 || all[0].Status != "success" || !strings.Contains(all[0].Note, "who=boss") {
			t.Errorf("told %+v, want it once", all)
		}
	})
}
