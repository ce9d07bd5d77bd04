package main

import (
	"errors"
	"math"

	"pychron-edge/buffer"
)

// tellCommand records what became of a command.
func (d *door) tellCommand(j *job, o outcome) buffer.CommandResult {
	c := j.command
	n := who(c.By)
	n.add("old", o.old)
	n.number("new", c.Value)
	n.took(o.took)
	n.add("why", c.Note)
	n.add("id", c.ID)
	e := &buffer.Event{
		Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: c.Device,
		Labels: buffer.MakeLabels("device", c.Device, "control", c.Control, "result", o.result), Status: "success",
	}
	if o.err != nil {
		e.Severity, e.Status = buffer.Error, o.err.Error()
		exchangeNote(n, j.instrument.lastFailed())
	}
	e.Note = n.String()
	d.env.Record(e)
	r := buffer.CommandResult{Result: o.result, Boot: d.env.Boot, Seq: e.Seq}
	if !math.IsNaN(o.value) {
		r.Value = new(o.value)
	}
	return r
}

// Refused records that somebody without the right wanted to move a control.
func (d *door) Refused(by buffer.Principal, device, control string) {
	_, _, err := d.inForce().find(device, control, 0)
	if !errors.Is(err, buffer.ErrUnknown) {
		err = refuse("right", buffer.ErrForbidden, "%s may not command %s.%s", by.Name, device, control)
	}
	d.tellRefusal(buffer.CommandRequest{By: by, Device: device, Control: control, Value: math.NaN()}, err)
}

// tellRefusal records that a command was not let in, and why. A name nobody knows makes no label.
func (d *door) tellRefusal(c buffer.CommandRequest, err error) {
	device := c.Device
	if errors.Is(err, buffer.ErrUnknown) {
		device = ""
	}
	n := who(c.By)
	n.add("device", c.Device)
	n.add("control", c.Control)
	if !math.IsNaN(c.Value) {
		n.number("new", c.Value)
	}
	n.add("why", c.Note)
	n.add("id", c.ID)
	d.env.Record(&buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1, Device: device,
		Labels: buffer.MakeLabels("device", device, "reason", reasonOf(err)), Status: err.Error(), Note: n.String(),
	})
}
