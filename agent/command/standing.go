package command

import (
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drawing"

	"pychron-edge/agent/rules"
)

// Standing is what the commander knows at one instant, beside what was read.
type Standing struct {
	Devices  map[string]DeviceStanding
	Latched  string // why everything is kept at idle; "" = it is not
	Rules    []RuleStanding
	Alarms   []AlarmStanding
	Pipettes []PipetteStanding
	Valves   map[string]drawing.Standing // on the line as it is drawn, by part
	Pumps    map[string]drawing.Running  // likewise
	Regions  []drawing.Region            // of that line; none where nobody said what is connected
	Halted   *HaltStanding               // the last HALT; nil = none, or it was cleared
}

// HaltStanding is a HALT that somebody asked for: who, when (up), and what became of it. It stands until somebody clears it, whatever
// restarts meanwhile.
type HaltStanding struct {
	By     buffer.Principal
	At     time.Duration
	Result buffer.HaltResult // empty while the devices are told
}

// DeviceStanding is what stands in the way of commands to one device.
type DeviceStanding struct {
	Lock     *LockStanding // nil = not locked
	Held     time.Duration // until when somebody holds a lease, up; 0 = nobody
	HeldBy   string        // who
	Controls map[string]ControlStanding
}

// ControlStanding is whether a control moves, and why moving it from its idle value would be refused now.
type ControlStanding struct {
	Moving    bool
	Forbidden string // "" = it would not

	State      string            // of a valve: closed, open, moving, unknown; "" for what is none
	Told       bool              // nothing but what it was told, or what a person reported, speaks for that
	Conditions []rules.Condition // what must be so before the valve may leave its idle value, as it is now
}

// RuleStanding is a rule with its latch.
type RuleStanding struct {
	Rule  *rules.Rule
	Latch rules.Latch
}

// AlarmStanding is an alarm with its state.
type AlarmStanding struct {
	Alarm *rules.Alarm
	State rules.AlarmState
}

// PipetteStanding is a pipette with its count.
type PipetteStanding struct {
	Pipette *rules.Pipette
	Count   rules.PipetteCount
}
