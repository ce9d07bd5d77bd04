package rules

import (
	"time"

	"pychron-edge/buffer"
)

// Alarm informs people that a condition holds, after ISA-18.2. It acts on nothing.
type Alarm struct {
	Name     string
	When     *Expression
	Of       *Alarm        // instead of When: it holds while this alarm cannot be judged
	Clear    *Expression   // it ends when this certainly holds; nil = when When certainly does not, with hysteresis
	OnlyWhen *Expression   // it is suppressed while this certainly does not hold; nil = never
	For      time.Duration // When must hold this long first
	ClearFor time.Duration // it must certainly be over this long before it ends
	Priority string        // low, medium, high
	Severity buffer.Severity

	Text, Cause, Consequence, Action string // for people

	Devices []string // that all its values come from: while none of them answers it is suppressed
	BuiltIn bool     // it is in no configuration
}

// What may become of an alarm.
const (
	AlarmRaised     = "raised"
	AlarmEnded      = "ended"
	AlarmChattering = "chattering" // it is raised and ends again and again; from now on it ends only after a quiet minute
	AlarmSuppressed = "suppressed" // an active one of a device that does not answer any more
	AlarmResumed    = "resumed"    // an active one of a device that answers again
	AlarmUnshelved  = "unshelved"  // an active one whose time on the shelf is over
)

// AlarmChange is what has become of an alarm now.
type AlarmChange struct {
	Alarm        *Alarm
	What         string
	Why          string
	Active       bool
	Shelved      bool // nobody is to be notified
	Acknowledged bool
}

// StepAlarms judges the alarms and brings their states up to date. It gives what changed.
//
//   - A condition that may hold, by any end of a censored value, counts as holding. Where it cannot be judged, because a
//     value is missing or stale, an alarm stays as it is, and waiting begins anew.
//   - An alarm that ended stays visible until somebody has acknowledged it; one that is shelved keeps its state.
//
// It is a function of its arguments alone.
func StepAlarms(alarms []*Alarm, v View, states AlarmStates) []AlarmChange {
	var changes []AlarmChange
	now := &scene{View: v} // of all of them
	for _, a := range alarms {
		before := states[a.Name]
		if before.quiet() && a.quiet(now) {
			continue
		}
		s := before
		what, why := a.step(now, &s)
		if s != before {
			states[a.Name] = s
		}
		if what != "" {
			changes = append(changes, AlarmChange{a, what, why, s.Active, s.ShelvedUntil != 0, s.Acknowledged != ""})
		}
	}
	return changes
}

// quiet says for certain that the alarm does not hold, and is not suppressed: one that was quiet stays as it is.
func (a *Alarm) quiet(v *scene) bool {
	if a.OnlyWhen != nil || a.silent(v) != "" {
		return false
	}
	t := a.judge(v)
	return !t.yes && t.none == 0
}

// step brings one state up to date, and gives what has become of the alarm and why; "" if nothing has.
func (a *Alarm) step(v *scene, s *AlarmState) (what, why string) {
	expired := s.ShelvedUntil != 0 && v.Now >= s.ShelvedUntil
	if expired {
		s.ShelvedUntil, s.ShelvedWhy = 0, ""
	}
	before := s.Suppressed
	silent := a.silent(v)
	s.Suppressed = silent
	if a.OnlyWhen != nil && a.OnlyWhen.judge(v).certain(false) {
		s.Suppressed = "only_when does not hold: " + a.OnlyWhen.Text
	}
	switch {
	case s.Suppressed != "":
		s.Pending, s.Good, s.NoValue = false, false, ""
		if s.Active && s.Suppressed != silent {
			s.end(v.Now)
			return AlarmEnded, s.Suppressed
		}
		if s.Active && before == "" {
			return AlarmSuppressed, s.Suppressed
		}
		return "", ""
	case s.Active:
		what = a.clear(v, s)
	default:
		what = a.raise(v, s)
	}
	switch {
	case what != "" || !s.Active:
	case expired:
		what = AlarmUnshelved
	case before != "":
		what = AlarmResumed
	}
	if what == "" {
		return "", ""
	}
	return what, a.values(v)
}

// silent names the devices of the alarm if none of them answers, "" if one does.
func (a *Alarm) silent(v *scene) string {
	for _, d := range a.Devices {
		if v.health(d) != "unavailable" {
			return ""
		}
	}
	if len(a.Devices) == 0 {
		return ""
	}
	return a.Devices[0] + " does not answer"
}

// raise raises an alarm that may have held for long enough.
func (a *Alarm) raise(v *scene, s *AlarmState) string {
	t := a.judge(v)
	a.noteValue(v, s, t)
	if !t.yes {
		s.Pending = false
		return ""
	}
	if !s.Pending {
		s.Pending, s.From = true, v.Now
	}
	if v.Now-s.From < a.For {
		return ""
	}
	s.begin(v.Now, a.values(v))
	return AlarmRaised
}

// clear ends an active alarm that has certainly been over for long enough.
func (a *Alarm) clear(v *scene, s *AlarmState) string {
	a.noteValue(v, s, a.judge(v))
	if !a.over(v) {
		s.Good = false
		return ""
	}
	if !s.Good {
		s.Good, s.GoodFrom = true, v.Now
	}
	clearFor := a.ClearFor
	if s.Chattering {
		clearFor = max(clearFor, chatterTime)
	}
	switch {
	case v.Now-s.GoodFrom < clearFor:
		return ""
	case !s.Chattering && s.returnsAgain(v.Now):
		s.Chattering = true
		return AlarmChattering
	}
	s.end(v.Now)
	return AlarmEnded
}
