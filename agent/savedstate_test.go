package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/service"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// onState starts an agent on a state directory, once change had its way with it. What it gives ends it, in order or as a power
// cut after the last write does.
func onState(t *testing.T, dir string, h *agent) (end func(inOrder bool)) {
	t.Helper()
	h.store = state.NewStore(state.NewDisk(dir))
	h.store.Open()
	h.restoreSaved()
	saving := task.NewGroup(context.Background(), func(err error) { t.Error(err) })
	stop := h.runLoops(t)
	h.saveState(saving)
	return func(inOrder bool) {
		stop()
		h.closeState(saving, inOrder)
		h.store.Close()
	}
}

func TestUncleanStartListsWhatIsNotAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		starts := func(h *agent) []buffer.Event {
			return h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_unclean_starts_total" })
		}
		start := func(open float64, silent bool) (*agent, func(bool)) {
			one, two := &fake{}, &fake{}
			plans := []*config.DevicePlan{valvePlan("V1", one), valvePlan("V2", two), gaugePlan("ion1", &fake{})}
			one.state["open"] = open
			if silent {
				two.readErr = drivers.ErrTimeout
			}
			h := quietAgent(plans)
			end := onState(t, dir, h)
			time.Sleep(3 * time.Second)
			return h, end
		}
		h, end := start(1, false)
		if r := h.last.Report(); r.Unclean || len(starts(h)) != 0 {
			t.Errorf("the first start of all is %+v, want nothing to compare with", r)
		}
		end(false)
		h, end = start(0, true)
		r := h.last.Report()
		if !r.Unclean || len(r.Differences) != 1 || len(r.Unread) != 1 || r.Unread[0] != "V2" {
			t.Fatalf("after an unclean start = %+v, want V1 as a difference and V2 not read", r)
		}
		if d := r.Differences[0]; d.Device != "V1" || d.Point != "open" || d.Before != 1 || d.Now == nil || *d.Now != 0 {
			t.Errorf("difference = %+v, want V1.open from 1 to 0", d)
		}
		if len(starts(h)) != 0 {
			t.Error("the list is recorded before each device was read")
		}
		time.Sleep(restartEnd)
		if e := starts(h); len(e) != 1 || !strings.Contains(e[0].Note, "V1.open=1->0") || !strings.Contains(e[0].Note, "not_read=1") {
			t.Errorf("events = %+v, want one that names V1 and that one was not read", e)
		}
		end(true)
		h, end = start(0, false)
		if r := h.last.Report(); r.Unclean || len(r.Differences) != 0 {
			t.Errorf("after a stop in order = %+v, want clean", r)
		}
		end(true)
	})
}

func TestUncleanStartWithNothingToCompareIsRecordedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for n := range 2 {
			h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
			end := onState(t, dir, h)
			time.Sleep(time.Second)
			e := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_unclean_starts_total" })
			if len(e) != n {
				t.Errorf("start %d: %d events, want %d", n+1, len(e), n)
			}
			end(false)
		}
	})
}

func TestLockRunsDownOnDiskThoughNobodyKnowsTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		start := func() (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})})
			h.clock.Sync = func() bool { return false }
			return h, onState(t, dir, h)
		}
		h, end := start()
		if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(45 * time.Minute)
		end(false)
		h, end = start()
		time.Sleep(30 * time.Minute)
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("a lock for an hour holds after 75 min of running: %v", err)
		}
		end(true)
	})
}

func TestBrokenLockIsAnEventWithItsReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		boss := buffer.Principal{Name: "boss", Rights: []string{buffer.RightCommand, buffer.RightAdmin}}
		for _, r := range []buffer.LockRequest{{By: anybody}, {By: boss, Unlock: true, Reason: "jr is away"}} {
			r.Device = "V1"
			if err := h.commander.Lock(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		e := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "break_lock" })
		if len(e) != 1 || !strings.Contains(e[0].Note, "jr is away") || !strings.Contains(e[0].Note, "boss") {
			t.Errorf("events = %+v, want one with who and why", e)
		}
	})
}

func TestWhatPeopleDidWithAnAlarmSurvives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		start := func() (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
			always, err := rules.CompileCondition("ion1.ig > 0", rules.Catalogue{"ion1": {"ig": {Ref: rules.Ref{Device: "ion1", Point: "ig"}, Unit: "pascals", StaleAfter: time.Minute}}})
			if err != nil {
				t.Fatal(err)
			}
			h.plan().Alarms = []*rules.Alarm{{Name: "one", When: always}, {Name: "two", When: always}}
			return h, onState(t, dir, h)
		}
		h, end := start()
		time.Sleep(2 * time.Second)
		if err := h.commander.AckAlarm(t.Context(), anybody, "one", 0, ""); err != nil {
			t.Fatal(err)
		}
		if err := h.commander.AckAlarm(t.Context(), anybody, "two", time.Hour, "known"); err != nil {
			t.Fatal(err)
		}
		end(false)
		time.Sleep(10 * time.Minute)
		h, end = start()
		time.Sleep(2 * time.Second)
		for _, a := range h.commander.Standing().Alarms {
			switch left := a.State.ShelvedUntil - h.clock.Up(); {
			case !a.State.Active:
				t.Errorf("%s is not active after the restart", a.Alarm.Name)
			case a.Alarm.Name == "one" && a.State.Acknowledged != "jr":
				t.Errorf("one is acknowledged by %q, want jr", a.State.Acknowledged)
			case a.Alarm.Name == "two" && (a.State.ShelvedWhy != "known" || left > 50*time.Minute || left < 49*time.Minute):
				t.Errorf("two is shelved for another %v (%s), want 50 min", left, a.State.ShelvedWhy)
			}
		}
		if raised := h.picked(buffer.Audit, kind(buffer.Alarm)); len(raised) != 0 {
			t.Errorf("a restart raised %+v again", raised)
		}
		end(true)
	})
}

func TestLockOutlivesAWrongClockAndNeverItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer wallShift.Store(0)
		dir := t.TempDir()
		synced := true
		start := func() (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})})
			h.clock.Sync = func() bool { return synced }
			return h, onState(t, dir, h)
		}
		open := order("V1", "open", 1)
		h, end := start()
		if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		end(false)
		wallShift.Store(-int64(20 * 365 * 24 * time.Hour)) // a board without a battery
		h, end = start()
		if _, err := h.commander.Command(t.Context(), open); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("with the clock years behind the lock is gone: %v", err)
		}
		time.Sleep(time.Hour + time.Second)
		if _, err := h.commander.Command(t.Context(), open); err != nil {
			t.Errorf("with the clock years behind a lock for an hour still holds after it: %v", err)
		}
		end(false)
		wallShift.Store(0)
		h, end = start()
		if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		end(false)
		wallShift.Store(int64(20 * 365 * 24 * time.Hour))
		synced = false
		h, end = start()
		if _, err := h.commander.Command(t.Context(), open); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("with a clock years ahead that nobody believes the lock is gone: %v", err)
		}
		end(true)
		wallShift.Store(0)
		synced = true
		time.Sleep(time.Hour)
		h, end = start()
		if _, err := h.commander.Command(t.Context(), open); err == nil {
			t.Error("a lock whose end is not known on the wall is to run on by what was left")
		}
		time.Sleep(time.Hour)
		if _, err := h.commander.Command(t.Context(), open); err != nil {
			t.Errorf("a lock for an hour holds two hours after the start: %v", err)
		}
		end(true)
	})
}

func TestDamagedLocksKeepEverythingAtIdleUntilSomebodyLooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "locks.json"), []byte("\x00\x00\x00"), 0o600)
		start := func() (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})})
			h.services.runtime = state.RuntimeDir(t.TempDir())
			end := onState(t, dir, h)
			time.Sleep(time.Second)
			return h, end
		}
		h, end := start()
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("opening though nobody knows what was locked = %v, want %v", err, buffer.ErrConflict)
		}
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 0)); err != nil {
			t.Errorf("the idle value is refused: %v", err)
		}
		if e := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_state_damaged_total" }); len(e) != 1 || !strings.Contains(e[0].Status, "set aside") {
			t.Errorf("events = %+v, want one that says where the file went", e)
		}
		end(true)
		h, end = start()
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("another restart forgot it: %v", err)
		}
		if err := h.commander.ClearRule(t.Context(), anybody, "halt"); err != nil {
			t.Fatal(err)
		}
		end(false)
		h, end = start()
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); err != nil {
			t.Errorf("after it was cleared: %v", err)
		}
		end(true)
	})
}

func TestEverythingRunsOnWithoutAStateDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	synctest.Test(t, func(t *testing.T) {
		h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})})
		end := onState(t, filepath.Join(file, "below"), h)
		time.Sleep(time.Second)
		if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1"}); !errors.Is(err, buffer.ErrNotKept) {
			t.Errorf("Lock = %v, want %v: it holds while the agent runs", err, buffer.ErrNotKept)
		}
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrConflict) {
			t.Errorf("opening what is locked = %v, want %v", err, buffer.ErrConflict)
		}
		if health, why := stateHealth(h.store); health != service.Unavailable || !strings.Contains(why, "do not survive a restart") {
			t.Errorf("service = %d %q, want unavailable and why", health, why)
		}
		end(true)
	})
}

func TestStateDirectoryThatComesLateIsRestoredAndNotWrittenOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	synctest.Test(t, func(t *testing.T) {
		start := func() (*agent, func(bool)) {
			h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{}), valvePlan("V2", &fake{})})
			end := onState(t, dir, h)
			time.Sleep(2 * time.Second)
			return h, end
		}
		lock := func(h *agent, device string, want error) {
			if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: device}); !errors.Is(err, want) {
				t.Fatalf("Lock = %v, want %v", err, want)
			}
		}
		h, end := start()
		lock(h, "V1", nil)
		for _, v := range []float64{1, 0, 1, 0} {
			if _, err := h.commander.Command(t.Context(), order("V2", "open", v)); err != nil {
				t.Fatal(err)
			}
		}
		end(true)
		other := state.NewDisk(dir) // another process has it
		if err := other.Open(); err != nil {
			t.Fatal(err)
		}
		h, end = start()
		lock(h, "V2", buffer.ErrNotKept) // it will be, once the other has gone
		other.Close()
		time.Sleep(20 * time.Second)
		for _, device := range []string{"V1", "V2"} {
			if _, err := h.commander.Command(t.Context(), order(device, "open", 1)); !errors.Is(err, buffer.ErrConflict) {
				t.Errorf("opening %s = %v, want it locked", device, err)
			}
		}
		if n := h.fleet.Find("V2").Odometers.Of("actuations"); n != 4 {
			t.Errorf("actuations = %v, want the 4 from before", n)
		}
		end(true)
	})
}

func TestShotThatFailsIsUncertainUntilItIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := &fake{}, &fake{}
		h := quietAgent([]*config.DevicePlan{valvePlan("V1", in), valvePlan("V2", out)})
		h.plan().Pipettes = []*rules.Pipette{{Name: "air", In: rules.Ref{Device: "V1", Point: "open"}, Out: rules.Ref{Device: "V2", Point: "open"}}}
		stop := h.runLoops(t)
		defer stop()
		time.Sleep(2 * time.Second)
		for _, v := range []float64{1, 0} {
			if _, err := h.commander.Command(t.Context(), order("V1", "open", v)); err != nil {
				t.Fatal(err)
			}
		}
		out.with(func() { out.cut = drivers.ErrRefused })
		h.commander.Command(t.Context(), order("V2", "open", 1))
		if c := h.commander.CountOf("air"); c.Shots != 0 || c.Uncertain != 1 {
			t.Errorf("after a command that failed: %+v, want one uncertain shot", c)
		}
		events := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_pipette_shots_total" })
		if len(events) != 1 || events[0].Note != "shots=0 uncertain=1" || events[0].Value != 0 {
			t.Errorf("events = %+v, want one that counts an uncertain shot", events)
		}
		out.with(func() { out.cut = nil })
		if _, err := h.commander.Command(t.Context(), order("V2", "open", 1)); err != nil {
			t.Fatal(err)
		}
		if c := h.commander.CountOf("air"); c.Shots != 1 || c.Uncertain != 0 {
			t.Errorf("once the outer valve was seen to open: %+v, want one shot, none uncertain", c)
		}
	})
}
