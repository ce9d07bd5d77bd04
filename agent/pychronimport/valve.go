package pychronimport

import (
	"fmt"
	"strconv"
	"strings"
)

// importValves imports valves first, then what they say of each other, then the pipettes.
func (i *importer) importValves(all []*node) {
	var pipettes []*node
	for _, n := range all {
		i.wireNames[n.text] = true
		i.names.keep(n.text, "V")
		if box := i.devices[strings.ToLower(orElse(n.value("actuator"), "switch_controller"))]; box != nil && strings.EqualFold(box.klass, "RPiGPIO") {
			i.pins.taken["GPIO"+n.value("address")] = true
		}
	}
	for _, n := range all {
		if strings.EqualFold(n.name, "pipette") {
			pipettes = append(pipettes, n)
			continue
		}
		if v := i.newValve(n); v != nil {
			i.valves = append(i.valves, v)
		}
	}
	for _, v := range i.valves {
		i.mixed(v)
		i.interlocks(v)
		i.settings(v)
	}
	i.fillBoxes()
	i.heldValves()
	for _, n := range pipettes {
		i.pipette(n)
	}
}

// called is the valve of that Pychron name, nil if there is none.
func (i *importer) called(name string) *valve {
	for _, v := range i.valves {
		if v.name == name {
			return v
		}
	}
	return nil
}

// newValve imports what a valve is: name, kind, address, actuator, description.
func (i *importer) newValve(n *node) *valve {
	v := &valve{at: n, name: n.text, kind: strings.ToLower(n.name), address: n.value("address")}
	for _, other := range i.valves {
		if strings.EqualFold(other.name, v.name) {
			why := fmt.Sprintf("left out: %s stands in line %d and line %d of %s, and names must differ in more than capitals", v.name, other.at.line, n.line, n.file)
			i.noted(nil, n, "valve "+v.name, why)
			i.warn(n, "ERROR: valve "+v.name+" "+why)
			i.leftOut(n, "of a valve that was left out")
			return nil
		}
	}
	if v.name == "" {
		i.noted(nil, n, n.name, "it has no name")
		i.leftOut(n, "of a valve without a name")
		return nil
	}
	i.place(v)
	if v.e == nil {
		return nil
	}
	i.aliased(v)
	i.describe(v)
	return v
}

// leftOut tells every part of what was left out.
func (i *importer) leftOut(n *node, why string) {
	for _, p := range n.parts {
		if p.text != "" && !strings.HasPrefix(p.name, "@") {
			i.noted(nil, p, p.name+" "+p.text, why)
		} else {
			p.seen = true
		}
		i.leftOut(p, why)
	}
}

// place decides what drives a valve: a box, pins, or a person.
func (i *importer) place(v *valve) {
	actuator := v.at.value("actuator")
	if v.kind == "manual_valve" {
		v.our = i.names.take(v.name, "V")
		v.ref, v.e = v.our, newEntry(v.our)
		v.e.set("model", "manual")
		v.e.set("control", "true")
		i.entries = append(i.entries, v.e)
		return
	}
	box := i.devices[strings.ToLower(orElse(actuator, "switch_controller"))]
	if box != nil && box.valveKey != "" && i.inBox(v, box) {
		return
	}
	v.our = i.names.take(v.name, "V")
	v.ref, v.e = v.our, newEntry(v.our)
	v.e.set("model", "valve")
	i.wire(v, box)
	v.e.set("control", "true")
	i.entries = append(i.entries, v.e)
	if actuator != "" {
		why := "no device of that name is enabled in the tree"
		if box != nil {
			why = "it is on the other side of the wire, or has no driver that moves valves; the valve has pins instead"
		}
		i.noted(v.e, v.at.last("actuator"), "actuator "+actuator+" of "+v.name, why)
	}
}

// inBox makes the valve a channel of a box; it says whether the box has such an address.
func (i *importer) inBox(v *valve, box *instrument) bool {
	address := orElse(v.address, v.name)
	if !box.validValve(address) {
		return false
	}
	for _, other := range i.valves {
		if other.box == box && orElse(other.address, other.name) == address {
			return false
		}
	}
	v.box, v.our = box, identifier(v.name, "V")
	for n := 2; box.hasChannel(v.our); n++ {
		v.our = identifier(v.name, "V") + "_" + strconv.Itoa(n)
	}
	v.ref, v.e = box.our+"."+v.our, &entry{values: map[string]string{}}
	box.channels = append(box.channels, v)
	if a := v.at.last("actuator"); a != nil {
		i.written(a, "actuator "+a.text+" of "+v.name, "device "+box.our, "")
	}
	return true
}

// wire gives a valve its pins: told, those of the Raspberry Pi's own pins, or guessed.
func (i *importer) wire(v *valve, box *instrument) {
	if text, ok := i.pins.of(v.name, v.our); ok {
		v.e.set("pins", text)
		return
	}
	low := ""
	if p := v.at.last("inverted_logic"); p != nil && v.at.name != "" && isYAML(v.at.file) {
		p.seen = false // told or carried with the other settings
		if isTrue(p.text) {
			low = ", active_low: true"
		}
	}
	if box != nil && strings.EqualFold(box.klass, "RPiGPIO") {
		if pin, err := strconv.Atoi(v.address); err == nil && pin >= 0 && pin <= 27 && i.first("pin "+strconv.Itoa(pin)) {
			v.e.set("pins", fmt.Sprintf("{solenoid: {line: GPIO%d%s}}", pin, low))
			v.e.set("enabled", "false")
			v.e.comment("the number of the pin is taken as that of the processor (GPIO17), not as the place on the header; check it, then remove enabled: false")
			return
		}
	}
	v.e.set("pins", fmt.Sprintf("{solenoid: {line: %q%s}}", i.pins.guess(), low))
	v.e.comment("pins are a guess")
	if !i.AssumePins {
		v.e.set("enabled", "false")
	}
}

func isYAML(file string) bool {
	return strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml")
}
