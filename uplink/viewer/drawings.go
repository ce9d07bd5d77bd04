package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drawing"
	"pychron-edge/telemetry"
)

// Limits of a drawing.
const (
	maxParts = 1000 // parts; so many pipes, too
	maxUp    = 1e9  // seconds of a boot
	maxEnds  = 16   // ends and strokes of a pipe, and corners of a stroke
)

// checkDrawings checks the drawing of an agent's line.
func checkDrawings(s *telemetry.StatusPayload) error {
	if len(s.Drawings) > 1 {
		return fmt.Errorf("%d drawings; there must be at most 1", len(s.Drawings))
	}
	for i := range s.Drawings {
		d := &s.Drawings[i]
		d.Regions, d.Valves = nil, nil
		if len(d.Pumps) > maxParts {
			return fmt.Errorf("a drawing with %d pumps; there must be at most %d", len(d.Pumps), maxParts)
		}
		if len(d.Parts) > maxParts || len(d.Pipes) > maxParts {
			return fmt.Errorf("a drawing of %d parts and %d pipes; there must be at most %d", len(d.Parts), len(d.Pipes), maxParts)
		}
		if err := checkLasting(d); err != nil {
			return err
		}
		for _, p := range d.Parts {
			if len(p.Name) > buffer.MaxString || len(p.Title) > buffer.MaxString {
				return fmt.Errorf("part %.40q of a drawing; its name and title must have at most %d bytes", p.Name, buffer.MaxString)
			}
		}
		for _, p := range d.Pipes {
			if err := checkPipe(&p); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkLasting checks what an agent publishes of its regions.
func checkLasting(d *telemetry.DrawingStatus) error {
	if d.Judged < 0 || d.Judged > maxUp {
		return fmt.Errorf("a drawing judged at %g s; it must be from 0 to %g", d.Judged, maxUp)
	}
	if len(d.Lasting) > 2*maxParts {
		return fmt.Errorf("a drawing of %d regions; there must be at most %d", len(d.Lasting), 2*maxParts)
	}
	for i := range d.Lasting {
		l := &d.Lasting[i]
		if len(l.Parts) > maxParts || len(l.Pipes) > maxParts || len(l.Rises) > maxParts {
			return fmt.Errorf("a region of %d parts, %d pipes and %d rises; there must be at most %d of each", len(l.Parts), len(l.Pipes), len(l.Rises), maxParts)
		}
		if l.Began < 0 || l.Began > d.Judged {
			return fmt.Errorf("a region that began at %g s; it must be from 0 to %g, when it was judged", l.Began, d.Judged)
		}
		for n := range l.Rises {
			if r := &l.Rises[n]; (r.Rate == nil) != (r.Error == nil) || len(r.Gauge) > buffer.MaxString || len(r.Verdict) > buffer.MaxString || len(r.Shape) > buffer.MaxString {
				return fmt.Errorf("a rise by gauge %.40q; it must have both a rate and its error, or neither", r.Gauge)
			}
		}
	}
	return nil
}

func checkPipe(p *drawing.Pipe) error {
	for _, stroke := range p.Strokes {
		if len(stroke) > maxEnds {
			return fmt.Errorf("a pipe of a drawing with %d corners; it must have at most %d", len(stroke), maxEnds)
		}
	}
	if len(p.Ends) > maxEnds || len(p.Strokes) > maxEnds {
		return fmt.Errorf("a pipe of a drawing with %d ends; it must have at most %d", len(p.Ends), maxEnds)
	}
	return nil
}

// lastingAge is how old what an agent publishes of its regions may be: it does so every 10 s.
const lastingAge = 25 * time.Second

// drawings are the agent's drawings with what is connected by the last events. For how long it has been so, and how fast a pressure
// rises, is known to the agent alone, and is as its status has it.
func (a *agentState) drawings(source string, devices []telemetry.DeviceStatus, now time.Time) (all []telemetry.DrawingStatus) {
	for _, d := range a.status.Drawings {
		if a.state(now) != "online" {
			d.Pumps = nil
		}
		s := situation(&d, devices)
		known, up := a.lasting(&d, now)
		d.Source, d.Valves, d.Pumps, d.Regions, d.Lasting, d.Judged = source, s.Valves, s.Pumps, []drawing.Region{}, nil, 0
		if !d.Loose {
			d.Regions = d.Line.Regions(s)
			drawing.Recall(d.Regions, known, up, pressures(&d.Line, devices))
		}
		all = append(all, d)
	}
	return all
}

// lasting is what the agent has published of the regions of its drawing, and the time of its boot now. It is nothing where that is too old, or where
// a valve or a pump has moved since: by the same valves a region may be another one, that began later.
func (a *agentState) lasting(d *telemetry.DrawingStatus, now time.Time) ([]drawing.Lasting, time.Duration) {
	if a.upAt.IsZero() || a.state(now) != "online" {
		return nil, 0
	}
	up, judged := a.up+now.Sub(a.upAt), time.Duration(d.Judged*float64(time.Second))
	if up-judged > lastingAge {
		return nil, 0
	}
	for i := range d.Parts {
		p := &d.Parts[i]
		if p.Kind != drawing.Valve && (p.Kind != drawing.Pump || p.Runs == "") {
			continue
		}
		for _, point := range []string{p.Device + "." + p.Point, p.Commanded(), p.Runs} {
			device, name, _ := strings.Cut(point, ".")
			if a.samples[device][name].sinceUp > judged {
				return nil, 0
			}
		}
	}
	return d.Lasting, up
}

// pressures are the gauges on a line that read one.
func pressures(l *drawing.Line, devices []telemetry.DeviceStatus) (names []string) {
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.Kind != drawing.Gauge {
			continue
		}
		for d := range devices {
			if devices[d].Name == p.Device && slices.ContainsFunc(devices[d].Points, func(s telemetry.PointStatus) bool { return s.Point == p.Point && s.Unit == buffer.Pascals }) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// situation is how valves and pumps stand by the last events. A pump that runs by a condition, which its agent alone can judge, runs as the
// agent's status says.
func situation(l *telemetry.DrawingStatus, devices []telemetry.DeviceStatus) drawing.Situation {
	s := drawing.Situation{Valves: map[string]drawing.Standing{}, Pumps: map[string]drawing.Running{}}
	points := map[string]*telemetry.PointStatus{}
	for i := range devices {
		for n := range devices[i].Points {
			points[devices[i].Name+"."+devices[i].Points[n].Point] = &devices[i].Points[n]
		}
	}
	for _, p := range l.Parts {
		switch {
		case p.Kind == drawing.Valve:
			state := valveState(points[p.Device+"."+p.Point], points[p.Commanded()])
			s.Valves[p.Name] = drawing.Standing{State: state, Told: (state == drawing.Open || state == drawing.Closed) && !p.Verifies(state)}
		case p.Kind == drawing.Pump && p.Assumed:
			s.Pumps[p.Name] = drawing.Pumping
		case p.Kind == drawing.Pump && p.Runs == "":
			s.Pumps[p.Name] = l.Pumps[p.Name]
		case p.Kind == drawing.Pump:
			s.Pumps[p.Name] = map[drawing.State]drawing.Running{drawing.Open: drawing.Pumping, drawing.Closed: drawing.Stopped}[valveState(points[p.Runs], nil)]
		}
	}
	return s
}

// valveState is the state of a valve by the last events of what it shows and of what it was told; without one, or with one that is
// old, it is not known.
func valveState(open, commanded *telemetry.PointStatus) drawing.State {
	switch {
	case open == nil || open.Value == nil || open.Bound != buffer.Exact.String() || *open.Value != 0 && *open.Value != 1:
		return drawing.Unknown
	case commanded != nil && commanded.Value != nil && *commanded.Value != *open.Value:
		return drawing.Moving
	case *open.Value == 1:
		return drawing.Open
	}
	return drawing.Closed
}

// fillValves says of each valve how it stands.
func fillValves(devices []telemetry.DeviceStatus) {
	for i := range devices {
		d := &devices[i]
		points := map[string]*telemetry.PointStatus{}
		for n := range d.Points {
			points[d.Points[n].Point] = &d.Points[n]
		}
		for n := range d.Controls {
			c := &d.Controls[n]
			if p := points[c.Control]; p != nil && p.Name == "open" && c.Unit == "" {
				c.State = valveState(p, points[drawing.CommandedOf(c.Control)]).String()
			}
		}
	}
}
