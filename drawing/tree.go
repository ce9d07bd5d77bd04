package drawing

// tree lays the line out by what is connected: the volume with the most pipes in the middle, its branches above and below. What is not
// connected with it stands beside.
func (l *Line) tree() {
	x := 0.0
	for {
		hub := l.hub()
		if hub == nil {
			return
		}
		t := &branches{line: l, children: map[string][]string{}}
		t.grow(hub.Name)
		x = t.lay(hub, x) + columnWidth
	}
}

// hub is the part without a place that most others are connected with; a volume before a pump, and a pump before a valve.
func (l *Line) hub() *Part {
	rank := map[Kind]int{Volume: 3000, Pump: 2000, Valve: 1000}
	var found *Part
	best := 0
	for i := range l.Parts {
		p := &l.Parts[i]
		if n := rank[p.Kind] + len(l.neighbours(p.Name)); !p.Placed && n > best && rank[p.Kind] > 0 {
			found, best = p, n
		}
	}
	return found
}

// branches is a tree of parts.
type branches struct {
	line     *Line
	children map[string][]string
}

// grow finds the tree below a part, the nearest first.
func (t *branches) grow(root string) {
	seen, queue := map[string]bool{root: true}, []string{root}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		for _, next := range t.line.neighbours(name) {
			if kind := t.line.Part(next).Kind; seen[next] || kind == Gauge || kind == Laser {
				continue
			}
			seen[next] = true
			t.children[name] = append(t.children[name], next)
			queue = append(queue, next)
		}
	}
}

// lay lays the tree of a hub out from x to the right, and gives where it ends. Branches with a store of gas go up, those with a pump
// down, and the rest to where there is more room.
func (t *branches) lay(hub *Part, x float64) float64 {
	up, down := x, x
	var rest []string
	for _, child := range t.children[hub.Name] {
		switch {
		case t.holds(child, func(p *Part) bool { return p.Gas }):
			up = t.column(child, up, -1, 1)
		case t.holds(child, func(p *Part) bool { return p.Kind == Pump }):
			down = t.column(child, down, 1, 1)
		default:
			rest = append(rest, child)
		}
	}
	for _, child := range rest {
		if up < down {
			up = t.column(child, up, -1, 1)
		} else {
			down = t.column(child, down, 1, 1)
		}
	}
	end := max(up, down, x+columnWidth)
	hub.W = max(hub.W, end-x-columnWidth+volumeW)
	hub.place((x+end-columnWidth)/2, 0)
	return end
}

// column lays a branch out from x to the right, upwards or downwards from a depth, and gives where it ends.
func (t *branches) column(name string, x, direction float64, depth int) float64 {
	p, end := t.line.Part(name), x
	for _, child := range t.children[name] {
		end = t.column(child, end, direction, depth+1)
	}
	end = max(end, x+columnWidth)
	if p.Kind != Valve {
		p.W = max(p.W, end-x-columnWidth)
	}
	p.place((x+end-columnWidth)/2, direction*float64(depth)*rowHeight)
	return end
}

// holds says whether a branch holds such a part.
func (t *branches) holds(name string, is func(*Part) bool) bool {
	if is(t.line.Part(name)) {
		return true
	}
	for _, child := range t.children[name] {
		if t.holds(child, is) {
			return true
		}
	}
	return false
}
