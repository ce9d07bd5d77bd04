package config

import (
	"fmt"
	"slices"

	"pychron-edge/agent/rules"

	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// interlocks resolves what each valve may open after, and notices pairs that are told only from one side.
func (k *checking) interlocks() {
	for i, d := range k.plan.Devices {
		path := devicePath(i)
		k.unpowered(d, path)
		k.interlock(d, "open", d.Interlock, path+".interlock")
		for _, name := range SortedKeys(d.Channels) {
			k.interlock(d, name, d.Channels[name].Interlock, path+".channels."+name+".interlock")
		}
	}
	for i, d := range k.plan.Devices {
		for _, c := range d.Moves {
			k.oneSided(d, &c, devicePath(i))
		}
	}
}

// interlock resolves the lists of one control.
func (k *checking) interlock(d *DevicePlan, control string, c InterlockConfig, path string) {
	if len(c.Closed)+len(c.Open) == 0 && !c.Vent || d.Decoded == nil || k.unclear[d.Name] {
		return
	}
	move := d.Move(control)
	if move == nil {
		k.At(path, "%s has no control %s to interlock; %s", d.Name, control, d.oneControl())
		return
	}
	me := rules.Ref{Device: d.Name, Point: control}
	if d.Model.Manual {
		k.At(path, "%s is moved by a person, and no interlock can hold it; name it in the interlocks of others", d.Name)
		return
	}
	move.Closed = k.valves(me, c.Closed, path+".closed")
	for i, r := range move.Closed {
		k.proven(me, r, c.Vent, fmt.Sprintf("%s.closed[%d]", path, i))
	}
	move.Open = k.valves(me, c.Open, path+".open")
	move.Vent = c.Vent
	for i, r := range move.Open {
		if slices.Contains(move.Closed, r) {
			k.At(fmt.Sprintf("%s.open[%d]", path, i), "%s can not be open and closed at once, so %s could never open", r, me)
		}
	}
}

// valves resolves a list of valves other than me.
func (k *checking) valves(me rules.Ref, list []string, path string) []rules.Ref {
	var refs []rules.Ref
	for i, name := range list {
		r, ok := k.valve(name, fmt.Sprintf("%s[%d]", path, i))
		switch {
		case !ok:
		case r == me:
			k.At(fmt.Sprintf("%s[%d]", path, i), "%s stands in its own interlock; must be other valves", me)
		default:
			refs = append(refs, r)
		}
	}
	return refs
}

// proven warns where a valve that must be closed for another has no switch that shows it, and so never counts as closed.
func (k *checking) proven(me, r rules.Ref, vent bool, path string) {
	d := k.plan.Device(r.Device)
	switch {
	case d == nil || !d.told(r.Point):
	case vent:
		k.Warn(path, "%s has no switch that shows it closed, so %s, a vent, is never let open", r, me)
	case d.Unpowered != "closed" && !k.unproven[r]:
		k.unproven[r] = true
		k.Warn(path, "%s has no switch that shows it closed, so %s is never let open; say unpowered: closed at %s if it closes without power", r, me, r.Device)
	}
}

// told says whether a point is the state of a valve that no switch shows closed.
func (d *DevicePlan) told(point string) bool {
	pt := d.Point(point)
	return pt != nil && pt.Told
}

// unpowered notes the key where it has no meaning.
func (k *checking) unpowered(d *DevicePlan, path string) {
	if d.Unpowered != "" && !k.unclear[d.Name] && !slices.ContainsFunc(d.Points, func(p PointPlan) bool { return p.Told }) {
		k.At(path+".unpowered", "%s has no valve without switches; unpowered has no meaning for it", d.Name)
	}
}

// valve finds a valve by its device, or by <device>.<channel> in a box of them.
func (k *checking) valve(name, path string) (rules.Ref, bool) {
	if name == "" {
		k.At(path, "%s is missing; %s", yamlfile.Last(path), k.oneValve())
		return rules.Ref{}, false
	}
	r := rules.RefOf(name, "open")
	if k.unclear[r.Device] {
		return r, false
	}
	if in, ok := k.catalogue[r.Device][r.Point]; !ok || in.Unit != "" {
		k.At(path, "valve %q is unknown; %s", yamlfile.Short(name), k.oneValve())
		return r, false
	}
	return r, true
}

// oneValve is what the name of a valve must be.
func (k *checking) oneValve() string {
	valves := map[string]bool{}
	for _, d := range k.plan.Devices {
		for _, c := range d.Moves {
			switch in, ok := k.catalogue[d.Name][c.Name]; {
			case !ok || in.Unit != "" || d.Model.Family != "valve":
			case c.Name == "open":
				valves[d.Name] = true
			default:
				valves[d.Name+"."+c.Name] = true
			}
		}
	}
	return near.OneOf(rules.Names(valves), "there is no valve in this file")
}

// oneSided warns where V1 may open only while V2 is closed, and V2 may open whatever V1 does.
func (k *checking) oneSided(d *DevicePlan, c *Control, path string) {
	me := rules.Ref{Device: d.Name, Point: c.Name}
	for _, other := range c.Closed {
		o := k.plan.Device(other.Device)
		if o == nil {
			continue
		}
		move := o.Move(other.Point)
		switch {
		case move == nil, o.Model.Manual, c.restsOpen():
		case move.restsOpen():
			k.Warn(path+".interlock.closed", "%s may open only while %s is closed, but %s rests open, and its opening is never refused", me, other, other)
		case !slices.Contains(move.Closed, me):
			k.Warn(path+".interlock.closed", "%s may open only while %s is closed, but %s may open while %s is; name each in the other's interlock", me, other, other, me)
		}
	}
}

// pipettes resolves the valves of each pipette.
func (k *checking) pipettes() {
	titles := k.uniqueNames("pipette")
	for i, c := range k.config.Pipettes {
		path := fmt.Sprintf("pipettes[%d]", i)
		if why := badTitle(c.Name); why != "" {
			k.At(path+".name", "name of a pipette %s", why)
		}
		titles.add(c.Name, path+".name")
		in, ok1 := k.valve(c.Inner, path+".inner")
		out, ok2 := k.valve(c.Outer, path+".outer")
		if ok1 && ok2 && in == out {
			k.At(path+".outer", "pipette %s has one valve on both sides; must be two", c.Name)
		}
		if ok1 && ok2 && in != out {
			k.proven(out, in, false, path+".inner")
			k.proven(in, out, false, path+".outer")
		}
		if c.Depletion < 0 || c.Depletion >= 1 {
			k.At(path+".depletion", "depletion is %v; must be the fraction a shot takes, 0 to below 1", c.Depletion)
		}
		k.plan.Pipettes = append(k.plan.Pipettes, &rules.Pipette{Name: c.Name, Inner: c.Inner, Outer: c.Outer, Depletion: c.Depletion, In: in, Out: out})
	}
}
