package config

import (
	"strings"

	"pychron-edge/agent/rules"
	"pychron-edge/buffer"

	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// Axes are the axes of a stage by their letters, without those it has not.
func (s *PychronStageConfig) Axes() map[string]string {
	axes := map[string]string{"x": s.X, "y": s.Y, "z": s.Z}
	for letter, name := range axes {
		if name == "" {
			delete(axes, letter)
		}
	}
	return axes
}

// pychronStage checks the axes of a laser's stage.
func (k *checking) pychronStage(l *PychronLaserConfig, at string) {
	axes := l.Stage.Axes()
	taken := map[rules.Ref]string{}
	for _, letter := range SortedKeys(axes) {
		path := at + "." + letter
		device, _, _ := strings.Cut(axes[letter], ".")
		if k.unclear[device] {
			continue
		}
		axis, found := k.plan.StageAxis(axes[letter])
		switch {
		case !found:
			k.At(path, "axis %q is unknown; %s", yamlfile.Short(axes[letter]), k.plan.oneAxis())
			continue
		case axis.Moving == "":
			k.At(path, "%s does not read whether %s moves; must be an axis that does", axis.Device.Name, axis.Control.Name)
		case l.Commands && !axis.Control.Enabled:
			k.At(path, "%s may not be commanded, and commands of this laser are true; must be a device with control: true", axis.Ref())
		}
		if other, is := taken[axis.Ref()]; is {
			k.At(path, "%s is the %s axis already; must be given once", axis.Ref(), other)
		}
		taken[axis.Ref()] = letter
	}
}

// StageAxis is one axis of a stage.
type StageAxis struct {
	Device  *DevicePlan
	Control *Control
	Moving  string // the point that is 1 while it moves; "" = there is none
}

// Ref is the device with the control, and with the point that shows where it is.
func (a StageAxis) Ref() rules.Ref { return rules.Ref{Device: a.Device.Name, Point: a.Control.Name} }

// StageAxis finds the axis of a name: device.control, or the device of one control in meters.
func (p *Plan) StageAxis(name string) (axis StageAxis, found bool) {
	device, control, named := strings.Cut(name, ".")
	d := p.Device(device)
	if d == nil {
		return StageAxis{}, false
	}
	for n := range d.Moves {
		c := &d.Moves[n]
		if !c.isAxis() || named && c.Name != control {
			continue
		}
		if found {
			return StageAxis{}, false // which of them is not said
		}
		axis, found = StageAxis{d, c, d.MovingPoint(c.Name)}, true
	}
	return axis, found
}

func (c *Control) isAxis() bool { return c.Unit == buffer.Meters && !c.Pulse }

// oneAxis is what the name of an axis must be.
func (p *Plan) oneAxis() string {
	var names []string
	for _, d := range p.Devices {
		for n := range d.Moves {
			if d.Moves[n].isAxis() {
				names = append(names, d.Name+"."+d.Moves[n].Name)
			}
		}
	}
	return near.OneOf(names, "there is no control in meters in this file")
}

// MovingPoint is the point that says whether a control's axis moves, "" if there is none.
func (d *DevicePlan) MovingPoint(control string) string {
	for _, name := range []string{control + "_moving", "moving"} {
		if p := d.Point(name); p != nil && p.Unit == "" {
			return name
		}
	}
	return ""
}
