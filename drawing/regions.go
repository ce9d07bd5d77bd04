package drawing

import (
	"slices"
	"strings"
)

// State is what is known of a valve.
type State uint8

// The states of a valve. Everything but Closed counts as not closed, everything but Open as not open.
const (
	Unknown State = iota
	Closed
	Open
	Moving
)

var stateNames = [...]string{"unknown", "closed", "open", "moving"}

func (s State) String() string { return stateNames[s] }

// StateOf is the state of that name, Unknown for any other.
func StateOf(name string) State { return State(max(0, slices.Index(stateNames[:], name))) }

// MarshalText implements [encoding.TextMarshaler].
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: what is none of the states is not known.
func (s *State) UnmarshalText(text []byte) error {
	*s = StateOf(string(text))
	return nil
}

// Standing is how a valve stands. Told means that nothing but what it was told, or what a person reported, speaks for it.
type Standing struct {
	State State `json:"state"`
	Told  bool  `json:"told,omitempty"`
}

// Running is what is known of a pump.
type Running uint8

// What is known of a pump.
const (
	NotKnown Running = iota
	Pumping
	Stopped
)

var runningNames = [...]string{"unknown", "running", "stopped"}

func (r Running) String() string { return runningNames[r] }

// MarshalText implements [encoding.TextMarshaler].
func (r Running) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]: what is none of the words is not known.
func (r *Running) UnmarshalText(text []byte) error {
	*r = Running(max(0, slices.Index(runningNames[:], string(text))))
	return nil
}

// Situation is how valves and pumps stand, by the name of their part. What is not in it is not known.
type Situation struct {
	Valves map[string]Standing
	Pumps  map[string]Running
}

// Condition is what a region holds.
type Condition string

// The conditions of a region.
const (
	Pumped  Condition = "pumped"  // a pump that runs is connected, and no store of gas may be
	Static  Condition = "static"  // closed off: neither pump nor store of gas can be connected
	Gas     Condition = "gas"     // a store of gas is connected
	Unclear Condition = "unknown" // valves or pumps that nobody knows decide about it
)

// Region is what open valves connect. Names of parts are in the order of the line.
type Region struct {
	Name      string    `json:"name"` // what is connected, for people
	Condition Condition `json:"condition"`
	Parts     []string  `json:"parts"`             // volumes, pumps and gauges
	Inside    []string  `json:"inside"`            // open valves
	Edges     []string  `json:"edges"`             // valves at its edge that are not open
	Unsure    []string  `json:"unsure"`            // of those, the ones that are not known to be closed
	Moving    []string  `json:"moving"`            // of those, the ones that move
	Perhaps   []string  `json:"perhaps"`           // parts that are connected, too, if those are open
	Told      []string  `json:"told"`              // valves on which it rests although nothing verifies them: "V8 told closed"
	Pumps     []string  `json:"pumps"`             // pumps in it that run
	Stores    []string  `json:"stores"`            // stores of gas in it
	Pipes     []int     `json:"pipes"`             // by their place in the line's list
	Size      float64   `json:"size"`              // m³; 0 = not known of all its volumes
	Since     float64   `json:"since"`             // seconds for which it has been so
	AtLeast   bool      `json:"at_least"`          // it may have been so for longer: before, it was not known
	Undated   bool      `json:"undated,omitempty"` // for how long is not known: Since is nothing
	Rises     []Rise    `json:"rises"`             // of a static region: how fast its pressures rise, by gauge
}

// Regions are the regions of the line, in the order of their first part; those without a part, pipes between valves, are last.
//
// A closed valve separates all that joins at it, an open one connects it. A valve that is neither, for it is not known or moves, does
// not connect, and does not separate: whatever depends on it is Unclear. So a region has a condition only if it is the same whichever
// of these valves are open.
func (l *Line) Regions(s Situation) []Region {
	g := newGraph(l, s)
	var all []Region
	for _, piece := range g.roots() {
		all = append(all, g.region(piece))
	}
	return all
}

// region is the region of a piece.
func (g *graph) region(root int) Region {
	r := Region{Inside: []string{}, Edges: []string{}, Unsure: []string{}, Moving: []string{}, Perhaps: []string{}, Told: []string{}, Parts: []string{}, Pumps: []string{}, Stores: []string{}, Pipes: []int{}, Rises: []Rise{}}
	sized := true
	for i := range g.line.Parts {
		p := &g.line.Parts[i]
		switch {
		case p.Kind == Valve:
			g.valve(&r, p, root)
		case p.Kind == Laser:
		case g.sure.find(i) == root:
			r.take(p, g.situation)
			sized = sized && (p.Kind != Volume || p.Size > 0)
			r.Size += p.Size
		case g.perhaps.find(i) == g.perhaps.find(root):
			r.Perhaps = append(r.Perhaps, p.Name)
		}
	}
	for i := range g.line.Pipes {
		if g.sure.find(len(g.line.Parts)+i) == root {
			r.Pipes = append(r.Pipes, i)
		}
	}
	if !sized {
		r.Size = 0
	}
	r.Name = g.name(&r)
	r.Condition = g.condition(&r, root)
	return r
}

// take adds a part.
func (r *Region) take(p *Part, s Situation) {
	r.Parts = append(r.Parts, p.Name)
	if p.Gas {
		r.Stores = append(r.Stores, p.Name)
	}
	if p.Kind != Pump || s.Pumps[p.Name] != Pumping {
		return
	}
	r.Pumps = append(r.Pumps, p.Name)
	if p.Assumed {
		r.Told = append(r.Told, p.text()+" taken to run")
	}
}

// valve notes what a valve is to a region.
func (g *graph) valve(r *Region, p *Part, root int) {
	touches, all := false, true
	for _, pipe := range g.at[p.Name] {
		within := g.sure.find(pipe) == root
		touches, all = touches || within, all && within
	}
	if !touches {
		return
	}
	v := g.situation.Valves[p.Name]
	switch {
	case v.State == Open:
		r.Inside = append(r.Inside, p.Name)
	case all && len(g.at[p.Name]) > 1:
		return // a way around it: it separates nothing
	default:
		r.Edges = append(r.Edges, p.Name)
		if v.State != Closed {
			r.Unsure = append(r.Unsure, p.Name)
		}
		if v.State == Moving {
			r.Moving = append(r.Moving, p.Name)
		}
	}
	if v.Told && (v.State == Open || v.State == Closed) {
		r.Told = append(r.Told, p.text()+" "+toldWord(p)+" "+v.State.String())
	}
}

// toldWord is how a state came to be known that no switch shows.
func toldWord(p *Part) string {
	if p.Hand {
		return "reported"
	}
	return "told"
}

// condition is what is certain of a region.
func (g *graph) condition(r *Region, root int) Condition {
	could := g.perhaps.find(root)
	switch {
	case len(r.Stores) > 0:
		return Gas
	case g.gas[could]:
		return Unclear
	case len(r.Pumps) > 0:
		return Pumped
	case g.pump[could], len(r.Edges) > 0 && len(r.Edges) == len(r.Unsure):
		return Unclear
	}
	return Static
}

// name is what is connected, in words.
func (g *graph) name(r *Region) string {
	for _, kind := range []Kind{Volume, Pump, Gauge} {
		var names []string
		for _, name := range r.Parts {
			if p := g.line.Part(name); p.Kind == kind {
				names = append(names, p.text())
			}
		}
		if len(names) > 0 {
			return strings.Join(names, " + ")
		}
	}
	if len(r.Edges)+len(r.Inside) == 0 {
		return "a pipe"
	}
	return "between " + strings.Join(append(slices.Clone(r.Edges), r.Inside...), " and ")
}
