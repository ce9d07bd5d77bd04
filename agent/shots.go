package main

import (
	"strconv"

	"pychron-edge/buffer"
)

// countShot counts a pipette's shots as its valves are seen to open.
func (d *door) countShot(device string, s *buffer.Sample) {
	if s.Value != 1 || s.Missing != "" {
		return
	}
	d.mu.Lock()
	var shot []*Pipette
	for _, p := range d.plan.Pipettes {
		before := d.shots[p.Name]
		after := p.opened(before, Ref{device, s.Point()})
		d.shots[p.Name] = after
		if after.Shots != before.Shots {
			shot = append(shot, p)
		}
	}
	d.mu.Unlock()
	for _, p := range shot {
		d.tellShots(p.Name, d.shotsOf(p.Name), 1)
	}
}

func (d *door) shotsOf(pipette string) uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shots[pipette].Shots
}

// tellShots records a pipette's count, so that a journal brings it through a restart.
func (d *door) tellShots(pipette string, count uint64, more float64) {
	d.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_pipette_shots_total", Value: more,
		Labels: buffer.MakeLabels("pipette", pipette), Status: "success", Note: "shots=" + strconv.FormatUint(count, 10),
	})
}

// tellAllShots records the count of every pipette that has one.
func (d *door) tellAllShots() {
	for _, p := range d.inForce().Pipettes {
		if shots := d.shotsOf(p.Name); shots > 0 {
			d.tellShots(p.Name, shots, 0)
		}
	}
}
