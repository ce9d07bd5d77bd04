package main

import (
	"maps"
	"slices"
	"time"

	"pychron-edge/telemetry"
)

// devices are a bench's devices as they stand now: what its status said of each, and the last event of each point.
// Nothing can be commanded from here, so no control is offered.
func (b *bench) devices(source string, now time.Time) []telemetry.DeviceStatus {
	state := b.state(now)
	var list []telemetry.DeviceStatus
	known := map[string]bool{}
	for _, d := range b.status.Devices {
		known[d.Name] = true
		list = append(list, b.device(d, source, state, now))
	}
	for _, name := range slices.Sorted(maps.Keys(b.samples)) {
		if !known[name] {
			list = append(list, b.device(telemetry.DeviceStatus{Name: name, Health: "unknown"}, source, state, now))
		}
	}
	return list
}

func (b *bench) device(d telemetry.DeviceStatus, source, state string, now time.Time) telemetry.DeviceStatus {
	d.Source, d.ReadOnly = source, true
	d.Controls = slices.Clone(d.Controls)
	for i := range d.Controls {
		d.Controls[i].Enabled, d.Controls[i].Forbidden = false, "commands are given at the bench"
	}
	t, broken := b.broken[d.Name]
	switch {
	case state != "online":
		d.Health, d.Error = "unknown", "agent "+state
	case broken:
		d.Health, d.Error, d.Since = "unavailable", t.why, &t.since
	}
	d.Points = b.points(d, state != "online" || broken || d.Health == "unavailable", now)
	return d
}

// points joins what the status says of a device's points with the last event of each. silent makes all of them stale.
func (b *bench) points(d telemetry.DeviceStatus, silent bool, now time.Time) []telemetry.PointStatus {
	samples := b.samples[d.Name]
	list := []telemetry.PointStatus{}
	known := map[string]bool{}
	for _, p := range d.Points {
		known[p.Point] = true
		s, ok := samples[p.Point]
		list = append(list, b.point(p, s, ok, silent, now))
	}
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		if s := samples[name]; !known[name] {
			list = append(list, b.point(telemetry.PointStatus{Point: name, Name: s.name, Metric: s.metric, Unit: s.unit}, s, true, silent, now))
		}
	}
	return list
}

func (b *bench) point(p telemetry.PointStatus, s sample, heard, silent bool, now time.Time) telemetry.PointStatus {
	p.Value, p.Last, p.Timestamp, p.Since = nil, nil, nil, nil
	if !heard {
		p.Stale, p.Missing = true, "not heard yet"
		return p
	}
	p.Bound, p.Missing = s.bound.String(), s.missing
	p.Age = max(now.Sub(s.arrived), 0).Seconds()
	p.Stale = silent || now.Sub(s.arrived) > b.patience()
	at := s.at
	p.Timestamp, p.Since = &at, &s.since
	if s.missing == "" {
		value := s.value
		p.Last = &value
		if !p.Stale {
			p.Value = &value
		}
	}
	return p
}
