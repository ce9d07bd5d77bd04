package drawing

import (
	"cmp"
	"slices"
)

// Sizes of parts whose size was not given, and how far apart they are laid.
const (
	valveSize   = 1.0
	volumeW     = 2.6
	volumeH     = 1.5
	pumpSize    = 1.5
	labelW      = 3.6 // of a gauge with its value and its curve
	labelH      = 1.7
	columnWidth = 4.2
	rowHeight   = 2.3
)

// Arrange gives sizes and places to the parts that have none, and strokes to the pipes. Either all volumes and pumps have a place, or
// the line is laid out as a tree around the volume at which most pipes end.
func (l *Line) Arrange() {
	for i := range l.Parts {
		l.Parts[i].sized()
	}
	switch {
	case l.Loose:
		l.grid()
	case l.Laid:
		l.tree()
	default:
		l.between()
	}
	l.labels()
	l.route()
}

// sized gives a part the size of its kind.
func (p *Part) sized() {
	switch p.Kind {
	case Valve:
		p.W, p.H = valveSize, valveSize
	case Pump:
		p.W, p.H = cmp.Or(p.W, pumpSize), cmp.Or(p.H, pumpSize)
	case Gauge, Laser:
		if p.Inside {
			return
		}
		p.W, p.H = cmp.Or(p.W, labelW), cmp.Or(p.H, labelH)
	default:
		p.W, p.H = cmp.Or(p.W, volumeW), cmp.Or(p.H, volumeH)
	}
}

// place puts a part somewhere.
func (p *Part) place(x, y float64) { p.X, p.Y, p.Placed = x, y, true }

// between puts valves without a place in the middle of what they join.
func (l *Line) between() {
	for i := range l.Parts {
		v := &l.Parts[i]
		if v.Kind != Valve || v.Placed {
			continue
		}
		var ends []*Part
		for _, name := range l.neighbours(v.Name) {
			if p := l.Part(name); p.Placed {
				ends = append(ends, p)
			}
		}
		switch len(ends) {
		case 0:
			v.place(float64(i)*1.5, -2)
		case 1:
			v.place(ends[0].X, ends[0].Y+ends[0].H/2+1.2)
		default:
			v.place(gap(ends[0].X, ends[0].W, ends[1].X, ends[1].W), gap(ends[0].Y, ends[0].H, ends[1].Y, ends[1].H))
		}
	}
}

// gap is the middle of what lies between two stretches, or of what they share.
func gap(a, sizeA, b, sizeB float64) float64 {
	if a > b {
		a, sizeA, b, sizeB = b, sizeB, a, sizeA
	}
	return (min(a+sizeA/2, b+sizeB/2) + max(a-sizeA/2, b-sizeB/2)) / 2
}

// neighbours are the parts that a pipe joins with one, each once.
func (l *Line) neighbours(name string) (names []string) {
	for _, p := range l.Pipes {
		if !slices.Contains(p.Ends, name) {
			continue
		}
		for _, end := range p.Ends {
			if end != name && !slices.Contains(names, end) && l.Part(end) != nil {
				names = append(names, end)
			}
		}
	}
	return names
}

// grid puts valves and gauges in rows.
func (l *Line) grid() {
	const perRow = 6
	y := 0.0
	for _, kind := range []Kind{Volume, Pump, Valve, Laser, Gauge} {
		n := 0
		for i := range l.Parts {
			if p := &l.Parts[i]; p.Kind == kind {
				p.place(float64(n%perRow)*columnWidth, y+float64(n/perRow)*rowHeight)
				n++
			}
		}
		y += float64((n+perRow-1)/perRow) * rowHeight
	}
}

// labels puts gauges and lasers without a place beside what they are on, where nothing else is.
func (l *Line) labels() {
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.Placed || p.Kind != Gauge && p.Kind != Laser {
			continue
		}
		on := l.Part(p.On)
		if on == nil {
			on = &l.Parts[0]
		}
		at := l.free(p, on)
		p.place(at[0], at[1])
	}
}

// free is a spot beside a part where nothing lies.
func (l *Line) free(p, on *Part) Spot {
	for reach := 0.3; reach < 12; reach += 0.7 {
		right, down := on.W/2+p.W/2+reach, on.H/2+p.H/2+reach
		for _, d := range []Spot{{right, down}, {-right, down}, {right, -down}, {-right, -down}, {right, 0}, {-right, 0}, {0, down}, {0, -down}} {
			at := Spot{on.X + d[0], on.Y + d[1]}
			if l.clear(at, p) {
				return at
			}
		}
	}
	return Spot{on.X + on.W/2 + p.W/2 + 0.3, on.Y}
}

// clear says whether nothing lies where p would be with its centre at a spot. Beside a valve stands its name.
func (l *Line) clear(at Spot, p *Part) bool {
	for i := range l.Parts {
		o := &l.Parts[i]
		w, h := (p.W+o.W)/2, (p.H+o.H)/2
		if o.Kind == Valve {
			w, h = w+0.9, h+0.3
		}
		if o.Placed && o != p && !o.Inside && abs(at[0]-o.X) < w+0.1 && abs(at[1]-o.Y) < h+0.1 {
			return false
		}
	}
	for i := range l.Pipes {
		if ends := l.Pipes[i].Ends; len(ends) == 2 && crosses(l.Part(ends[0]), l.Part(ends[1]), at, p) {
			return false
		}
	}
	return true
}

// crosses says whether the box around the pipe from a to b meets p at a spot.
func crosses(a, b *Part, at Spot, p *Part) bool {
	if a == nil || b == nil || !a.Placed || !b.Placed {
		return false
	}
	if a.Kind != Valve && b.Kind != Valve {
		return false
	}
	x, w := (a.X+b.X)/2, abs(a.X-b.X)
	if a.Kind != Valve && abs(b.X-a.X) < a.W/2 || b.Kind != Valve && abs(b.X-a.X) < b.W/2 {
		x, w = a.X, 0
		if b.Kind == Valve {
			x = b.X
		}
	}
	return abs(at[0]-x) < (w+p.W)/2+0.3 && abs(at[1]-(a.Y+b.Y)/2) < (abs(a.Y-b.Y)+p.H)/2
}

func abs(x float64) float64 { return max(x, -x) }
