package rules

// noteValue notes whether the alarm can be judged, and since it cannot, why.
func (a *Alarm) noteValue(v *scene, s *AlarmState, t truth) {
	switch {
	case t.none == 0 || t.yes:
		s.NoValue = ""
	case s.NoValue == "":
		s.NoValue = a.values(v)
	}
}

// judge judges the condition that raises.
func (a *Alarm) judge(v *scene) truth {
	if a.Of == nil {
		return a.When.judge(v)
	}
	t := a.Of.When.judge(v)
	return boolean(t.none != 0 && !t.yes)
}

// over says that the alarm may end: for certain, and by its hysteresis.
func (a *Alarm) over(v *scene) bool {
	switch {
	case a.Of != nil:
		return a.judge(v).certain(false)
	case a.Clear != nil:
		return a.When.judge(v).certain(false) && a.Clear.judge(v).certain(true)
	}
	return a.When.over(v.View)
}

func (a *Alarm) values(v *scene) string {
	switch {
	case a.Of != nil:
		return a.Of.values(v)
	case a.When == nil:
		return ""
	}
	return a.When.Values(v.View)
}

// Condition is the condition that raises, for people.
func (a *Alarm) Condition() string {
	switch {
	case a.Of != nil:
		return "no value for: " + a.Of.When.Text
	case a.When == nil:
		return ""
	}
	return a.When.Text
}
