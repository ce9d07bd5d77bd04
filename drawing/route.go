package drawing

import (
	"math"
	"slices"
)

// inset is how far from the corner of a box a pipe may end.
const inset = 0.4

// route gives every pipe its strokes that has none yet.
func (l *Line) route() {
	for i := range l.Pipes {
		p := &l.Pipes[i]
		switch {
		case len(p.Strokes) > 0:
		case len(p.Ends) == 2:
			if a, b := l.Part(p.Ends[0]), l.Part(p.Ends[1]); a != nil && b != nil {
				p.Strokes = [][]Spot{l.stroke(a, b, p.Via)}
			}
		default:
			p.Strokes = l.star(p.Ends)
		}
	}
}

// star joins three parts or more at the middle of them.
func (l *Line) star(ends []string) (strokes [][]Spot) {
	var xs, ys []float64
	for _, name := range ends {
		if p := l.Part(name); p != nil {
			xs, ys = append(xs, p.X), append(ys, p.Y)
		}
	}
	if len(xs) == 0 {
		return [][]Spot{}
	}
	slices.Sort(xs)
	slices.Sort(ys)
	middle := &Part{Kind: Valve, X: xs[len(xs)/2], Y: ys[len(ys)/2]}
	for _, name := range ends {
		if p := l.Part(name); p != nil {
			strokes = append(strokes, l.stroke(middle, p, nil))
		}
	}
	return strokes
}

// stroke is how a pipe goes from a to b: through the corners that were given, straight where it can, else around one corner.
func (l *Line) stroke(a, b *Part, via []Spot) []Spot {
	if len(via) > 0 {
		out := append([]Spot{a.facing(via[0])}, via...)
		return append(out, b.facing(via[len(via)-1]))
	}
	if b.Kind == Valve && a.Kind != Valve {
		out := l.stroke(b, a, nil)
		slices.Reverse(out)
		return out
	}
	if x, ok := shared(a.X, a.reach(a.W), b.X, b.reach(b.W)); ok {
		return []Spot{{x, a.Y}, {x, b.Y}}
	}
	if y, ok := shared(a.Y, a.reach(a.H), b.Y, b.reach(b.H)); ok {
		return []Spot{{a.X, y}, {b.X, y}}
	}
	x, y := near(a.X, b.X, b.reach(b.W)), near(a.Y, b.Y, b.reach(b.H))
	if l.upright(a, b) {
		return []Spot{{a.X, a.Y}, {a.X, y}, {b.X, y}}
	}
	return []Spot{{a.X, a.Y}, {x, a.Y}, {x, b.Y}}
}

// reach is how far from its centre a pipe may meet a part: a valve only at the centre.
func (p *Part) reach(size float64) float64 {
	if p.Kind == Valve {
		return 0
	}
	return max(size/2-inset, 0)
}

// facing is where a part is met by a pipe that comes from a spot.
func (p *Part) facing(from Spot) Spot {
	switch x, y := near(from[0], p.X, p.reach(p.W)), near(from[1], p.Y, p.reach(p.H)); {
	case x == from[0]:
		return Spot{x, p.Y}
	case y == from[1]:
		return Spot{p.X, y}
	default:
		return Spot{x, y}
	}
}

// shared is a place on both of two stretches, given by their middles and how far they reach; as near to the first middle as can be.
func shared(a, reachA, b, reachB float64) (at float64, ok bool) {
	low, high := max(a-reachA, b-reachB), min(a+reachA, b+reachB)
	if low > high+1e-9 {
		return 0, false
	}
	if reachA > 0 && reachB > 0 {
		return (low + high) / 2, true
	}
	return min(max(a, low), high), true
}

// near is the place on a stretch that is nearest to at.
func near(at, middle, reach float64) float64 {
	return math.Min(math.Max(at, middle-reach), middle+reach)
}

// upright says whether the pipe from valve a to b must leave it upwards or downwards: because the one on its other side does.
func (l *Line) upright(a, b *Part) bool {
	for i := range l.Pipes {
		p := &l.Pipes[i]
		if len(p.Ends) != 2 || !slices.Contains(p.Ends, a.Name) || slices.Contains(p.Ends, b.Name) {
			continue
		}
		for _, end := range p.Ends {
			if other := l.Part(end); other != nil && other != a {
				if _, ok := shared(a.X, a.reach(a.W), other.X, other.reach(other.W)); ok {
					return true
				}
			}
		}
	}
	return false
}
