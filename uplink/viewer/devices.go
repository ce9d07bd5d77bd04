package main

import (
	"maps"
	"slices"
	"time"

	"pychron-edge/telemetry"
)

// devices returns an agent's devices: each as in the agent's last status, with the last event of each point. All controls are
// disabled, because a viewer sends no commands.
func (a *agentState) devices(source string, now time.Time) []telemetry.DeviceStatus {
	state := a.state(now)
	var list []telemetry.DeviceStatus
	known := map[string]bool{}
	for _, d := range a.status.Devices {
		known[d.Name] = true
		list = append(list, a.device(d, source, state, now))
	}
	for _, name := range slices.Sorted(maps.Keys(a.samples)) {
		if !known[name] {
			list = append(list, a.device(telemetry.DeviceStatus{Name: name, Health: "unknown"}, source, state, now))
		}
	}
	return list
}

func (a *agentState) device(d telemetry.DeviceStatus, source, state string, now time.Time) telemetry.DeviceStatus {
	d.Source, d.ReadOnly = source, true
	d.Controls = slices.Clone(d.Controls)
	for i := range d.Controls {
		d.Controls[i].Enabled, d.Controls[i].Forbidden = false, "a viewer sends no commands"
	}
	f, failed := a.failures[d.Name]
	switch {
	case state != "online":
		d.Health, d.Error = "unknown", "agent "+state
	case failed:
		d.Health, d.Error, d.Since = "unavailable", f.reason, &f.since
	}
	d.Points = a.points(d, state != "online" || failed || d.Health == "unavailable", now)
	return d
}

// points returns the points in the device's status and those of which only events came, with the last event of each. stale makes all
// of them stale.
func (a *agentState) points(d telemetry.DeviceStatus, stale bool, now time.Time) []telemetry.PointStatus {
	samples := a.samples[d.Name]
	list := []telemetry.PointStatus{}
	known := map[string]bool{}
	for _, p := range d.Points {
		known[p.Point] = true
		s, ok := samples[p.Point]
		list = append(list, a.point(p, s, ok, stale, now))
	}
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		if s := samples[name]; !known[name] {
			list = append(list, a.point(telemetry.PointStatus{Point: name, Name: s.name, Metric: s.metric, Unit: s.unit}, s, true, stale, now))
		}
	}
	return list
}

func (a *agentState) point(p telemetry.PointStatus, s sample, received, stale bool, now time.Time) telemetry.PointStatus {
	p.Value, p.Last, p.Age, p.Timestamp, p.Since = nil, nil, nil, nil, nil
	if !received {
		p.Stale, p.Missing = true, "not received yet"
		return p
	}
	p.Bound, p.Missing = s.bound.String(), s.missing
	p.Age = new(telemetry.Seconds(max(now.Sub(s.arrived), 0)))
	p.Stale = stale || now.Sub(s.arrived) > a.staleAfter()
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
