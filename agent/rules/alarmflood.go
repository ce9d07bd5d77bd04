package rules

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// More than floodCount alarms raised in floodTime are a flood: more than people can take in. It is over when no more than
// floodOver are.
const (
	floodCount = 10
	floodOver  = 5
	floodTime  = 10 * time.Minute
)

// FloodAlarm is raised by a flood.
var FloodAlarm = &Alarm{
	Name: "alarm flood", Priority: "high", Severity: buffer.Error, BuiltIn: true, Text: "many alarms in a short time, probably of one cause",
	Cause: "one fault that many alarms follow from", Consequence: "the first alarm is easily overlooked", Action: "begin with the alarm that is marked as the first",
}

// Flood is what is remembered to notice one: the alarms raised in the last floodTime.
type Flood struct{ raised []floodEntry }

type floodEntry struct {
	alarm string
	at    time.Duration
}

// Step takes what changed now and gives the beginning or the end of a flood. The alarm that began it is marked in states.
// Alarms on the shelf do not count. One from before the start ends at the first step.
func (f *Flood) Step(now time.Duration, changes []AlarmChange, states AlarmStates) []AlarmChange {
	for _, c := range changes {
		if c.What == AlarmRaised && !c.Shelved {
			f.raised = append(f.raised, floodEntry{c.Alarm.Name, now})
		}
	}
	for len(f.raised) > 0 && now-f.raised[0].at > floodTime {
		f.raised = f.raised[1:]
	}
	s := states[FloodAlarm.Name]
	switch {
	case !s.Active && len(f.raised) > floodCount:
		name := f.raised[0].alarm
		first := states[name]
		first.FirstOut = true
		states[name] = first
		s.begin(now, fmt.Sprintf("%d alarms in %v, the first was %s", len(f.raised), floodTime, name))
	case s.Active && len(f.raised) <= floodOver:
		s.end(now)
	default:
		return nil
	}
	states[FloodAlarm.Name] = s
	what := AlarmEnded
	if s.Active {
		what = AlarmRaised
	}
	return []AlarmChange{{FloodAlarm, what, s.Why, s.Active, s.ShelvedUntil != 0, false}}
}
