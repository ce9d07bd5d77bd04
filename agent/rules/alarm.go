package rules

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// Alarm tells people that a condition holds. It acts on nothing.
type Alarm struct {
	Name     string
	When     *Expression
	Clear    *Expression   // it ends when this certainly holds; nil = when When certainly does not
	For      time.Duration // When must hold this long first
	Severity buffer.Severity
	Text     string
}

// AlarmState is what is remembered of one alarm. Times are monotonic.
type AlarmState struct {
	Active       bool
	Since        time.Duration // of Active
	Why          string        // the values that raised it
	Pending      bool          // When holds, not yet for long enough
	From         time.Duration // since when it is pending
	Acknowledged string        // by whom; "" = not
	ShelvedUntil time.Duration // 0 = not shelved
	ShelvedWhy   string
}

// AlarmStates are the states by the name of the alarm. They survive a reload.
type AlarmStates map[string]AlarmState

// AlarmChange is an alarm that was raised or ended now. A shelved one is told to nobody, but still an event.
type AlarmChange struct {
	Alarm   *Alarm
	Active  bool
	Why     string
	Shelved bool
}

// StepAlarms judges the alarms and brings their states up to date. It gives those that were raised or ended.
//
//   - A condition that may hold, by any end of a censored value, counts as holding. Where it cannot be told, because a
//     value is missing or stale, an alarm stays as it is, and waiting begins anew.
//   - An alarm that ended forgets who acknowledged it; one that is shelved keeps its state and is told to nobody.
//
// It is a function of its arguments alone.
func StepAlarms(alarms []*Alarm, v View, states AlarmStates) []AlarmChange {
	var changes []AlarmChange
	for _, a := range alarms {
		before := states[a.Name]
		after := a.step(v, before)
		states[a.Name] = after
		if before.Active != after.Active {
			changes = append(changes, AlarmChange{a, after.Active, a.When.Values(v), after.ShelvedUntil != 0})
		}
	}
	return changes
}

func (a *Alarm) step(v View, s AlarmState) AlarmState {
	if s.ShelvedUntil != 0 && v.Now >= s.ShelvedUntil {
		s.ShelvedUntil, s.ShelvedWhy = 0, ""
	}
	if s.Active {
		return a.end(v, s)
	}
	if holds := a.When.Judge(v, 0).yes; !holds {
		s.Pending = false
		return s
	}
	if !s.Pending {
		s.Pending, s.From = true, v.Now
	}
	if v.Now-s.From >= a.For {
		s.Active, s.Since, s.Why, s.Pending = true, v.Now, a.When.Values(v), false
	}
	return s
}

// end ends an active alarm where that is certain.
func (a *Alarm) end(v View, s AlarmState) AlarmState {
	over := a.When.Judge(v, 0).certain(false)
	if a.Clear != nil {
		over = over && a.Clear.Judge(v, 0).certain(true)
	}
	if over {
		s.Active, s.Since, s.Why, s.Acknowledged = false, v.Now, "", ""
	}
	return s
}

// Acknowledge notes who has seen an active alarm. One that is not active has nothing to acknowledge.
func (s AlarmState) Acknowledge(who string) (AlarmState, error) {
	if !s.Active {
		return s, fmt.Errorf("the alarm is not active, so there is nothing to acknowledge")
	}
	s.Acknowledged = who
	return s, nil
}

// maxShelf is the longest an alarm may be shelved.
const maxShelf = 30 * 24 * time.Hour

// Shelve keeps an alarm from being told for a while, for a reason. A time of 0 takes it off the shelf.
func (s AlarmState) Shelve(now, d time.Duration, reason string) (AlarmState, error) {
	switch {
	case d < 0 || d > maxShelf:
		return s, fmt.Errorf("shelve for %v; must be 0 to %v", d, maxShelf)
	case d == 0:
		s.ShelvedUntil, s.ShelvedWhy = 0, ""
	case reason == "":
		return s, fmt.Errorf("shelve without a reason; must be any text that says why")
	default:
		s.ShelvedUntil, s.ShelvedWhy = now+d, reason
	}
	return s, nil
}
