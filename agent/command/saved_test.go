package command

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
	"pychron-edge/agent/state"
)

// restarted is a bench as a new start makes it, on what an earlier one kept. cut says that the earlier did not stop in order.
func (b *bench) restarted(cut bool) *bench {
	b.store.Flush()
	b.store.Close()
	next := onBench(b.t, withRules(b.t))
	next.dir = b.dir
	next.store = state.NewStore(state.NewDisk(b.dir))
	if err := next.store.Open(); err != nil {
		b.t.Fatal(err)
	}
	for _, err := range next.Restore(cut) {
		if err != nil {
			b.t.Error(err)
		}
	}
	return next
}

// storing is a bench on a state directory that is written when restarted is called.
func storing(t *testing.T) *bench {
	b := onBench(t, withRules(t))
	b.dir = t.TempDir()
	b.store = state.NewStore(state.NewDisk(b.dir))
	if err := b.store.Open(); err != nil {
		t.Fatal(err)
	}
	b.Restore(false)
	return b
}

func TestLocksOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		time.Sleep(time.Hour)
		since := b.clock.Steady()
		all := locks{
			"V1":    {owner: "kl", by: "jr", reason: "sample in", since: since, until: since.Add(time.Hour), both: true},
			"V2":    {by: "jr", since: since, outOfService: true},
			"laser": {by: "jr", since: since, until: since.Add(time.Second)},
		}
		for device, l := range all {
			b.locks[device] = l
		}
		time.Sleep(time.Second)
		b.store.Touch(LocksFile)
		next := b.restarted(false)
		if len(next.locks) != 2 {
			t.Errorf("taken back: %+v, want all but what was over", next.locks)
		}
		one := next.locks["V1"]
		if left := one.until.Sub(next.clock.Steady()); left != time.Hour-time.Second {
			t.Errorf("V1 is locked for %v, want what was left", left)
		}
		if one.owner != "kl" || one.by != "jr" || one.reason != "sample in" || !one.since.Equal(since) || !one.both || one.outOfService {
			t.Errorf("V1 = %+v", one)
		}
		if l := next.locks["V2"]; !l.outOfService || !l.until.IsZero() {
			t.Errorf("V2 = %+v, want out of service without an end", l)
		}
	})
}

// A lock taken since the start stays; one of before is not taken back once it is over, nor for longer than any lock.
func TestWhichLocksAreTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		time.Sleep(time.Hour)
		now := b.clock.Steady()
		end := func(left time.Duration) *savedTime { return &savedTime{Left: left} }
		for what, c := range map[string]struct {
			since *lock
			saved savedLock
			want  string // who took it; "" = nobody
			left  time.Duration
		}{
			"one":                        {nil, savedLock{By: "jr", End: end(time.Hour)}, "jr", time.Hour},
			"one that is over":           {nil, savedLock{By: "jr", End: end(0)}, "", 0},
			"one for too long":           {nil, savedLock{By: "jr", End: end(1000 * time.Hour)}, "jr", lockMax},
			"one beside one since":       {&lock{by: "kl", until: now.Add(time.Minute)}, savedLock{By: "jr", End: end(time.Hour)}, "kl", time.Minute},
			"one beside one that ended":  {&lock{by: "kl", until: now}, savedLock{By: "jr", End: end(time.Hour)}, "jr", time.Hour},
			"one over beside one ended":  {&lock{by: "kl", until: now}, savedLock{By: "jr", End: end(-1)}, "kl", 0},
			"one without end, and since": {&lock{by: "kl"}, savedLock{By: "jr"}, "kl", 0},
		} {
			if delete(b.locks, "V1"); c.since != nil {
				b.locks["V1"] = *c.since
			}
			b.restoreLocks(map[string]savedLock{"V1": c.saved})
			l := b.locks["V1"]
			if l.by != c.want || c.left != 0 && !l.until.Equal(now.Add(c.left)) {
				t.Errorf("%s: %+v, want of %q for %v", what, l, c.want, c.left)
			}
		}
	})
}

// What is left of an end, by the wall where that can be believed before and after, is never more than there was.
func TestWhatIsLeftOfAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		sync := true
		b.clock.Sync = func() bool { return sync }
		for _, c := range []struct {
			before, after bool // the wall can be believed
			away          time.Duration
			want          time.Duration
		}{
			{true, true, time.Minute, 59 * time.Minute}, {true, true, 2 * time.Hour, -time.Hour}, {true, true, -time.Hour, time.Hour},
			{false, true, time.Minute, time.Hour}, {true, false, time.Minute, time.Hour}, {false, false, time.Minute, time.Hour},
		} {
			shift := time.Duration(0)
			b.clock.Wall = func() time.Time { return time.Now().Add(shift) }
			sync = c.before
			s := b.saved(time.Hour)
			if s.Left != time.Hour || s.Until.IsZero() == c.before {
				t.Errorf("saved with a wall believed %t: %+v", c.before, s)
			}
			sync, shift = c.after, c.away
			if got := b.left(s); got != c.want {
				t.Errorf("%+v: %v left, want %v", c, got, c.want)
			}
		}
	})
}

func TestTripsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		b.reads(0.1)
		time.Sleep(time.Minute)
		b.reads(5)
		b.Latch("agent halt")
		b.latches["pump"].Tripped = false
		b.store.Touch(LatchesFile)
		time.Sleep(time.Hour)
		next := b.restarted(false)
		if next.WhyLatched() != "agent halt" || !next.Tripped("beam") || next.Tripped("pump") || len(next.latches) != 2 {
			t.Errorf("latched %q, latches %+v; want the halt and beam", next.WhyLatched(), next.latches)
		}
		l := next.latches["beam"]
		if l.Since != -time.Hour || l.Why != "before the restart: gauge.pressure = 0.0375 torr" {
			t.Errorf("beam = %+v, want since an hour ago", l)
		}
		next.store.Touch(LatchesFile)
		last := next.restarted(false)
		if why := last.latches["beam"].Why; strings.Count(why, "before the restart") != 1 {
			t.Errorf("after two restarts it tripped for %q", why)
		}
	})
}

// Which trips of before the start are taken back beside what a journal brought, and what tripped since.
func TestWhichTripsAreTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		time.Sleep(time.Hour)
		ago := b.clock.Now().Add(-2 * time.Hour)
		for what, c := range map[string]struct {
			is   *rules.Latch
			want string // why
			at   time.Duration
		}{
			"none":                     {nil, beforeRestart + "5 Pa", -time.Hour},
			"one that is not tripped":  {&rules.Latch{Since: 1, Why: "x"}, beforeRestart + "5 Pa", -time.Hour},
			"one that tripped since":   {&rules.Latch{Tripped: true, Since: time.Minute, Why: "6 Pa"}, "6 Pa", time.Minute},
			"one from a journal":       {&rules.Latch{Tripped: true, Since: time.Minute, Why: beforeRestart + "7 Pa"}, beforeRestart + "5 Pa", -time.Hour},
			"one of before this start": {&rules.Latch{Tripped: true, Since: -time.Minute, Why: "6 Pa"}, beforeRestart + "5 Pa", -time.Hour},
			"one of the very start":    {&rules.Latch{Tripped: true, Why: "6 Pa"}, beforeRestart + "5 Pa", -time.Hour},
		} {
			if delete(b.latches, "beam"); c.is != nil {
				b.latches["beam"] = c.is
			}
			b.restoreLatches(savedLatches{Rules: map[string]savedTrip{"beam": {"5 Pa", ago}}})
			if l := b.latches["beam"]; !l.Tripped || l.Why != c.want || l.Since != c.at {
				t.Errorf("%s: %+v, want tripped by %q at %v", what, l, c.want, c.at)
			}
		}
		b.restoreLatches(savedLatches{Rules: map[string]savedTrip{"pump": {"5 Pa", b.clock.Now().Add(time.Hour)}}})
		if l := b.latches["pump"]; l.Since != b.clock.Up() {
			t.Errorf("a trip of the future is since %v, want now", l.Since)
		}
		b.restoreLatches(savedLatches{Halt: "an earlier halt"})
		b.restoreLatches(savedLatches{Halt: "another"})
		if b.WhyLatched() != "an earlier halt" {
			t.Errorf("latched for %q, want the first", b.WhyLatched())
		}
		b.RestoreTrip("beam", false, "")
		b.RestoreTrip("pump", true, "8 Pa")
		if b.Tripped("beam") || b.latches["pump"].Why != beforeRestart+"8 Pa" || b.latches["pump"].Since != b.clock.Up() {
			t.Errorf("from a journal: %+v", b.latches)
		}
	})
}

func TestAlarmsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		time.Sleep(time.Hour)
		b.alarms = rules.AlarmStates{
			"active":  {Active: true, Since: time.Minute, Why: "5 Pa", Acknowledged: "jr"},
			"shelved": {ShelvedUntil: 2 * time.Hour, ShelvedWhy: "bake-out"},
			"gone":    {Gone: true}, "quiet": {},
		}
		b.store.Touch(AlarmsFile)
		next := b.restarted(false)
		if len(next.alarms) != 2 {
			t.Errorf("taken back %+v, want what is active and what is shelved", next.alarms)
		}
		if a := next.alarms["active"]; !a.Active || a.Since != -59*time.Minute || a.Why != "5 Pa" || a.Acknowledged != "jr" || a.ShelvedUntil != 0 {
			t.Errorf("active = %+v", a)
		}
		if a := next.alarms["shelved"]; a.Active || a.Since != 0 || a.ShelvedUntil != time.Hour || a.ShelvedWhy != "bake-out" {
			t.Errorf("shelved = %+v", a)
		}
		next.restoreAlarms(map[string]savedAlarm{"active": {}, "new": {Active: true}})
		if !next.alarms["active"].Active || !next.alarms["new"].Active {
			t.Errorf("an alarm that was judged since was taken back over it: %+v", next.alarms)
		}
	})
}

// A shot that was begun is uncertain after a start that was cut short, and goes on after one that stopped in order.
func TestAShotThatWasBegunOutlivesARestart(t *testing.T) {
	for _, cut := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := storing(t)
			b.shots["air"] = rules.PipetteCount{Shots: 3, Loaded: true}
			b.store.Touch(PipettesFile)
			want := rules.PipetteCount{Shots: 3, Loaded: true}
			if cut {
				want = rules.PipetteCount{Shots: 3, Uncertain: 1}
			}
			if got := b.restarted(cut).CountOf("air"); got != want {
				t.Errorf("cut %t: %+v, want %+v", cut, got, want)
			}
		})
	}
}

// Where what protects people is damaged, everything stays at idle until somebody has looked; where other things are, it does not.
func TestWhatIsDamaged(t *testing.T) {
	for name, latched := range map[string]bool{LocksFile: true, LatchesFile: true, AlarmsFile: false, PipettesFile: false, AnswersFile: false} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			b.dir = t.TempDir()
			if err := os.WriteFile(filepath.Join(b.dir, name+".json"), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
			b.store = state.NewStore(state.NewDisk(b.dir))
			if err := b.store.Open(); err != nil {
				t.Fatal(err)
			}
			errs := b.Restore(false)
			if n := len(slices.DeleteFunc(errs, func(err error) bool { return err == nil })); n != 1 || (b.WhyLatched() != "") != latched {
				t.Errorf("%s: %d mistakes, latched %q; want one, latched %t", name, n, b.WhyLatched(), latched)
			}
			b.Latch("agent halt")
			os.WriteFile(filepath.Join(b.dir, name+".json"), []byte("{"), 0o600)
			if b.Restore(false); b.WhyLatched() != "agent halt" {
				t.Errorf("%s: latched %q, want what was", name, b.WhyLatched())
			}
		})
	}
}

func TestIDsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		c := withID(order("V1", "open", 1), "m1")
		c.Expires = b.clock.Now().Add(time.Hour)
		j, _, _ := b.seen.find(c, b.clock.Now())
		close(j.done)
		b.store.Touch(AnswersFile)
		if _, again, _ := b.restarted(false).seen.find(c, b.clock.Now()); !again {
			t.Error("an id of before the restart is not known")
		}
	})
}

// A lock that is over since it was written is not written anew.
func TestALockThatIsOverIsNotWrittenAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		b.locks["V1"] = lock{by: "jr", until: b.clock.Steady().Add(time.Hour)}
		b.Refresh()
		b.store.Flush()
		time.Sleep(2 * time.Hour)
		path := filepath.Join(b.dir, LocksFile+".json")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		b.Refresh()
		b.store.Flush()
		if _, err := os.Stat(path); err == nil {
			t.Error("it was written anew")
		}
	})
}

// What is kept is written anew at a start, and while a lock or a shelf runs down; where none does, nothing is.
func TestWhatIsWrittenAnew(t *testing.T) {
	for what, c := range map[string]struct {
		lock  *lock
		alarm *rules.AlarmState
		want  []string
	}{
		"nothing":              {nil, nil, nil},
		"a lock that ends":     {&lock{by: "jr", until: noon.AddDate(100, 0, 0)}, nil, []string{"locks.json"}},
		"a lock without end":   {&lock{by: "jr"}, nil, nil},
		"a lock that is over":  {&lock{by: "jr", until: noon.AddDate(-100, 0, 0)}, nil, nil},
		"an alarm on a shelf":  {nil, &rules.AlarmState{ShelvedUntil: time.Hour}, []string{"alarms.json"}},
		"an alarm on no shelf": {nil, &rules.AlarmState{Active: true}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := storing(t)
			b.store.Flush()
			if c.lock != nil {
				b.locks["V1"] = *c.lock
			}
			if c.alarm != nil {
				b.alarms["a"] = *c.alarm
			}
			written := []string{}
			entries, _ := os.ReadDir(b.dir)
			for _, e := range entries {
				os.Remove(filepath.Join(b.dir, e.Name()))
			}
			b.Refresh()
			b.store.Flush()
			entries, _ = os.ReadDir(b.dir)
			for _, e := range entries {
				if strings.HasSuffix(e.Name(), ".json") {
					written = append(written, e.Name())
				}
			}
			if !slices.Equal(written, c.want) {
				t.Errorf("%s: written %q, want %q", what, written, c.want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.RestoreTrip("beam", true, "5 Pa") // of a journal
		b.RestoreAlarm("a", rules.AlarmState{Active: true})
		b.RestoreShots("air", 5, 0)
		b.locks["V1"] = lock{by: "jr"}
		b.stored()
		for _, name := range []string{LocksFile, LatchesFile, AlarmsFile, PipettesFile} {
			var holds map[string]any
			if b.onDisk(name, &holds); len(holds) == 0 {
				t.Errorf("%s is not on disk after a start, and what a journal brought was not there", name)
			}
		}
		if !b.AlarmState("a").Active {
			t.Error("the alarm of a journal is not active")
		}
	})
}

// A disk that fails stops nothing.
func TestADiskThatFailsStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		b.work.Start("store", b.store.Run)
		synctest.Wait()
		b.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V2"})
		if log := b.log.String(); log != "" {
			t.Errorf("in the log is %s, of a disk that does not fail", log)
		}
		os.RemoveAll(b.dir)
		if err := b.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1"}); !errors.Is(err, buffer.ErrNotKept) || len(b.locks) != 2 || !strings.Contains(b.log.String(), "would not survive a restart") {
			t.Errorf("lock = %v, in the log %q; want it taken, and told that it would not survive", err, b.log.String())
		}
		if err := b.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1", Unlock: true}); err != nil || len(b.locks) != 1 {
			t.Errorf("unlock = %v, want it given", err)
		}
	})
}
