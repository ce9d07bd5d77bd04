package command

import (
	"strconv"

	"pychron-edge/buffer"

	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
)

// CountShot counts a pipette's shots as its valves are seen to open.
func (d *Commander) CountShot(device string, s *buffer.Sample) {
	if s.Value != 1 || s.Missing != "" {
		return
	}
	valve := rules.Ref{Device: device, Point: s.Point()}
	d.changeShots(func(p *rules.Pipette, c rules.PipetteCount) rules.PipetteCount { return p.Opened(c, valve) })
}

// noteOutcome notes where a valve of a pipette was told to open, and nobody knows whether it did.
func (d *Commander) noteOutcome(j *job, o device.Outcome) {
	if o.Result == "success" || j.command.Value != 1 {
		return
	}
	valve := rules.Ref{Device: j.command.Device, Point: j.command.Control}
	d.changeShots(func(p *rules.Pipette, c rules.PipetteCount) rules.PipetteCount { return p.Failed(c, valve) })
}

// changeShots brings the count of every pipette up to date, and records those that counted something.
func (d *Commander) changeShots(count func(*rules.Pipette, rules.PipetteCount) rules.PipetteCount) {
	d.mu.Lock()
	changed := false
	var shot []*rules.Pipette
	var more []float64
	for _, p := range d.plan.Pipettes {
		before := d.shots[p.Name]
		after := count(p, before)
		d.shots[p.Name] = after
		changed = changed || after != before
		if after.Shots != before.Shots || after.Uncertain != before.Uncertain {
			shot, more = append(shot, p), append(more, float64(after.Shots-before.Shots))
		}
	}
	d.mu.Unlock()
	if changed {
		d.env.Store().Urgent(PipettesFile)
	}
	for n, p := range shot {
		d.recordShots(p.Name, d.CountOf(p.Name), more[n])
	}
}

// CountOf is the count of a pipette.
func (d *Commander) CountOf(pipette string) rules.PipetteCount {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shots[pipette]
}

// recordShots records a pipette's count, so that a journal brings it through a restart.
func (d *Commander) recordShots(pipette string, c rules.PipetteCount, more float64) {
	n := "shots=" + strconv.FormatUint(c.Shots, 10)
	e := &buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_pipette_shots_total", Value: more,
		Labels: buffer.MakeLabels("pipette", pipette), Status: "success", Note: n,
	}
	if c.Uncertain > 0 {
		e.Note += " uncertain=" + strconv.FormatUint(c.Uncertain, 10)
	}
	if c.Uncertain > 0 && more == 0 {
		e.Severity, e.Status = buffer.Warning, "a shot was cut short; nobody knows whether it was taken"
	}
	d.env.Record(e)
}

// RecordAllShots records the count of every pipette that has one.
func (d *Commander) RecordAllShots() {
	for _, p := range d.inForce().Pipettes {
		if c := d.CountOf(p.Name); c.Shots > 0 {
			d.recordShots(p.Name, c, 0)
		}
	}
}

// RestoreShots takes back a pipette's count from before the start. It never goes backwards.
func (d *Commander) RestoreShots(pipette string, shots, uncertain uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.shots[pipette]
	c.Shots, c.Uncertain = max(c.Shots, shots), max(c.Uncertain, uncertain)
	d.shots[pipette] = c
}
