package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/buffer"
	"pychron-edge/drawing"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/near"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/rules"
)

// Plan is a configuration that was checked: every name found, every option decoded, every expression compiled, every
// default filled in. The agent runs from it and asks nothing of the file again. It is only ever read; a reload makes a
// new one.
type Plan struct {
	Config   *Config          // with the defaults filled in
	Devices  []*DevicePlan    // in the order of the file, those with enabled: false too
	Derived  []*rules.Derived // in the order in which they must be computed
	Rules    []*rules.Rule
	Alarms   []*rules.Alarm
	Pipettes []*rules.Pipette

	Receivers []NotifyConfig      // all of them, each with a name of its own
	Notify    map[string][]string // names of receivers, by the name of the alarm
	Rated     []rules.Ref         // the points whose rate of change an expression asks for

	Drawing *drawing.Line                // the line as it is drawn; nil where there is nothing to draw
	Running map[string]*rules.Expression // by pump on it: when it runs; none for one that is taken to
}

// DevicePlan is one device.
type DevicePlan struct {
	DeviceConfig // with the defaults filled in: Every, Heartbeat, StaleAfter, OnStart, OnExit, OnReturn
	Model        drivers.Model
	Decoded      any          // the options as Model.Open takes them
	Line         line.Address // where Port is not empty
	Wiring       map[string]drivers.Pin
	Off          bool          // enabled: false
	Phase        time.Duration // when within Every it is polled, counted from the start of the program; 0 to below Every
	RideThrough  time.Duration // of a laser: how long its line may have been away for it to go on; 0 = it is halted
	Points       []PointPlan   // all readings it can return
	Moves        []Control     // all it can be told; empty for an instrument that only reads
}

// PointPlan is one reading of a device and what people call it.
type PointPlan struct {
	drivers.Point
	Description string
	Gas         string   // what a pressure is calibrated for: "N2 eq.", or as configured; "" for what is no pressure
	Alias       []string // other names it is known by (Pychron's)
	Deadband    *float64 // nil = the default of its unit
}

// Control is one thing a device can be told, and what stands in its way by configuration.
type Control struct {
	drivers.Control
	Enabled bool        // control: true, and a hazard is named in controls
	Closed  []rules.Ref // it may leave its idle value only while all these are closed
	Open    []rules.Ref // and all these are verified open
	Vent    bool        // for it, what is only told closed is not closed
}

// WithoutSource gives up what only those need who look for mistakes: the text of the file, where each value stands in it, and the devices as
// they stand there, which [Plan.Devices] has with all that is known of them. That is a tenth of what an instrument takes of the memory.
func (p *Plan) WithoutSource() *Plan {
	p.Config.source = nil
	p.Config.Devices = nil
	for _, d := range p.Devices {
		d.Options = yaml.Node{}
	}
	return p
}

// PollsPerSecond is how often all devices together are read.
func (p *Plan) PollsPerSecond() (n float64) {
	for _, d := range p.Devices {
		if !d.Off && d.Every > 0 {
			n += 1 / d.Every.Seconds()
		}
	}
	return n
}

// Device is the device called name, nil if there is none.
func (p *Plan) Device(name string) *DevicePlan {
	for _, d := range p.Devices {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// oneDevice is what the name of a device must be.
func (p *Plan) oneDevice() string {
	var names []string
	for _, d := range p.Devices {
		names = append(names, d.Name)
	}
	return near.OneOf(names, "there is no device in this file")
}

// noActuator is said of the name of a device that moves something, where there is none.
const noActuator = "there is no laser, valve or other device with controls in this file"

// oneLaser is what the name of a laser must be.
func (p *Plan) oneLaser() string {
	var names []string
	for _, d := range p.Devices {
		if d.Model.Laser {
			names = append(names, d.Name)
		}
	}
	return near.OneOf(names, "there is no laser in this file")
}

// Point is the point called name, nil if there is none.
func (d *DevicePlan) Point(name string) *PointPlan {
	for i := range d.Points {
		if d.Points[i].Point.Point() == name {
			return &d.Points[i]
		}
	}
	return nil
}

// Move is the control called name, nil if there is none.
func (d *DevicePlan) Move(name string) *Control {
	for i := range d.Moves {
		if d.Moves[i].Name == name {
			return &d.Moves[i]
		}
	}
	return nil
}

// IdleOnHalt says whether HALT makes the device idle: lasers, furnaces, heaters, and what says on_halt: idle. All else holds, for
// closing a foreline valve or stopping a turbo harms.
func (d *DevicePlan) IdleOnHalt() bool {
	return d.Model.Laser || d.OnHalt == "idle" || d.OnHalt == "" && d.Model.Heats
}

// HaltsOnExit says whether the device is halted on every exit of the program.
func (d *DevicePlan) HaltsOnExit() bool { return d.Model.Laser || d.OnExit == "halt" }

// UnknownRule is the error for a name that is none of a rule.
func (p *Plan) UnknownRule(name string) error {
	var names []string
	for _, r := range p.Rules {
		names = append(names, r.Name)
	}
	return fmt.Errorf("rule %q: %w; %s", yamlfile.Short(name), buffer.ErrUnknown, near.OneOf(names, "this agent has no rules"))
}

// UnknownAlarm is the error for a name that is none of an alarm.
func (p *Plan) UnknownAlarm(name string) error {
	var names []string
	for _, a := range p.Alarms {
		names = append(names, a.Name)
	}
	return fmt.Errorf("alarm %q: %w; %s", yamlfile.Short(name), buffer.ErrUnknown, near.OneOf(names, "this agent has no alarms"))
}

// UnknownDevice is the error for a name that is none of a device.
func (p *Plan) UnknownDevice(name string) error {
	var names []string
	for _, d := range p.Devices {
		names = append(names, d.Name)
	}
	return fmt.Errorf("device %q: %w; %s", yamlfile.Short(name), buffer.ErrUnknown, near.OneOf(names, "this agent has no devices"))
}

// Find is the control a command is about: ErrUnknown if there is no such device or control, ErrRange if value is outside
// its range, ErrForbidden if the configuration does not let it be commanded. Nothing here changes while a plan runs.
func (p *Plan) Find(device, control string, value float64) (*DevicePlan, *Control, error) {
	d := p.Device(device)
	if d == nil {
		return nil, nil, fmt.Errorf("device %q: %w; %s", device, buffer.ErrUnknown, near.OneOf(p.actuators(), "no device of this agent has controls"))
	}
	c := d.Move(control)
	if c == nil {
		return nil, nil, fmt.Errorf("control %q of %s: %w; %s", control, device, buffer.ErrUnknown, d.oneControl())
	}
	switch {
	case !(value >= c.Min && value <= c.Max):
		allowed := strings.TrimSpace(fmt.Sprintf("%v to %v %s", c.Min, c.Max, c.Unit))
		return nil, nil, fmt.Errorf("%s.%s to %v: %w; must be %s", device, control, value, buffer.ErrRange, allowed)
	case c.IsSwitch() && value != 0 && value != 1:
		return nil, nil, fmt.Errorf("%s.%s to %v: %w; must be 0 or 1", device, control, value, buffer.ErrRange)
	case d.Off:
		return nil, nil, fmt.Errorf("%s is switched off in the configuration (enabled: false): %w", device, buffer.ErrForbidden)
	case !d.Control:
		return nil, nil, fmt.Errorf("%s is read-only, for its configuration does not say control: true: %w", device, buffer.ErrForbidden)
	case !c.Enabled:
		return nil, nil, fmt.Errorf("%s.%s is hazardous and not named in its controls: %w", device, control, buffer.ErrForbidden)
	}
	return d, c, nil
}

// actuators are the names of the devices that can be told something.
func (p *Plan) actuators() []string {
	var names []string
	for _, d := range p.Devices {
		if len(d.Moves) > 0 {
			names = append(names, d.Name)
		}
	}
	return names
}

// oneControl is what the name of a control must be.
func (d *DevicePlan) oneControl() string { return near.OneOf(d.controlNames(), "it only reads") }

// oneFullControl is what the name of a control with its device must be.
func (d *DevicePlan) oneFullControl() string {
	if len(d.Moves) == 0 {
		return "<device>.<control>, and it only reads"
	}
	return "<device>.<control>, such as " + d.Name + "." + d.Moves[0].Name
}

func (d *DevicePlan) controlNames() []string {
	var names []string
	for _, c := range d.Moves {
		names = append(names, c.Name)
	}
	return names
}

// DerivedNames are the names derived points stand under, each once, in the order of the file.
func (p *Plan) DerivedNames() (names []string) {
	for _, d := range p.Derived {
		if !slices.Contains(names, d.Device) {
			names = append(names, d.Device)
		}
	}
	return names
}

// DerivedDeadband is the deadband of a derived point, nil for the default of its unit.
func (p *Plan) DerivedDeadband(device, channel, name string) *float64 {
	for _, d := range p.Derived {
		if d.Device == device && d.Point.Channel == channel && d.Point.Name == name {
			return d.Deadband
		}
	}
	return nil
}

// MoveTo gives a device another port.
func (d *DevicePlan) MoveTo(at string) error {
	a, err := line.ParseAddress(at, d.Model.Line)
	if err != nil {
		return fmt.Errorf("%s: simulated port: %w", d.Name, err)
	}
	d.Port, d.Line = at, a
	return nil
}

// DerivedHeartbeat is the heartbeat of what is computed: the default of what is read.
const DerivedHeartbeat = time.Minute

// Families is the family of metrics by device, for the names of readings.
func (p *Plan) Families() map[string]string {
	out := make(map[string]string, len(p.Devices))
	for _, d := range p.Devices {
		out[d.Name] = d.Model.Family
	}
	return out
}

// Heartbeat is the longest of the devices': the time in which everything that stands still is told again.
func (p *Plan) Heartbeat() time.Duration {
	slowest := DerivedHeartbeat
	for _, d := range p.Devices {
		slowest = max(slowest, d.Heartbeat)
	}
	return slowest
}
