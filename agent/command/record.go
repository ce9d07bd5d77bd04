package command

import (
	"errors"
	"math"
	"strings"

	"pychron-edge/buffer"

	"pychron-edge/agent/device"
)

// recordCommand records what became of a command.
func (d *Commander) recordCommand(j *job, o device.Outcome) buffer.CommandResult {
	c := j.command
	n := buffer.NoteOf(c.By)
	n.Add("old", o.Old)
	n.Number("new", c.Value)
	n.Took(o.Took)
	n.Add("why", c.Note)
	n.Add("id", c.ID)
	e := &buffer.Event{
		Kind: buffer.Command, Severity: buffer.Info, Type: buffer.Counter, Metric: "commands_total", Value: 1, Device: c.Device,
		Labels: buffer.MakeLabels("device", c.Device, "control", c.Control, "result", o.Result), Status: "success",
	}
	if o.Err != nil {
		e.Severity, e.Status = buffer.Error, o.Err.Error()
		device.ExchangeNote(n, j.instrument.LastFailed())
	}
	e.Note = n.String()
	d.env.Record(e)
	r := buffer.CommandResult{Result: o.Result, Boot: d.env.Boot, Seq: e.Seq}
	if !math.IsNaN(o.Value) {
		r.Value = new(o.Value)
	}
	return r
}

// Refused records that somebody without the right wanted to move a control.
func (d *Commander) Refused(by buffer.Principal, device, control string) {
	_, _, err := d.inForce().Find(device, control, 0)
	if !errors.Is(err, buffer.ErrUnknown) {
		err = refuse("right", buffer.ErrForbidden, "%s may not command %s.%s", by.Name, device, control)
	}
	d.recordRefusal(buffer.CommandRequest{By: by, Device: device, Control: control, Value: math.NaN()}, err)
}

// recordRefusal records that a command was not let in, and why. A name nobody knows makes no label.
func (d *Commander) recordRefusal(c buffer.CommandRequest, err error) {
	device := c.Device
	if errors.Is(err, buffer.ErrUnknown) {
		device = ""
	}
	n := buffer.NoteOf(c.By)
	n.Add("device", c.Device)
	n.Add("control", c.Control)
	if !math.IsNaN(c.Value) {
		n.Number("new", c.Value)
	}
	n.Add("why", c.Note)
	n.Add("id", c.ID)
	d.recordRefused(c.By.Name, c.Device+"."+c.Control, &buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1, Device: device,
		Labels: buffer.MakeLabels("device", device, "reason", reasonOf(err)), Status: err.Error(), Note: n.String(),
	})
}

// NotTaken records that a command never came to be judged, and why: it could not be read, was too old, was retained by a broker. reason
// is one word. Nothing in the command is believed.
func (d *Commander) NotTaken(c buffer.CommandRequest, reason, why string) {
	if d.inForce().Device(c.Device) == nil {
		c.Device = ""
	}
	for _, text := range []*string{&c.Control, &c.ID, &c.Note} {
		*text = strings.ToValidUTF8((*text)[:min(len(*text), 64)], "")
	}
	d.recordRefusal(c, refuse(reason, buffer.ErrConflict, "%s", why))
}

// recordCallRefusal records that something else than a move was refused, and why: a lock, a lease, a rule's clearing, an alarm's
// acknowledgement. key and name say what it was about: "rule", its name. What nobody knows by name makes no event, and nil none.
func (d *Commander) recordCallRefusal(by buffer.Principal, call, key, name string, err error) {
	if err == nil || errors.Is(err, buffer.ErrUnknown) {
		return
	}
	n := buffer.NoteOf(by)
	n.Add("call", call)
	n.Add(key, name)
	d.recordRefused(by.Name, call+" "+name, &buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1,
		Labels: buffer.MakeLabels("device", "", "reason", reasonOf(err)), Status: err.Error(), Note: n.String(),
	})
}
