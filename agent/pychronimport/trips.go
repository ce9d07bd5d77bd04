package pychronimport

import (
	"fmt"
	"strconv"
	"strings"

	"pychron-edge/lazyregexp"
)

// trips imports what the monitors watch.
func (i *importer) trips() {
	if n := i.monitors["system_monitor"]; n != nil {
		for _, section := range n.parts {
			i.trip(section)
		}
	}
	if n := i.monitors["automated_run_monitor"]; n != nil {
		for _, section := range n.parts {
			i.runCheck(section)
		}
	}
	for _, name := range sorted(i.monitors) {
		if strings.HasSuffix(name, "laser_monitor") {
			i.laserLimits(i.monitors[name])
		}
	}
}

// laserLimits tells the limits of a laser that are no key here.
func (i *importer) laserLimits(root *node) {
	for _, section := range root.parts {
		for _, n := range section.parts {
			if key := strings.ToLower(n.name); !n.seen && strings.HasPrefix(key, "max_") {
				i.noted(nil, n, section.name+" "+n.name+" = "+n.text, "a rule must say it, with the channel that measures it")
			}
		}
	}
}

// controller is the device and channel of Pychron's name for a gauge: "Line.IG", or "IG" where one device has it.
func (i *importer) controller(device, gauge string) (point string) {
	for _, d := range i.order {
		if d.e == nil || device != "" && !i.isCalled(d, device) {
			continue
		}
		if channel := d.points[strings.ToLower(gauge)]; channel != "" {
			return d.our + "." + channel
		}
	}
	return ""
}

// isCalled says whether a device has that name: of its file, or the one it is shown by.
func (i *importer) isCalled(d *instrument, name string) bool {
	general := d.cfg.section("General")
	return strings.EqualFold(d.name, name) || strings.EqualFold(general.value("display_name"), name) || strings.EqualFold(general.value("name"), name)
}

// valveCalled is the valve of that description or name, nil if there is none.
func (i *importer) valveCalled(name string) *valve {
	for _, v := range i.valves {
		if strings.EqualFold(v.at.value("description"), name) {
			return v
		}
	}
	return i.called(name)
}

// trip writes a section of the system monitor as a rule that forbids opening.
func (i *importer) trip(section *node) {
	gauge, valves, level := section.last("gauge"), section.last("disable_valves"), section.last("pressure_trip")
	if gauge == nil && valves == nil && level == nil {
		return // what it says is told with all else that was not used
	}
	title := strings.ReplaceAll(section.name, "/", "_")
	e := newEntry(i.titled(i.rules, title))
	point, limit := "", ""
	if gauge != nil {
		device, name, found := strings.Cut(gauge.text, ".")
		if !found {
			device, name = "", gauge.text
		}
		point = i.controller(device, name)
	}
	if level != nil {
		limit = number(level.text)
	}
	forbid, lost := i.forbidden(valves)
	if point == "" || limit == "" || len(forbid) == 0 || lost != "" {
		i.untripped(section, lost)
		return
	}
	e.set("when", strconv.Quote(fmt.Sprintf("%s > torr(%s)", point, limit)))
	e.set("forbid", "["+strings.Join(forbid, ", ")+"]")
	note := "Pychron closes the valve when it trips; a rule of ours forbids opening and closes nothing by itself; reset is by hand"
	e.comment(note)
	i.rules = append(i.rules, e)
	i.written(section, "trip "+section.name, "rule", note)
	for _, n := range []*node{gauge, valves, level} {
		i.listed(n, n.name+" "+n.text+" of trip "+section.name)
	}
	if n := section.last("pressure_reset"); n != nil {
		i.noted(e, n, "pressure_reset "+n.text+" of "+section.name, "reset is by hand")
	}
}

// forbidden are the controls of the valves in a list, and the names among them that no valve has.
func (i *importer) forbidden(valves *node) (forbid []string, lost string) {
	if valves == nil {
		return nil, ""
	}
	for _, name := range valves.split() {
		v := i.valveCalled(name)
		switch {
		case v == nil || v.kind == "manual_valve":
			lost += " " + name
		case v.box != nil:
			forbid = append(forbid, v.ref)
		default:
			forbid = append(forbid, v.ref+".open")
		}
	}
	return forbid, lost
}

// untripped tells a trip that cannot be written.
func (i *importer) untripped(section *node, lost string) {
	why := "not written: it must have one gauge and one valve or more that are there"
	if lost != "" {
		why += "; missing:" + lost
	}
	e := &entry{values: map[string]string{}}
	i.noted(e, section, "trip "+section.name, why)
	i.warn(section, "TRIP "+section.name+" "+why)
	i.blocks = append(i.blocks, e)
	for _, n := range section.parts {
		i.noted(e, n, n.name+" = "+n.text, "of trip "+section.name+", which was not written")
	}
}

var comparison = lazyregexp.New(`^x\s*([<>])=?\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)$`)

// runCheck writes a check during runs as an alarm, where it compares one pressure with one number.
func (i *importer) runCheck(section *node) {
	parameter, rule := section.last("parameter"), section.last("rule")
	if parameter == nil || rule == nil {
		return
	}
	what := "check " + section.name + " " + rule.text
	words := parameter.split()
	m := comparison.FindStringSubmatch(rule.text)
	if m == nil || number(m[2]) == "" || len(words) != 3 || !strings.EqualFold(words[0], "pressure") {
		i.noted(nil, rule, what, "no comparison of one pressure with one number")
		i.noted(nil, parameter, "parameter "+strings.Join(words, ", ")+" of "+section.name, "of a check that was not written")
		return
	}
	point := i.controller(words[1], words[2])
	if point == "" {
		i.noted(nil, rule, what, "there is no gauge "+words[2]+" of "+words[1])
		i.noted(nil, parameter, "parameter "+strings.Join(words, ", ")+" of "+section.name, "of a check that was not written")
		return
	}
	i.alarm(rule, section.name, fmt.Sprintf("%s %s torr(%s)", point, m[1], number(m[2])), what)
	i.listed(parameter, "parameter "+strings.Join(words, ", ")+" of "+section.name)
}
