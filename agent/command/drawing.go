package command

import (
	"maps"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drawing"

	"pychron-edge/agent/rules"
)

// regionsEvery is how long after one status another is published for valves alone.
const regionsEvery = time.Second

// drawnStates are the states of valves as a drawing has them. One that is told closed is drawn so, and the region that rests on it says it.
var drawnStates = map[rules.ValveState]drawing.State{
	rules.Closed: drawing.Closed, rules.ToldClosed: drawing.Closed, rules.Unproven: drawing.Closed, rules.Open: drawing.Open, rules.Moving: drawing.Moving,
}

// regions are those of the line as it stands in s, none where nobody said what is connected. The caller holds mu.
func (d *Commander) regions(s drawing.Situation) []drawing.Region {
	if d.plan.Drawing.Loose {
		return nil
	}
	all := d.plan.Drawing.Regions(s)
	d.drawn.tracker.Observe(d.plan.Drawing, all, d.env.Clock.Up())
	pumps := !maps.Equal(s.Pumps, d.drawn.last.Pumps)
	d.drawn.moved = d.drawn.moved || pumps || !maps.Equal(s.Valves, d.drawn.last.Valves)
	d.drawn.line, d.drawn.last = d.plan.Drawing, s
	d.republishRegions(pumps)
	return all
}

// republishRegions has the status published where a pump runs otherwise or a valve stands otherwise than it published last: whether a pump runs by a
// condition, and since when a region is as it is, is known here alone. A valve whose box comes and goes has it published once a second. The caller holds mu.
func (d *Commander) republishRegions(atOnce bool) {
	up := d.env.Clock.Up()
	if !d.drawn.moved || !atOnce && up-d.drawn.published < regionsEvery {
		return
	}
	d.drawn.moved, d.drawn.published = false, up
	d.env.Changed()
}

// watchRegions takes what was read of a device, and looks at the regions where a valve or a pump stands otherwise than before. The
// caller holds mu.
func (d *Commander) watchRegions(device string, samples []buffer.Sample) {
	l := d.plan.Drawing
	if l == nil || l.Loose {
		return
	}
	for i := range l.Parts {
		if p := &l.Parts[i]; p.Kind == drawing.Gauge && p.Device == device {
			d.readGauge(p, samples)
		}
	}
	if s := d.drawnSituation(); l != d.drawn.line || !maps.Equal(s.Valves, d.drawn.last.Valves) || !maps.Equal(s.Pumps, d.drawn.last.Pumps) {
		d.regions(s)
	}
	d.republishRegions(false)
}

// readGauge gives the tracker the reading of a gauge.
func (d *Commander) readGauge(p *drawing.Part, samples []buffer.Sample) {
	i := slices.IndexFunc(samples, func(s buffer.Sample) bool { return s.Point() == p.Point })
	if i < 0 || samples[i].Unit != buffer.Pascals {
		return
	}
	s := &samples[i]
	d.drawn.tracker.Read(p.Name, s.Up, s.Value, s.Missing == "" && s.Bound == buffer.Exact)
}

// drawnSituation is how the valves and pumps of the drawing stand: the same states that interlocks are judged by. The caller holds mu.
func (d *Commander) drawnSituation() drawing.Situation {
	s := drawing.Situation{Valves: map[string]drawing.Standing{}, Pumps: map[string]drawing.Running{}}
	now, view := d.situation(), d.view()
	for i := range d.plan.Drawing.Parts {
		p := &d.plan.Drawing.Parts[i]
		switch p.Kind {
		case drawing.Valve:
			ref := rules.Ref{Device: p.Device, Point: p.Point}
			state := drawnStates[now.Valve(ref)]
			s.Valves[p.Name] = drawing.Standing{State: state, Told: d.told(ref, state)}
		case drawing.Pump:
			s.Pumps[p.Name] = d.running(p, view)
		}
	}
	return s
}

// running is what is known of a pump. The caller holds mu.
func (d *Commander) running(p *drawing.Part, v rules.View) drawing.Running {
	if p.Assumed {
		return drawing.Pumping
	}
	e := d.plan.Running[p.Name]
	if e == nil {
		return drawing.NotKnown
	}
	switch holds, known := e.Holds(v); {
	case !known:
		return drawing.NotKnown
	case holds:
		return drawing.Pumping
	}
	return drawing.Stopped
}

// told says whether a valve is open or closed by nothing but what it was told, or what a person reported. The caller holds mu.
func (d *Commander) told(r rules.Ref, state drawing.State) bool {
	p := d.plan.Device(r.Device)
	return p != nil && (state == drawing.Open || state == drawing.Closed) && !p.Verifies(r.Point, state == drawing.Open)
}

// notKnown are those of some devices that are valves, with one that nobody knows the state of.
func (d *Commander) notKnown(devices []string) (names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.situation()
	for _, name := range devices {
		p := d.plan.Device(name)
		if p == nil {
			continue
		}
		for i := range p.Moves {
			if p.IsValve(p.Moves[i].Name) && s.Valve(rules.Ref{Device: name, Point: p.Moves[i].Name}) == rules.Unknown {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

// valveStanding is how a valve stands and what must be so before it moves. The caller holds mu.
func (d *Commander) valveStanding(s *ControlStanding, r rules.Ref, situation rules.Situation, now time.Time) {
	state := drawnStates[situation.Valve(r)]
	s.State, s.Told = state.String(), d.told(r, state)
	p := d.plan.Device(r.Device)
	c := p.Move(r.Point)
	if p.Model.Manual || !c.Enabled {
		return
	}
	s.Conditions = rules.Conditions(rules.Move{Ref: r, Vent: c.Vent || c.Hazard, Closed: c.Closed, Open: c.Open}, situation, d.view(), d.plan.Rules, d.plan.Pipettes)
	lock := rules.Condition{What: "lock", Now: "none", Good: true}
	if why := d.locks.refuses(r.Device, "", false, now); why != "" {
		lock = rules.Condition{What: "lock", Now: why}
	}
	s.Conditions = append(s.Conditions, lock)
	for _, why := range []string{d.latched, d.restricted} {
		if why != "" {
			s.Conditions = append(s.Conditions, rules.Condition{What: "the agent", Now: why})
		}
	}
}
