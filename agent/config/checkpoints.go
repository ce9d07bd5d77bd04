package config

import (
	"cmp"
	"fmt"
	"slices"

	"pychron-edge/drivers"
	"pychron-edge/near"

	"pychron-edge/agent/rules"
)

// points works out what the device can be read for, and what people call it.
func (k *checking) points(d *DevicePlan, path string) {
	known := map[string]rules.Input{}
	for _, pt := range d.Model.Points(d.Decoded) {
		pt.Told = pt.Told || d.withoutSwitch(pt)
		name := pt.Point()
		if why := badName(name); why != "" {
			k.At(path+".options", "channel of %s %s", d.Name, why)
			k.unclear[d.Name] = true
			continue
		}
		for other := range known {
			if folded(other) == folded(name) {
				k.At(path+".options", "channel %q of %s is given twice; must be given once, capitals or not", name, d.Name)
			}
		}
		known[name] = rules.Input{Ref: rules.Ref{Device: d.Name, Point: name}, Unit: pt.Unit, StaleAfter: d.StaleAfter}
		d.Points = append(d.Points, pointPlan(pt, d.Channels[name], d.Deadband))
	}
	if len(known) == 0 && !k.unclear[d.Name] {
		k.At(path+".options", "%s reads nothing; must be one channel or more in its options", d.Name)
	}
	for _, name := range SortedKeys(d.Channels) {
		if _, ok := known[name]; !ok {
			k.At(path+".channels."+name, "%s has no point %s; %s", d.Name, name, near.OneOf(rules.Names(known), "it reads nothing"))
		}
		if g := d.Channels[name].Gauge; !slices.Contains([]string{"", "ion", "pirani", "convection", "capacitance"}, g) {
			k.At(path+".channels."+name+".gauge", "gauge is %q; must be ion, pirani, convection or capacitance", g)
		}
		if b := d.Channels[name].Deadband; b != nil && *b < 0 {
			k.At(path+".channels."+name+".deadband", "deadband is %v; must be 0 or more", *b)
		}
	}
	if badDeviceName(d.Name) == "" {
		k.catalogue[d.Name] = known
	}
}

// withoutSwitch says whether a point is the state of a valve on pins none of which shows that it is closed.
func (d *DevicePlan) withoutSwitch(pt drivers.Point) bool {
	_, wired := d.Pins["closed"]
	return pt.Name == "open" && slices.Contains(d.Model.Pins.In, "closed") && !wired
}

func pointPlan(pt drivers.Point, c ChannelConfig, deadband *float64) PointPlan {
	pt.Gauge = cmp.Or(pt.Gauge, c.Gauge)
	p := PointPlan{Point: pt, Description: c.Description, Alias: c.Alias, Deadband: cmp.Or(c.Deadband, deadband)}
	if pt.Gauge == "capacitance" && p.Deadband == nil {
		p.Deadband = new(CapacitanceDeadband)
	}
	if pt.Unit == drivers.Pascals {
		p.Gas = gasOf(pt.Gauge, c.Gas)
	}
	return p
}

// gasOf is what a pressure is calibrated for. A gauge that does not measure force reads nitrogen's equivalent, unless its
// controller was set to another gas. A capacitance head measures force, whatever the gas.
func gasOf(gauge, gas string) string {
	switch {
	case gauge == "capacitance":
		return ""
	case gas == "N2" || gas == "":
		return "N2 eq."
	}
	return gas
}

// aliases checks that a name Pychron knows leads to one thing. Valves have names of their own there: a gauge may be called as one.
func (k *checking) aliases() {
	type known struct {
		valve bool
		alias string
	}
	taken := map[known]string{}
	for i, d := range k.plan.Devices {
		take := func(alias, of, path string) {
			name := known{d.Model.Family == "valve", alias}
			if other, is := taken[name]; is && other != of {
				k.At(path, "alias %q stands for %s and %s; must stand for one", alias, other, of)
			}
			taken[name] = of
		}
		for n, a := range d.Alias {
			take(a, d.Name, fmt.Sprintf("%s.alias[%d]", devicePath(i), n))
		}
		for _, c := range SortedKeys(d.Channels) {
			for n, a := range d.Channels[c].Alias {
				take(a, d.Name+"."+c, fmt.Sprintf("%s.channels.%s.alias[%d]", devicePath(i), c, n))
			}
		}
	}
}
