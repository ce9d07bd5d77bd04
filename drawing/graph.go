package drawing

import "slices"

// graph is a line with its valves as they stand. Its pieces are the parts, by their place in the list, and behind them the pipes. A
// valve is no piece: it joins the pipes that end at it, or keeps them apart.
type graph struct {
	line          *Line
	situation     Situation
	at            map[string][]int // the pipes at each valve, as pieces
	sure, perhaps sets             // what open valves join; what those join that may be open
	gas, pump     map[int]bool     // sets of perhaps that hold a store of gas, or a pump that may run
}

func newGraph(l *Line, s Situation) *graph {
	n := len(l.Parts) + len(l.Pipes)
	g := &graph{line: l, situation: s, at: map[string][]int{}, sure: newSets(n), perhaps: newSets(n), gas: map[int]bool{}, pump: map[int]bool{}}
	index := make(map[string]int, len(l.Parts))
	for i := range l.Parts {
		index[l.Parts[i].Name] = i
	}
	for i := range l.Parts {
		if p := &l.Parts[i]; p.Kind == Gauge {
			if on, ok := index[p.On]; ok {
				g.join(i, on)
			}
		}
	}
	for i := range l.Pipes {
		g.pipe(len(l.Parts)+i, &l.Pipes[i], index)
	}
	for name, pipes := range g.at {
		g.through(s.Valves[name].State, pipes)
	}
	g.sources()
	return g
}

// join joins two pieces for certain.
func (g *graph) join(a, b int) {
	g.sure.join(a, b)
	g.perhaps.join(a, b)
}

// pipe joins a pipe to the parts at its ends, but for valves and for the pump whose outlet it is.
func (g *graph) pipe(piece int, p *Pipe, index map[string]int) {
	for _, end := range p.Ends {
		i, ok := index[end]
		switch {
		case !ok, end == p.Outlet:
		case g.line.Parts[i].Kind != Valve:
			g.join(piece, i)
		case !slices.Contains(g.at[end], piece):
			g.at[end] = append(g.at[end], piece)
		}
	}
}

// through joins the pipes at a valve by its state.
func (g *graph) through(state State, pipes []int) {
	for _, other := range pipes[1:] {
		switch state {
		case Open:
			g.join(pipes[0], other)
		case Unknown, Moving:
			g.perhaps.join(pipes[0], other)
		}
	}
}

// sources notes where gas and pumps may reach.
func (g *graph) sources() {
	for i := range g.line.Parts {
		p := &g.line.Parts[i]
		if p.Gas {
			g.gas[g.perhaps.find(i)] = true
		}
		if p.Kind == Pump && g.situation.Pumps[p.Name] != Stopped {
			g.pump[g.perhaps.find(i)] = true
		}
	}
}

// roots are one piece of each region, in the order of the parts and then of the pipes.
func (g *graph) roots() (roots []int) {
	seen := map[int]bool{}
	for i := range len(g.line.Parts) + len(g.line.Pipes) {
		if i < len(g.line.Parts) && (g.line.Parts[i].Kind == Valve || g.line.Parts[i].Kind == Laser) {
			continue
		}
		if root := g.sure.find(i); !seen[root] {
			seen[root] = true
			roots = append(roots, root)
		}
	}
	return roots
}

// sets are disjoint sets of small numbers: each is in the set of its root.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(a, b int) { s[s.find(a)] = s.find(b) }
