package config

import (
	"fmt"
	"slices"

	"pychron-edge/agent/rules"
)

// idle takes from the file which valves rest open: the foreline and backing valves, which a pump needs open. What they are
// refused is closing.
func (k *checking) idle(d *DevicePlan, path string) {
	k.idleOf(d, "open", d.Idle, path+".idle")
	for _, name := range SortedKeys(d.Channels) {
		k.idleOf(d, name, d.Channels[name].Idle, path+".channels."+name+".idle")
	}
}

func (k *checking) idleOf(d *DevicePlan, control, idle, path string) {
	if idle == "" {
		return
	}
	k.OneOf(path, idle, "", "open")
	move := d.Move(control)
	switch {
	case move == nil || d.Model.Family != "valve":
		k.At(path, "%s has no valve %s that could rest open", d.Name, control)
	case d.Model.Manual:
		k.At(path, "%s is moved by a person, and nothing closes it; leave idle out", d.Name)
	case d.OnStart == "idle" || d.OnReturn == "idle":
		k.At(path, "%s rests open, and nothing may open it at a start or when its line returns; leave on_start: idle and on_return: idle out", d.Name)
	default:
		move.Idle = move.Max
	}
}

// RestsOpen says whether a valve of the device has idle: open.
func (d *DevicePlan) RestsOpen() bool {
	return d.Model.Family == "valve" && slices.ContainsFunc(d.Moves, Control.restsOpen)
}

func (c Control) restsOpen() bool { return c.Idle > c.Min }

// HaltOpens says whether a halt opens the valves of the device that rest open. Where it does not, they stay as they are.
func (d *DevicePlan) HaltOpens() bool { return d.OnExit == "halt" || d.OnHalt == "idle" }

// Holds says whether a halt of the device leaves everything as it is.
func (d *DevicePlan) Holds() bool {
	return d.RestsOpen() && !d.HaltOpens() && !slices.ContainsFunc(d.Moves, func(c Control) bool { return !c.restsOpen() })
}

// restingOpen refuses valves that rest open where they have no meaning: in a pipette, and halted by a rule although a halt
// leaves them as they are.
func (k *checking) restingOpen() {
	rests := func(r rules.Ref) bool {
		d := k.plan.Device(r.Device)
		return d != nil && d.Model.Family == "valve" && d.Move(r.Point) != nil && d.Move(r.Point).restsOpen()
	}
	for i, p := range k.plan.Pipettes {
		for key, v := range map[string]rules.Ref{"inner": p.In, "outer": p.Out} {
			if rests(v) {
				k.At(fmt.Sprintf("pipettes[%d].%s", i, key), "%s rests open, and a valve of a pipette must rest closed", v)
			}
		}
	}
	for i, r := range k.plan.Rules {
		for n, name := range r.Halt {
			if d := k.plan.Device(name); d != nil && d.Holds() {
				k.At(fmt.Sprintf("rules[%d].halt[%d]", i, n), "%s rests open and a halt leaves it as it is; must say on_halt: idle or on_exit: halt, or be named in forbid to keep it from closing", name)
			}
		}
	}
}
