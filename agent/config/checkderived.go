package config

import (
	"cmp"
	"fmt"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/rules"
)

// derivedUnits are the units a derived point may have; "" is a condition.
func derivedUnits() []string {
	all := []string{""}
	for _, u := range buffer.Units() {
		all = append(all, string(u))
	}
	return all
}

// derived makes the derived points: first all their names, so that one may be computed from another, then their
// expressions, then the order in which they are computed.
func (k *checking) derived() {
	all := make([]*rules.Derived, len(k.config.Derived))
	for i, c := range k.config.Derived {
		path := fmt.Sprintf("derived[%d]", i)
		if why := badDeviceName(c.Name); why != "" {
			k.At(path+".name", "name of a derived point %s", why)
		}
		k.OneOf(path+".unit", c.Unit, derivedUnits()...)
		if why := badName(c.Reading); why != "" {
			k.At(path+".reading", "reading %s, such as pressure or temperature", why)
		} else {
			k.readingName(c.Reading, path+".reading")
			k.readingUnit(c, path)
		}
		if why := badName(cmp.Or(c.Channel, "x")); why != "" {
			k.At(path+".channel", "channel %s", why)
		}
		all[i] = k.declare(c, path)
	}
	for i, d := range all {
		path := fmt.Sprintf("derived[%d].value", i)
		compile := rules.CompileQuantity
		if d.Point.Unit == "" {
			compile = rules.CompileCondition
		}
		e, err := compile(k.config.Derived[i].Value, k.catalogue)
		d.Value = k.compiled(e, err, path)
	}
	k.order(all)
}

// declare puts the point into the catalogue, unless its name cannot be its own.
func (k *checking) declare(c DerivedConfig, path string) *rules.Derived {
	pt := drivers.Point{Channel: c.Channel, Name: c.Reading, Unit: drivers.Unit(c.Unit)}
	d := &rules.Derived{Device: c.Name, Point: pt, Description: c.Description, Deadband: c.Deadband}
	if pt.Unit == drivers.Pascals {
		d.Gas = gasOf("", c.Gas)
	}
	for _, other := range k.plan.Devices {
		if other.Name != "" && folded(other.Name) == folded(c.Name) {
			k.At(path+".name", "%s is a device; must be a name of its own", c.Name)
			return d
		}
	}
	if badDeviceName(c.Name) != "" {
		return d
	}
	points := k.catalogue[c.Name]
	if points == nil {
		points = map[string]rules.Input{}
		k.catalogue[c.Name] = points
	}
	if _, is := points[pt.Point()]; is {
		k.At(path, "derived point %s.%s is given twice; must be given once", c.Name, pt.Point())
	}
	points[pt.Point()] = rules.Input{Ref: rules.Ref{Device: c.Name, Point: pt.Point()}, Unit: pt.Unit, StaleAfter: MinStaleAfter}
	return d
}

// order puts the points so that each comes after those it is computed from.
func (k *checking) order(all []*rules.Derived) {
	done := map[rules.Ref]bool{}
	left := slices.Clone(all)
	for len(left) > 0 {
		before := len(left)
		left = slices.DeleteFunc(left, func(d *rules.Derived) bool {
			if d.Value == nil || waits(d, all, done) {
				return d.Value == nil
			}
			k.finish(d)
			done[d.Ref()] = true
			k.plan.Derived = append(k.plan.Derived, d)
			return true
		})
		if len(left) == before {
			for _, d := range left {
				k.Add(k.Node(fmt.Sprintf("derived[%d].value", slices.Index(all, d))), false, "%s is computed from itself; must be other points", d.Device)
			}
			return
		}
	}
}

// finish tells the rules how long the point may be without a value: as long as what it is computed from.
func (k *checking) finish(d *rules.Derived) {
	at := d.Ref()
	in, declared := k.catalogue[at.Device][at.Point]
	if !declared {
		return // its name is another's, which was told
	}
	for _, source := range d.Value.Inputs {
		in.StaleAfter = max(in.StaleAfter, k.catalogue[source.Device][source.Point].StaleAfter)
	}
	k.catalogue[at.Device][at.Point] = in
}

// waits says whether the point needs a derived one that is not done.
func waits(d *rules.Derived, all []*rules.Derived, done map[rules.Ref]bool) bool {
	return slices.ContainsFunc(d.Value.Inputs, func(in rules.Input) bool {
		derived := slices.ContainsFunc(all, func(o *rules.Derived) bool { return o.Value != nil && o.Ref() == in.Ref })
		return derived && !done[in.Ref]
	})
}
