package rules

// noteValue notes whether the alarm can be judged, and since it cannot, why.
func (a *Alarm) noteValue(v View, s *AlarmState, t truth) {
	switch {
	case t.none == 0 || t.yes:
		s.NoValue = ""
	case s.NoValue == "":
		s.NoValue = a.values(v)
	}
}

// judge judges the condition that raises.
func (a *Alarm) judge(v View) truth {
	if a.Of == nil {
		return a.When.Judge(v, 0)
	}
	t := a.Of.When.Judge(v, 0)
	return boolean(t.none != 0 && !t.yes)
}

// over says that the alarm may end: for certain, and by its hysteresis.
func (a *Alarm) over(v View) bool {
	switch {
	case a.Of != nil:
		return a.judge(v).certain(false)
	case a.Clear != nil:
		return a.When.Judge(v, 0).certain(false) && a.Clear.Judge(v, 0).certain(true)
	}
	return a.When.over(v)
}

func (a *Alarm) values(v View) string {
	switch {
	case a.Of != nil:
		return a.Of.values(v)
	case a.When == nil:
		return ""
	}
	return a.When.Values(v)
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
