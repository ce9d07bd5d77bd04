package pychron

import (
	"context"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// pressure answers GetPressure <controller>,<gauge> in torr. No believable reading is an error, never a number.
func (h *handler) pressure(_ context.Context, c call) string {
	if len(c.args) != 2 {
		return badArguments(c.request)
	}
	controller, gauge := c.args[0], c.args[1]
	for _, d := range h.agent.Devices() {
		if !named(d.Names, controller) {
			continue
		}
		if p := d.point(gauge); p != nil && p.Known && p.Unit == buffer.Pascals {
			return torr(p.Value)
		}
	}
	return failure(errGauge, "%s %s not available", shown(controller), shown(gauge))
}

// named says whether a name is one of some, capitals aside.
func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// point is the reading of a name, nil if there is none.
func (d *Device) point(name string) *Point {
	for n := range d.Points {
		if named(d.Points[n].Names, name) {
			return &d.Points[n]
		}
	}
	return nil
}

// device finds <device> or <device>.<point>; the point is "" where none is named.
func (h *handler) device(name string) (d Device, point string, found bool) {
	all := h.agent.Devices()
	for _, d := range all {
		if named(d.Names, name) {
			return d, "", true
		}
	}
	before, after, _ := strings.Cut(name, ".")
	for _, d := range all {
		if after != "" && named(d.Names, before) {
			return d, after, true
		}
	}
	return Device{}, "", false
}

func notConnected(name string) string {
	return failure(errDevice, "device %s not connected", shown(name))
}

// read answers Read <device>: a flag, or the value of a device with one reading, or of <device>.<point>.
func (h *handler) read(_ context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	if text, is := h.flags.read(name); is {
		return text
	}
	d, point, found := h.device(name)
	if !found {
		return notConnected(name)
	}
	p := d.point(point)
	if point == "" && len(d.Points) == 1 {
		p = &d.Points[0]
	}
	switch {
	case p == nil:
		return badArguments(c.request)
	case !p.Known:
		return failure(errSilent, "no response from device")
	}
	return valueOf(p)
}

// valueOf is a reading as text: pressures in torr, everything else in its unit.
func valueOf(p *Point) string {
	if p.Unit == buffer.Pascals {
		return torr(p.Value)
	}
	return float(p.Value)
}

// set answers Set <device> <value>: a flag, or a control of a device.
func (h *handler) set(_ context.Context, c call) string {
	name, value, ok := c.nameAndValue()
	if !ok {
		return badArguments(c.request)
	}
	if h.flags.has(name) {
		if !c.by.Commands {
			return restricted(c.by)
		}
		return h.flags.set(name, value, c.by)
	}
	d, control, found := h.device(name)
	if !found {
		return notConnected(name)
	}
	if control == "" && len(d.Sets) == 1 {
		control = d.Sets[0]
	}
	number, ok := decimal(value)
	if !slices.Contains(d.Sets, control) || !ok {
		return badArguments(c.request)
	}
	r, err := h.agent.Command(h.running, buffer.CommandRequest{By: c.by.principal(), Device: d.Names[0], Control: control, Value: number})
	if r.Result == "success" {
		return moved
	}
	return failure(errSilent, "no response from device: %s", shown(errorText(err)))
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// nameAndValue are the two arguments of Set, with a blank or a comma between them.
func (c call) nameAndValue() (name, value string, ok bool) {
	if len(c.args) == 2 {
		return c.args[0], c.args[1], c.args[0] != "" && c.args[1] != ""
	}
	text, ok := c.one()
	at := strings.LastIndexAny(text, " \t")
	if !ok || at < 0 {
		return "", "", false
	}
	return strip(text[:at]), strip(text[at:]), true
}

// ping answers Ping <flag>, which keeps it set, and Ping of a device that exists.
func (h *handler) ping(_ context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	if h.flags.has(name) {
		return h.flags.ping(name)
	}
	if _, _, found := h.device(name); !found {
		return notConnected(name)
	}
	return epoch()
}

// epoch is the time in seconds, as Pychron answers a Ping.
func epoch() string { return float(float64(time.Now().UnixMilli()) / 1000) }

// data echoes a number.
func (h *handler) data(_ context.Context, c call) string {
	text, _ := c.one()
	v, ok := decimal(text)
	if !ok {
		return badArguments(c.request)
	}
	return float(v)
}

// coolant is the temperature of the chiller in the configuration.
func (h *handler) coolant(context.Context, call) string {
	d, _, found := h.device(h.options.Coolant)
	if h.options.Coolant == "" || !found {
		return notConnected("coolant")
	}
	if p := d.point("temperature"); p != nil && p.Known {
		return float(p.Value)
	}
	return failure(errSilent, "no response from device")
}

// faults are the names of the chiller's faults. One that is not known counts as a fault.
func (h *handler) faults(context.Context, call) string {
	d, _, found := h.device(h.options.Coolant)
	if h.options.Coolant == "" || !found {
		return notConnected("coolant")
	}
	var names []string
	for _, p := range d.Points {
		if strings.Contains(p.Names[0], "fault") && (!p.Known || p.Value != 0) {
			names = append(names, p.Names[0])
		}
	}
	return strings.Join(names, ",")
}

// pneumatics is never served: nobody says in which unit Pychron takes it.
func (h *handler) pneumatics(context.Context, call) string { return notConnected("pneumatics") }
