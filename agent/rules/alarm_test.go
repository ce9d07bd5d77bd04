package rules

import (
	"testing"
	"time"

	"pychron-edge/buffer"
)

func alarm(t *testing.T, when, clear string, wait time.Duration) *Alarm {
	t.Helper()
	a := &Alarm{Name: "a", For: wait, Severity: buffer.Warning}
	var err error
	if a.When, err = CompileCondition(when, points()); err != nil {
		t.Fatal(err)
	}
	if clear != "" {
		if a.Clear, err = CompileCondition(clear, points()); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestAlarms(t *testing.T) {
	type look struct {
		at     time.Duration
		value  float64 // of ig; below 0 = missing
		active bool
	}
	for name, c := range map[string]struct {
		clear string
		wait  time.Duration
		looks []look
	}{
		"raised and ended at once":  {"", 0, []look{{1, 1, false}, {2, 3, true}, {3, 1, false}}},
		"hysteresis":                {"ion1.ig < pa(1)", 0, []look{{1, 3, true}, {2, 1.5, true}, {3, 0.5, false}, {4, 1.5, false}, {5, 3, true}}},
		"a delay":                   {"", 10, []look{{1, 3, false}, {10, 3, false}, {11, 3, true}}},
		"a dip begins it anew":      {"", 10, []look{{1, 3, false}, {9, 1, false}, {12, 3, false}, {21, 3, false}, {22, 3, true}}},
		"a missing value ends none": {"", 0, []look{{1, 3, true}, {2, -1, true}, {60, -1, true}, {61, 1, false}}},
		"nor raises one":            {"", 0, []look{{1, 1, false}, {2, -1, false}, {60, -1, false}}},
		"nor counts as waiting":     {"", 10, []look{{1, 3, false}, {5, -1, false}, {12, 3, false}, {22, 3, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			a, states := alarm(t, "ion1.ig > pa(2)", c.clear, c.wait*sec), AlarmStates{}
			was := false
			for _, l := range c.looks {
				s := pressure("ig", l.value, 0)
				if l.value < 0 {
					s = missing(s, "sensor off")
				}
				changes := StepAlarms([]*Alarm{a}, now(l.at*sec, s), states)
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

func TestAlarmThatMayHold(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	StepAlarms([]*Alarm{a}, now(sec, pressure("ig", 1, buffer.AtLeast)), states)
	if !states["a"].Active {
		t.Error("active with ig at least 1 Pa = false, want true: it may be more than 2")
	}
	StepAlarms([]*Alarm{a}, now(2*sec, pressure("ig", 1, buffer.AtMost)), states)
	if states["a"].Active {
		t.Error("active with ig at most 1 Pa = true, want false")
	}
}

func TestAcknowledgeAndShelve(t *testing.T) {
	a, states := alarm(t, "ion1.ig > pa(2)", "", 0), AlarmStates{}
	if _, err := states["a"].Acknowledge("jr"); err == nil {
		t.Error("acknowledge of one that is not active = nil, want an error")
	}
	StepAlarms([]*Alarm{a}, now(sec, pressure("ig", 3, 0)), states)
	s, err := states["a"].Acknowledge("jr")
	if err != nil || s.Acknowledged != "jr" {
		t.Errorf("acknowledge = %q, %v, want jr", s.Acknowledged, err)
	}
	states["a"] = s
	StepAlarms([]*Alarm{a}, now(2*sec, pressure("ig", 1, 0)), states)
	if states["a"].Acknowledged != "" {
		t.Error("acknowledged after it ended, want forgotten")
	}
	for _, c := range []struct {
		d      time.Duration
		reason string
		ok     bool
	}{{time.Hour, "bake-out", true}, {time.Hour, "", false}, {-1, "x", false}, {maxShelf + 1, "x", false}, {0, "", true}} {
		if _, err := states["a"].Shelve(3*sec, c.d, c.reason); (err == nil) != c.ok {
			t.Errorf("shelve(%v, %q) = %v, want ok %v", c.d, c.reason, err, c.ok)
		}
	}
	states["a"], _ = states["a"].Shelve(3*sec, time.Minute, "bake-out")
	changes := StepAlarms([]*Alarm{a}, now(4*sec, pressure("ig", 3, 0)), states)
	if len(changes) != 1 || !changes[0].Shelved {
		t.Errorf("changes while shelved = %v, want one that says so", changes)
	}
	changes = StepAlarms([]*Alarm{a}, now(64*sec, pressure("ig", 1, 0)), states)
	if len(changes) != 1 || changes[0].Shelved || states["a"].ShelvedWhy != "" {
		t.Errorf("changes after the shelf = %v, %+v, want one that is told", changes, states["a"])
	}
}
