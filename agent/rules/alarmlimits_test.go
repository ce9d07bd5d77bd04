package rules

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// Of a condition of two gauges, one of which is dead while the other may be too high, the alarm is raised, and it is judged.
func TestAnAlarmOfWhichAPartIsDead(t *testing.T) {
	a := alarm(t, "ion1.ig > pa(2) or ion1.cg1 > pa(2)", "", 0)
	none := &Alarm{Name: "none", Of: a}
	states := AlarmStates{}
	v := now(sec, pressure("ig", 1, buffer.AtLeast), missing(pressure("cg1", 0, 0), "no sensor"))
	if got := course([]*Alarm{a, none}, states, v); !slices.Equal(got, []string{"a raised"}) || states["a"].NoValue != "" {
		t.Errorf("one gauge of at least 1 Pa, the other dead = %q, %+v, want the alarm alone, with a value", got, states["a"])
	}
}

func TestAnActiveAlarmSaysThatItHasNoValue(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	for at, c := range []struct {
		value float64
		want  string
	}{{3, ""}, {-1, "ion1.ig: sensor off"}, {3, ""}} {
		course([]*Alarm{a}, states, now(time.Duration(at+1)*sec, readingOfAlarm(c.value)))
		if s := states["a"]; !s.Active || s.NoValue != c.want {
			t.Errorf("look %d, with %g Pa = %+v, want active, without a value for %q", at, c.value, s, c.want)
		}
	}
}

// clear_when that reads another gauge than when does not end an alarm whose own condition still holds.
func TestClearWhenAloneEndsNoAlarm(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "ion1.cg1 < pa(1)", 0), AlarmStates{}
	for at, c := range []struct {
		ig, cg1 float64
		want    []string
	}{{3, .5, []string{"a raised"}}, {3, .5, nil}, {1, 2, nil}, {1, .5, []string{"a ended"}}} {
		if got := course([]*Alarm{a}, states, now(time.Duration(at+1)*sec, pressure("ig", c.ig, 0), pressure("cg1", c.cg1, 0))); !slices.Equal(got, c.want) {
			t.Errorf("look %d, ig at %g, cg1 at %g Pa = %q, want %q", at, c.ig, c.cg1, got, c.want)
		}
	}
}

func TestASuppressedAlarmIsToldOnce(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	a.Devices, a.OnlyWhen = []string{"ion1"}, condition(t, "V1.open")
	health := "healthy"
	step := func(at time.Duration, open float64) []string {
		v := valve("V1", open)
		v.Up = (at - 1) * sec // looked at a second after it was read
		view := now(at*sec, readingOfAlarm(3), v)
		view.Health = func(string) string { return health }
		return course([]*Alarm{a}, states, view)
	}
	step(2, 1)
	health = "unavailable"
	if got := append(step(3, 1), step(4, 1)...); !slices.Equal(got, []string{"a suppressed"}) {
		t.Errorf("two looks at a silent device = %q, want that it is suppressed, once", got)
	}
	health = "healthy"
	step(5, 1)
	if got := step(6, 0); !slices.Equal(got, []string{"a ended"}) {
		t.Errorf("only_when over, as read a second ago = %q, want ended", got)
	}
}

func TestAnAlarmRaisedAgainIsNotGone(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	for at, value := range []float64{3, .1, 3} {
		course([]*Alarm{a}, states, now(time.Duration(at+1)*sec, readingOfAlarm(value)))
	}
	if s := states["a"]; !s.Active || s.Gone {
		t.Errorf("raised again after it ended unseen = %+v, want active and not gone", s)
	}
}

func TestAnAlarmTakenOffTheShelf(t *testing.T) {
	s, err := AlarmState{}.Shelve(3*sec, time.Hour, "bake-out")
	if err != nil || s.ShelvedUntil != time.Hour+3*sec || s.ShelvedWhy != "bake-out" {
		t.Errorf("shelved = %+v, %v, want for an hour", s, err)
	}
	if s, err = s.Shelve(4*sec, 0, ""); err != nil || s != (AlarmState{}) {
		t.Errorf("taken off the shelf = %+v, %v, want nothing left of it", s, err)
	}
}

// How many alarms of the last ten minutes are a flood, which of them count, and when it is over.
func TestWhatCountsAsAFlood(t *testing.T) {
	of := func(what string, shelved bool, many int) (list []AlarmChange) {
		for n := range many {
			list = append(list, AlarmChange{Alarm: &Alarm{Name: fmt.Sprint("a", n)}, What: what, Shelved: shelved})
		}
		return list
	}
	raised := of(AlarmRaised, false, 11)
	for name, c := range map[string]struct {
		looks [][]AlarmChange // five minutes apart
		want  []string
	}{
		"eleven":                  {[][]AlarmChange{raised}, []string{"raised"}},
		"ten":                     {[][]AlarmChange{raised[:10]}, []string{""}},
		"ends do not count":       {[][]AlarmChange{append(of(AlarmEnded, false, 5), raised[:10]...)}, []string{""}},
		"the shelf does not":      {[][]AlarmChange{append(of(AlarmRaised, true, 5), raised[:10]...)}, []string{""}},
		"old ones do not":         {[][]AlarmChange{raised[:6], nil, nil, raised[:5]}, []string{"", "", "", ""}},
		"one old one does not":    {[][]AlarmChange{raised[:1], nil, nil, raised[:10]}, []string{"", "", "", ""}},
		"those of ten minutes do": {[][]AlarmChange{raised[:6], nil, raised[:5]}, []string{"", "", "raised"}},
		"six go on with it":       {[][]AlarmChange{raised[:5], raised[:6], nil, nil, nil}, []string{"", "raised", "", "", "ended"}},
		"five end it":             {[][]AlarmChange{raised[:6], raised[:5], nil, nil}, []string{"", "raised", "", "ended"}},
	} {
		states, flood := AlarmStates{}, Flood{}
		for n, changes := range c.looks {
			got := ""
			for _, f := range flood.Step(time.Duration(n+1)*5*time.Minute+1, changes, states) {
				if got = f.What; f.Shelved || f.Acknowledged {
					t.Errorf("%s: look %d = %+v, want it neither shelved nor acknowledged", name, n, f)
				}
			}
			if got != c.want[n] {
				t.Errorf("%s: look %d = %q, want %q", name, n, got, c.want[n])
			}
		}
	}
}
