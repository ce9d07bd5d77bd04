package rules

import (
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func alarm(t *testing.T, when, clear string, wait time.Duration) *Alarm {
	t.Helper()
	a := &Alarm{Name: "a", For: wait, Severity: buffer.Warning, When: condition(t, when)}
	if clear != "" {
		a.Clear = condition(t, clear)
	}
	return a
}

func condition(t *testing.T, text string) *Expression {
	t.Helper()
	e, err := CompileCondition(text, points())
	if err != nil {
		t.Fatalf("compile(%s): %v", text, err)
	}
	return e
}

// reading is a pressure of ig, missing below 0.
func readingOfAlarm(value float64) buffer.Sample {
	if value < 0 {
		return missing(pressure("ig", 0, 0), "sensor off")
	}
	return pressure("ig", value, 0)
}

func TestAlarms(t *testing.T) {
	type step struct {
		at     time.Duration
		value  float64 // of ig; below 0 = missing
		active bool
	}
	for name, c := range map[string]struct {
		when, clear    string
		wait, clearFor time.Duration
		steps          []step
	}{
		"raised and ended at once":           {"ion1.ig > pa(2)", "ion1.ig <= pa(2)", 0, 0, []step{{1, 1, false}, {2, 3, true}, {3, 1, false}}},
		"hysteresis as configured":           {"ion1.ig > pa(2)", "ion1.ig < pa(1)", 0, 0, []step{{1, 3, true}, {2, 1.5, true}, {3, 0.5, false}, {4, 1.5, false}, {5, 3, true}}},
		"half a decade for a pressure":       {"ion1.ig > pa(2)", "", 0, 0, []step{{1, 3, true}, {2, 0.64, true}, {3, 0.63, false}, {4, 1.9, false}}},
		"half a decade upwards":              {"ion1.ig < pa(2)", "", 0, 0, []step{{1, 1, true}, {2, 6.3, true}, {3, 6.4, false}}},
		"half a decade where it is negated":  {"not (ion1.ig < pa(2))", "", 0, 0, []step{{1, 3, true}, {2, 0.64, true}, {3, 0.63, false}}},
		"nothing is shifted before it began": {"ion1.ig > pa(2)", "", 0, 0, []step{{1, 1.99, false}, {2, 2.01, true}}},
		"a delay":                            {"ion1.ig > pa(2)", "", 10, 0, []step{{1, 3, false}, {10, 3, false}, {11, 3, true}}},
		"a dip begins it anew":               {"ion1.ig > pa(2)", "", 10, 0, []step{{1, 3, false}, {9, 1, false}, {12, 3, false}, {21, 3, false}, {22, 3, true}}},
		"a missing value ends none":          {"ion1.ig > pa(2)", "", 0, 0, []step{{1, 3, true}, {2, -1, true}, {60, -1, true}, {61, .1, false}}},
		"nor raises one":                     {"ion1.ig > pa(2)", "", 0, 0, []step{{1, 1, false}, {2, -1, false}, {60, -1, false}}},
		"nor counts as waiting":              {"ion1.ig > pa(2)", "", 10, 0, []step{{1, 3, false}, {5, -1, false}, {12, 3, false}, {22, 3, true}}},
		"over for clear_for":                 {"ion1.ig > pa(2)", "", 0, 10, []step{{1, 3, true}, {2, .1, true}, {11, .1, true}, {12, .1, false}}},
		"not over in between":                {"ion1.ig > pa(2)", "", 0, 10, []step{{1, 3, true}, {2, .1, true}, {11, 1, true}, {12, .1, true}, {21, .1, true}, {22, .1, false}}},
		"a missing value is not over":        {"ion1.ig > pa(2)", "", 0, 10, []step{{1, 3, true}, {2, .1, true}, {11, -1, true}, {12, .1, true}, {22, .1, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			a, states := alarm(t, c.when, c.clear, c.wait*sec), AlarmStates{}
			a.ClearFor = c.clearFor * sec
			was := false
			for _, l := range c.steps {
				changes := StepAlarms([]*Alarm{a}, now(l.at*sec, readingOfAlarm(l.value)), states)
				if got := states["a"].Active; got != l.active {
					t.Errorf("active at %ds with %g Pa = %v, want %v", l.at, l.value, got, l.active)
				}
				if (len(changes) == 1) != (was != l.active) {
					t.Errorf("changes at %ds = %v, want one where it changes", l.at, changes)
				}
				was = l.active
			}
		})
	}
}

func TestHysteresisOfWhatIsNoPressure(t *testing.T) {
	a, states := alarm(t, "furnace.temperature > 100", "", 0), AlarmStates{}
	for i, c := range []struct {
		value  float64
		active bool
	}{{99, false}, {101, true}, {96, true}, {94, false}, {99, false}} {
		s := buffer.Sample{Device: "furnace", Name: "temperature", Unit: buffer.Celsius, Value: c.value}
		StepAlarms([]*Alarm{a}, now(time.Duration(i+1)*sec, s), states)
		if got := states["a"].Active; got != c.active {
			t.Errorf("active at %g degrees, step %d = %v, want %v", c.value, i, got, c.active)
		}
	}
}

func TestAlarmThatMayHold(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	StepAlarms([]*Alarm{a}, now(sec, pressure("ig", 1, buffer.AtLeast)), states)
	if !states["a"].Active {
		t.Error("active with ig at least 1 Pa = false, want true: it may be more than 2")
	}
	StepAlarms([]*Alarm{a}, now(2*sec, pressure("ig", 0.1, buffer.AtMost)), states)
	if states["a"].Active {
		t.Error("active with ig at most 0.1 Pa = true, want false")
	}
}

// course steps alarms and gives what became of them, as "alarm what".
func course(alarms []*Alarm, states AlarmStates, v View) (list []string) {
	for _, c := range StepAlarms(alarms, v, states) {
		list = append(list, c.Alarm.Name+" "+c.What)
	}
	return list
}

func TestChatteringIsToldOnce(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	var got []string
	at := time.Duration(0)
	for range 20 { // 20 returns, 5 s apart
		at += 2 * sec
		got = append(got, course([]*Alarm{a}, states, now(at, readingOfAlarm(3)))...)
		at += 3 * sec
		got = append(got, course([]*Alarm{a}, states, now(at, readingOfAlarm(.1)))...)
	}
	if want := []string{"a raised", "a ended", "a raised", "a ended", "a raised", "a chattering"}; !slices.Equal(got, want) {
		t.Errorf("20 returns = %q, want %q", got, want)
	}
	if s := states["a"]; !s.Active || !slices.Contains(s.Describe(at), "chattering") {
		t.Errorf("state after 20 returns = %+v, want active and chattering", s)
	}
	if got := course([]*Alarm{a}, states, now(at+59*sec, readingOfAlarm(.1))); got != nil {
		t.Errorf("after 59 s without one = %q, want nothing", got)
	}
	if got := course([]*Alarm{a}, states, now(at+60*sec, readingOfAlarm(.1))); !slices.Equal(got, []string{"a ended"}) {
		t.Errorf("after a minute without one = %q, want its end", got)
	}
	if s := states["a"]; s.Chattering || s.Active {
		t.Errorf("state after a quiet minute = %+v, want neither active nor chattering", s)
	}
}

func TestSlowReturnsAreNoChatter(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	for n := range 10 {
		at := time.Duration(n+1) * 31 * sec
		course([]*Alarm{a}, states, now(at, readingOfAlarm(3)))
		course([]*Alarm{a}, states, now(at+sec, readingOfAlarm(.1)))
		if states["a"].Active {
			t.Fatalf("return %d, 31 s after the last: still active, want ended", n)
		}
	}
}

func TestOnlyWhen(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	a.OnlyWhen = condition(t, "V1.open")
	step := func(at time.Duration, open float64) []string {
		return course([]*Alarm{a}, states, now(at*sec, readingOfAlarm(3), valve("V1", open)))
	}
	if got := step(1, 0); got != nil || states["a"].Suppressed == "" {
		t.Errorf("with V1 closed = %q, %+v, want nothing and suppressed", got, states["a"])
	}
	if got := step(2, 1); !slices.Equal(got, []string{"a raised"}) {
		t.Errorf("with V1 open = %q, want raised", got)
	}
	if got := step(3, 0); !slices.Equal(got, []string{"a ended"}) || !states["a"].Gone {
		t.Errorf("with V1 closed again = %q, %+v, want ended and unacknowledged", got, states["a"])
	}
	if got := course([]*Alarm{a}, states, now(4*sec, readingOfAlarm(3))); !slices.Equal(got, []string{"a raised"}) {
		t.Errorf("with V1 unknown = %q, want raised: what is unknown suppresses nothing", got)
	}
}

func TestWaitingBeginsAnewAfterItWasSuppressed(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 10*sec), AlarmStates{}
	a.ClearFor, a.Devices = 10*sec, []string{"ion1"}
	health := "healthy"
	step := func(at time.Duration, value float64) []string {
		v := now(at*sec, readingOfAlarm(value))
		v.Health = func(string) string { return health }
		return course([]*Alarm{a}, states, v)
	}
	silent := func(at time.Duration) {
		health = "unavailable"
		step(at, -1)
		if s := states["a"]; s.Pending || s.Good || s.NoValue != "" {
			t.Errorf("suppressed at %ds = %+v, want nothing pending, and the device's silence alone", at, s)
		}
		health = "healthy"
	}
	step(1, 3)
	silent(5)
	if got := append(step(6, 3), step(15, 3)...); got != nil {
		t.Errorf("holds for 9 s since = %q, want nothing yet", got)
	}
	if got := step(16, 3); !slices.Equal(got, []string{"a raised"}) {
		t.Errorf("holds for 10 s since = %q, want raised", got)
	}
	step(20, .1)
	silent(25)
	if got := append(step(26, .1), step(35, .1)...); !slices.Equal(got, []string{"a resumed"}) {
		t.Errorf("over for 9 s since = %q, want active still", got)
	}
	if got := step(36, .1); !slices.Equal(got, []string{"a ended"}) {
		t.Errorf("over for 10 s since = %q, want ended", got)
	}
}

func TestChangeReportsWhetherItIsAcknowledged(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	a.Devices = []string{"ion1"}
	step := func(at time.Duration, health string) []AlarmChange {
		v := now(at*sec, readingOfAlarm(3))
		v.Health = func(string) string { return health }
		return StepAlarms([]*Alarm{a}, v, states)
	}
	if got := step(1, "healthy"); len(got) != 1 || got[0].Acknowledged {
		t.Errorf("raised = %+v, want not acknowledged", got)
	}
	states["a"], _ = states["a"].Acknowledge("jr")
	step(2, "unavailable")
	if got := step(3, "healthy"); len(got) != 1 || got[0].What != AlarmResumed || !got[0].Acknowledged {
		t.Errorf("resumed = %+v, want acknowledged", got)
	}
}

func TestAlarmsOfASilentDeviceAreSuppressed(t *testing.T) {
	health := "healthy"
	child := alarm(t, `age("ion1.ig") > 3 or ion1.ig > pa(2)`, "", 0)
	child.Devices = []string{"ion1"}
	device := alarm(t, `health("ion1") == "unavailable"`, "", 0)
	device.Name = "ion1 does not answer"
	states := AlarmStates{}
	step := func(at, read time.Duration, value float64) []string {
		s := readingOfAlarm(value)
		s.Up = read * sec
		v := now(at*sec, s)
		v.Health = func(string) string { return health }
		return course([]*Alarm{child, device}, states, v)
	}
	step(1, 1, 1)
	health = "unavailable"
	if got := step(10, 1, 1); !slices.Equal(got, []string{"ion1 does not answer raised"}) || states["a"].Suppressed == "" {
		t.Errorf("silent for 9 s = %q, %+v, want one alarm, of the device", got, states["a"])
	}
	health = "healthy"
	if got := step(20, 20, 3); !slices.Equal(got, []string{"a raised", "ion1 does not answer ended"}) {
		t.Errorf("back with 3 Pa = %q, want its own alarm, and the device's over", got)
	}
	health = "unavailable"
	if got := step(30, 20, 3); !slices.Equal(got, []string{"a suppressed", "ion1 does not answer raised"}) || !states["a"].Active {
		t.Errorf("silent while active = %q, %+v, want suppressed and active", got, states["a"])
	}
	health = "healthy"
	if got := step(40, 40, 3); !slices.Equal(got, []string{"a resumed", "ion1 does not answer ended"}) {
		t.Errorf("back while active = %q, want resumed", got)
	}
}

func TestMissingValueIsAnAlarmOfItsOwn(t *testing.T) {
	a := alarm(t, "ion1.ig > pa(2)", "", 0)
	none := &Alarm{Name: "none", Of: a, For: 5 * sec, Devices: []string{"ion1"}}
	states := AlarmStates{}
	step := func(at time.Duration, value float64) []string {
		return course([]*Alarm{a, none}, states, now(at*sec, readingOfAlarm(value)))
	}
	if got := append(step(1, 1), step(2, -1)...); got != nil || states["a"].NoValue == "" {
		t.Errorf("missing for 0 s = %q, %+v, want nothing yet, and no value", got, states["a"])
	}
	if got := step(7, -1); !slices.Equal(got, []string{"none raised"}) {
		t.Errorf("missing for 5 s = %q, want an alarm", got)
	}
	if got := step(8, 1); !slices.Equal(got, []string{"none ended"}) || states["a"].NoValue != "" {
		t.Errorf("back = %q, %+v, want it ended", got, states["a"])
	}
}

func TestFlood(t *testing.T) {
	var alarms []*Alarm
	for n := range 12 {
		a := alarm(t, "ion1.ig > pa(2)", "", time.Duration(n)*sec)
		a.Name = string(rune('a' + n))
		alarms = append(alarms, a)
	}
	states, flood := AlarmStates{}, Flood{}
	step := func(at time.Duration, value float64) (list []string) {
		v := now(at, readingOfAlarm(value))
		for _, c := range flood.Step(at, StepAlarms(alarms, v, states), states) {
			list = append(list, c.What+" "+c.Why)
		}
		return list
	}
	for n := range 10 {
		if got := step(time.Duration(n+1)*sec, 3); got != nil {
			t.Fatalf("after %d alarms = %q, want no flood", n+1, got)
		}
	}
	if got := step(11*sec, 3); !slices.Equal(got, []string{"raised 11 alarms in 10m0s, the first was a"}) {
		t.Errorf("after 11 alarms = %q, want a flood that names the first", got)
	}
	if got := step(12*sec, 3); got != nil || !states["a"].FirstOut || states["b"].FirstOut || !states[FloodAlarm.Name].Active {
		t.Errorf("after 12 alarms = %q, %+v, want nothing new, and the first marked alone", got, states["a"])
	}
	if got := step(10*time.Minute+13*sec, 3); len(got) != 1 || states[FloodAlarm.Name].Active {
		t.Errorf("ten minutes later = %q, want the end of the flood", got)
	}
}

func TestFloodFromBeforeTheStartEnds(t *testing.T) {
	states, flood := AlarmStates{FloodAlarm.Name: {Active: true}}, Flood{}
	if got := flood.Step(sec, nil, states); len(got) != 1 || got[0].What != AlarmEnded || states[FloodAlarm.Name].Active {
		t.Errorf("first step = %+v, want its end", got)
	}
}

func TestCondition(t *testing.T) {
	a := alarm(t, "ion1.ig > pa(2)", "", 0)
	for want, of := range map[string]*Alarm{"ion1.ig > pa(2)": a, "no value for: ion1.ig > pa(2)": {Of: a}, "": FloodAlarm} {
		if got := of.Condition(); got != want {
			t.Errorf("condition = %q, want %q", got, want)
		}
	}
}

func TestAcknowledge(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	if _, err := states["a"].Acknowledge("jr"); err == nil {
		t.Error("acknowledge of one that is not active = nil, want an error")
	}
	step := func(at time.Duration, value float64) { StepAlarms([]*Alarm{a}, now(at, readingOfAlarm(value)), states) }
	step(sec, 3)
	if got := states["a"].Describe(24 * time.Hour); !slices.Equal(got, []string{"active", "unacknowledged"}) {
		t.Errorf("states within a day = %q, want active, unacknowledged", got)
	}
	if got := states["a"].Describe(24*time.Hour + sec + 1); !slices.Equal(got, []string{"active", "unacknowledged", "stale"}) {
		t.Errorf("states after a day = %q, want active, unacknowledged, stale", got)
	}
	s, err := states["a"].Acknowledge("jr")
	if err != nil || s.Acknowledged != "jr" {
		t.Errorf("acknowledge = %q, %v, want jr", s.Acknowledged, err)
	}
	if got := s.Describe(3 * sec); !slices.Equal(got, []string{"active"}) {
		t.Errorf("states once it is acknowledged = %q, want active alone", got)
	}
	states["a"] = s
	step(2*sec, .1)
	if s := states["a"]; s.Acknowledged != "" || len(s.Describe(2*sec)) != 0 {
		t.Errorf("ended after it was acknowledged = %+v, want quiet and forgotten", s)
	}
	step(3*sec, 3)
	step(100*sec, .1)
	if got := states["a"].Describe(100 * time.Hour); !slices.Equal(got, []string{"unacknowledged"}) {
		t.Errorf("ended unseen = %q, want unacknowledged", got)
	}
	if s, err := states["a"].Acknowledge("jr"); err != nil || s.Gone {
		t.Errorf("acknowledge of one that ended unseen = %+v, %v, want it gone", s, err)
	}
}

func TestShelve(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	for _, c := range []struct {
		d      time.Duration
		reason string
		ok     bool
	}{{time.Hour, "bake-out", true}, {time.Hour, "", false}, {-1, "x", false}, {12 * time.Hour, "x", true}, {12*time.Hour + 1, "x", false}, {0, "x", false}} {
		if _, err := states["a"].Shelve(3*sec, c.d, c.reason); (err == nil) != c.ok {
			t.Errorf("shelve(%v, %q) = %v, want ok %v", c.d, c.reason, err, c.ok)
		}
	}
	states["a"], _ = states["a"].Shelve(3*sec, time.Minute, "bake-out")
	changes := StepAlarms([]*Alarm{a}, now(4*sec, readingOfAlarm(3)), states)
	if len(changes) != 1 || !changes[0].Shelved {
		t.Errorf("changes while shelved = %v, want one that is marked so", changes)
	}
	if got := course([]*Alarm{a}, states, now(63*sec, readingOfAlarm(3))); !slices.Equal(got, []string{"a unshelved"}) {
		t.Errorf("the time is over while it is active = %q, want unshelved", got)
	}
	changes = StepAlarms([]*Alarm{a}, now(64*sec, readingOfAlarm(.1)), states)
	if len(changes) != 1 || changes[0].Shelved || states["a"].ShelvedWhy != "" {
		t.Errorf("changes after the shelf = %v, %+v, want one that is not shelved", changes, states["a"])
	}
}

// Every alarm is judged ten times a second, whether anything was read or not: what that leaves to the collector does not grow with them.
func TestQuietAlarmsTakeNoMemory(t *testing.T) {
	var alarms []*Alarm
	states := AlarmStates{}
	for n := range 100 {
		a := alarm(t, "ion1.ig > pa(2)", "", 0)
		a.Name = string(rune('A' + n))
		alarms = append(alarms, a)
	}
	v := now(sec, readingOfAlarm(1))
	StepAlarms(alarms, v, states)
	if n := testing.AllocsPerRun(10, func() { StepAlarms(alarms, v, states) }); n > 1 {
		t.Errorf("%g allocations for %d quiet alarms, want at most 1", n, len(alarms))
	}
}
