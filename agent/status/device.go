package status

import (
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
)

// deviceStatus is one configured device as people see it.
func (src *Source) deviceStatus(d *config.DevicePlan, now time.Duration) telemetry.DeviceStatus {
	s := telemetry.DeviceStatus{
		Name: d.Name, Source: src.Name, Model: d.Model.Name, Family: d.Model.Family, Description: d.Description, Port: device.WithoutPassword(d.Port),
		Health: src.Fleet.Health(d.Name), Every: d.Every.Seconds(), ReadOnly: !d.Control, Points: []telemetry.PointStatus{}, Controls: []telemetry.ControlStatus{},
	}
	i := src.Fleet.Find(d.Name)
	if i == nil {
		return s
	}
	c, retry := i.Status()
	zero := src.Clock.ZeroWall()
	s.Error, s.Since = c.Why, new(zero.Add(c.Since))
	if c.Success > 0 {
		s.LastSuccess = new(zero.Add(c.Success))
	}
	if retry > now {
		s.RetryIn = telemetry.Seconds(retry - now)
	}
	s.MaxOn, s.OnSince = i.MaxOn.Seconds(), src.wallOf(i.LaserOnSince())
	s.BeamSeconds = i.Odometers.Of("beam_seconds")
	s.Actuations = uint64(i.Odometers.Of("actuations"))
	for _, sample := range src.Present.Device(d.Name) {
		p := pointStatus(&sample, d.Model.Family, now)
		p.Since = i.Reporter.Since(sample.Channel, sample.Name)
		describe(&p, d)
		s.Points = append(s.Points, p)
	}
	s.Points = append(s.Points, unread(d, s.Points)...)
	for n := range d.Moves {
		s.Controls = append(s.Controls, src.controlStatus(d, &d.Moves[n], now))
	}
	return s
}

// pointStatus is one sample as people see it: a value only if it may be shown as live.
func pointStatus(s *buffer.Sample, family string, now time.Duration) telemetry.PointStatus {
	p := telemetry.PointStatus{
		Point: s.Point(), Channel: s.Channel, Name: s.Name, Metric: buffer.MetricName(family, s.Name, s.Unit), Unit: s.Unit,
		Bound: s.Bound.String(), Missing: s.Missing, Age: new(telemetry.Seconds(s.Age(now))), Stale: s.Stale(now), Timestamp: new(s.Time),
	}
	switch {
	case s.Missing == "" && !p.Stale:
		p.Value = new(s.Value)
	case s.Missing == "":
		p.Last = new(s.Value)
	}
	return p
}

// unread is what is configured and was not read since the start: it is missing, not absent.
func unread(d *config.DevicePlan, read []telemetry.PointStatus) (out []telemetry.PointStatus) {
	for n := range d.Points {
		pt := &d.Points[n]
		if slices.ContainsFunc(read, func(p telemetry.PointStatus) bool { return p.Channel == pt.Channel && p.Name == pt.Name }) {
			continue
		}
		p := telemetry.PointStatus{
			Point: pt.Point.Point(), Channel: pt.Channel, Name: pt.Name, Metric: buffer.MetricName(d.Model.Family, pt.Name, pt.Unit), Unit: pt.Unit,
			Bound: buffer.Exact.String(), Missing: "not read yet",
		}
		describe(&p, d)
		out = append(out, p)
	}
	return out
}

// describe adds what people call a point.
func describe(p *telemetry.PointStatus, d *config.DevicePlan) {
	for n := range d.Points {
		if d.Points[n].Channel == p.Channel && d.Points[n].Name == p.Name {
			p.Description, p.Gas, p.States, p.Told = d.Points[n].Description, d.Points[n].Gas, d.Points[n].States.Names(), d.Points[n].Told
			return
		}
	}
}

// controlStatus is one control, with what it shows now. Whether it would be refused is the commander's to say.
func (src *Source) controlStatus(d *config.DevicePlan, c *config.Control, now time.Duration) telemetry.ControlStatus {
	s := telemetry.ControlStatus{
		Control: c.Name, Unit: c.Unit, Min: c.Min, Max: c.Max, Idle: c.Idle, Pulse: c.Pulse, Hazard: c.Hazard, Enabled: c.Enabled,
	}
	for _, sample := range src.Present.Device(d.Name) {
		if sample.Point() == c.Name && sample.Missing == "" && !sample.Stale(now) {
			s.Value = new(sample.Value)
		}
	}
	return s
}

// derivedStatus is the devices that are only computed.
func (src *Source) derivedStatus(now time.Duration) []telemetry.DeviceStatus {
	var out []telemetry.DeviceStatus
	at := map[string]int{}
	for _, d := range src.Plan().Derived {
		name := d.Device
		if _, ok := at[name]; ok {
			continue
		}
		at[name] = len(out)
		s := telemetry.DeviceStatus{
			Name: name, Source: src.Name, Model: "derived", Description: d.Description, Health: string(device.Healthy), ReadOnly: true,
			Points: []telemetry.PointStatus{}, Controls: []telemetry.ControlStatus{},
		}
		for _, sample := range src.Present.Device(name) {
			p := pointStatus(&sample, "", now)
			for _, each := range src.Plan().Derived {
				if each.Device == name && each.Point.Channel == sample.Channel && each.Point.Name == sample.Name {
					p.Description, p.Gas = each.Description, each.Gas
				}
			}
			s.Points = append(s.Points, p)
		}
		out = append(out, s)
	}
	return out
}
