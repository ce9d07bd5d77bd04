package command

import "pychron-edge/buffer"

// recordRefused records a refusal by one caller for one reason: the first at once, what follows with its count.
func (d *Commander) recordRefused(who, what string, e *buffer.Event) {
	if d.refused.add(refusalKind{who, e.Labels.Value("reason"), what + ": " + e.Status}, e, d.env.Clock.Up()) {
		d.env.Record(e)
		return
	}
	d.env.Count(e.Metric, e.Labels, e.Value)
}

// recordRepeated records what was refused again.
func (d *Commander) recordRepeated(all bool) {
	for _, e := range d.refused.due(d.env.Clock.Up(), all) {
		d.env.Record(&e)
	}
}

// Denied records that a request was not let in at all, and why: from an address, with a token that nobody knows or without the
// right. call is what was asked for, reason one word.
func (d *Commander) Denied(by buffer.Principal, from, call, reason, why string) {
	n := buffer.NoteOf(by)
	n.Add("from", from)
	n.Add("call", call)
	d.recordRefused(by.Name, from, &buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1,
		Labels: buffer.MakeLabels("device", "", "reason", reason), Status: why, Note: n.String(),
	})
}
