package command

import (
	"strconv"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// CountShot counts a pipette's shots as its valves are seen to open.
func (d *Commander) CountShot(device string, s *buffer.Sample) {
	if s.Value != 1 || s.Missing != "" {
		return
	}
	d.mu.Lock()
	var shot []*rules.Pipette
	for _, p := range d.plan.Pipettes {
		before := d.shots[p.Name]
		after := p.Opened(before, rules.Ref{Device: device, Point: s.Point()})
		d.shots[p.Name] = after
		if after.Shots != before.Shots {
			shot = append(shot, p)
		}
	}
	d.mu.Unlock()
	for _, p := range shot {
		d.recordShots(p.Name, d.ShotsOf(p.Name), 1)
	}
}

func (d *Commander) ShotsOf(pipette string) uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shots[pipette].Shots
}

// recordShots records a pipette's count, so that a journal brings it through a restart.
func (d *Commander) recordShots(pipette string, count uint64, more float64) {
	d.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_pipette_shots_total", Value: more,
		Labels: buffer.MakeLabels("pipette", pipette), Status: "success", Note: "shots=" + strconv.FormatUint(count, 10),
	})
}

// RecordAllShots records the count of every pipette that has one.
func (d *Commander) RecordAllShots() {
	for _, p := range d.inForce().Pipettes {
		if shots := d.ShotsOf(p.Name); shots > 0 {
			d.recordShots(p.Name, shots, 0)
		}
	}
}
