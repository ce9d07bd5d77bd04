package served

import (
	"context"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/pychron"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// Line is what Pychron's clients see and move of an agent: a [pychron.Agent].
type Line struct {
	Plan      func() *config.Plan // in force
	Commander *command.Commander
	Present   *buffer.Present
	Clock     *clock.Clock
	Recorder  func(*buffer.Event)
}

func (a Line) Record(e *buffer.Event) { a.Recorder(e) }

func (a Line) Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	return a.Commander.Command(ctx, c)
}

// Valves are the valves of the plan in force, as they are read, with what the commander knows of them.
func (a Line) Valves() []pychron.Valve {
	plan := a.Plan().PychronValves()
	refs := make([]rules.Ref, len(plan))
	for n := range plan {
		refs[n] = plan[n].Ref
	}
	standing := a.Commander.Valves(refs)
	all := make([]pychron.Valve, len(plan))
	for n, v := range plan {
		all[n] = pychron.Valve{
			Name: v.Name, Others: v.Others, Device: v.Device, Control: v.Point, Kind: pychronKind(&v),
			Position: positions[standing[n].State], Moving: standing[n].Moving, Locked: standing[n].Locked, Owner: standing[n].Owner,
		}
	}
	return all
}

func pychronKind(v *config.PychronValve) pychron.Kind {
	switch {
	case v.Manual:
		return pychron.Manual
	case v.Switch:
		return pychron.Switch
	}
	return pychron.Driven
}

// positions are the states of valves as clients have them; of any other the position is not known.
var positions = map[rules.ValveState]pychron.Position{
	rules.Closed: pychron.Closed, rules.ToldClosed: pychron.Closed, rules.Unproven: pychron.Closed, rules.Open: pychron.Open,
}

// believable says whether a sample is an exact value that is not old.
func believable(s *buffer.Sample, now time.Duration) bool {
	return s.Missing == "" && !s.Stale(now) && s.Bound == buffer.Exact && !math.IsNaN(s.Value)
}

// Devices are all others, those that are computed among them.
func (a Line) Devices() []pychron.Device {
	var all []pychron.Device
	for _, d := range a.Plan().Devices {
		if d.Off || d.Model.Family == "valve" {
			continue
		}
		one := pychron.Device{Names: append([]string{d.Name}, d.Alias...), Sets: pychronSets(d)}
		for _, p := range d.Points {
			one.Points = append(one.Points, a.pychronPoint(d.Name, p.Channel, p.Name, p.Alias))
		}
		all = append(all, one)
	}
	for _, name := range a.Plan().DerivedNames() {
		one := pychron.Device{Names: []string{name}}
		for _, s := range a.Present.Device(name) {
			one.Points = append(one.Points, a.pychronPoint(name, s.Channel, s.Name, nil))
		}
		all = append(all, one)
	}
	return all
}

// pychronPoint is one point with its last reading.
func (a Line) pychronPoint(device, channel, name string, aliases []string) pychron.Point {
	p := pychron.Point{}
	for _, s := range a.Present.Device(device) {
		if s.Channel == channel && s.Name == name {
			p.Unit, p.Value, p.Known = s.Unit, s.Value, believable(&s, a.Clock.Up())
		}
	}
	if channel == "" {
		channel = name
	}
	p.Names = append([]string{channel}, aliases...)
	return p
}

// pychronSets are the controls of a device that Set may move: a laser has a port of its own, and what is hazardous or a pulse has
// no place here.
func pychronSets(d *config.DevicePlan) (names []string) {
	if d.Model.Laser {
		return nil
	}
	for _, c := range d.Moves {
		if c.Enabled && !c.Hazard && !c.Pulse {
			names = append(names, c.Name)
		}
	}
	return names
}

// Tripped is the first thing that stands in the way of a run.
func (a Line) Tripped() string { return a.Commander.Tripping() }

// Laser is a laser with what it shows now. One that does not answer is not known to be off.
func (a Line) Laser(device string) pychron.Laser {
	l := pychron.Laser{Off: a.isZero(device, "enabled")}
	plan := a.Plan().Device(device)
	if plan == nil {
		return l
	}
	c := plan.Move("power")
	if c == nil {
		c = plan.Move("current")
	}
	if c != nil {
		l.Power, l.Unit, l.Min, l.Max, l.Gradual = c.Name, c.Unit, c.Min, c.Max, plan.Ramps(c.Control)
	}
	l.Watts = a.firstIn(plan, buffer.Watts)
	for _, c := range a.Plan().Config.Pychron.Lasers {
		if c.Device != device {
			continue
		}
		if p := a.Plan().Device(c.Pyrometer); p != nil {
			l.Temperature = a.firstIn(p, buffer.Celsius)
		}
		l.Stage = [3]*pychron.Axis{a.axis(c.Stage.X), a.axis(c.Stage.Y), a.axis(c.Stage.Z)}
	}
	return l
}

// Stop stops what moves of a device.
func (a Line) Stop(ctx context.Context, by buffer.Principal, device string) error {
	return a.Commander.Stop(ctx, by, device)
}

// axis is an axis of a stage as it is now, nil where none is named.
func (a Line) axis(name string) *pychron.Axis {
	axis, found := a.Plan().StageAxis(name)
	if !found {
		return nil
	}
	ref := axis.Ref()
	one := &pychron.Axis{Device: ref.Device, Control: ref.Point, Min: axis.Control.Min, Max: axis.Control.Max}
	one.Moving = a.Commander.Valves([]rules.Ref{ref})[0].Moving || !a.isZero(ref.Device, axis.Moving)
	if p := axis.Device.Point(ref.Point); p != nil {
		one.Position = a.pychronPoint(ref.Device, p.Channel, p.Name, nil)
	}
	return one
}

// isZero says whether a point is known to be 0.
func (a Line) isZero(device, point string) bool {
	for _, s := range a.Present.Device(device) {
		if s.Point() == point && believable(&s, a.Clock.Up()) && s.Value == 0 {
			return true
		}
	}
	return false
}

// firstIn is the first reading of a device in a unit, nil if it has none.
func (a Line) firstIn(d *config.DevicePlan, unit buffer.Unit) *pychron.Point {
	for _, p := range d.Points {
		if p.Unit == unit {
			return new(a.pychronPoint(d.Name, p.Channel, p.Name, p.Alias))
		}
	}
	return nil
}

func (a Line) Pipettes() (all []pychron.Pipette) {
	for _, p := range a.Plan().Pipettes {
		all = append(all, pychron.Pipette{Name: p.Name, Shots: a.Commander.CountOf(p.Name).Shots})
	}
	return all
}
