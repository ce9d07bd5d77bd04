package runs

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// shown reports whether a passport looks at a reading: pressures, temperatures, and all of a laser.
func shown(e *buffer.Event) bool {
	switch {
	case e.Unit == buffer.Pascals, e.Unit == buffer.Celsius:
		return true
	}
	return strings.HasPrefix(e.Metric, "laser_")
}

// sort puts the readings in the order of their times; one that came twice stands once.
func (c *course) sort() {
	sort.Stable(c)
	n := 0
	for i := range c.t {
		if n > 0 && c.t[i] == c.t[n-1] && (c.v[i] == c.v[n-1] || math.IsNaN(c.v[i]) && math.IsNaN(c.v[n-1])) {
			continue
		}
		c.t[n], c.v[n] = c.t[i], c.v[i]
		n++
	}
	c.t, c.v = c.t[:n], c.v[:n]
}

func (c *course) Len() int { return len(c.t) }
func (c *course) Less(i, j int) bool {
	return c.t[i] < c.t[j] || c.t[i] == c.t[j] && (c.v[i] < c.v[j] || math.IsNaN(c.v[i]) && !math.IsNaN(c.v[j]))
}
func (c *course) Swap(i, j int) { c.t[i], c.t[j], c.v[i], c.v[j] = c.t[j], c.t[i], c.v[j], c.v[i] }

// before is the last value at a time or earlier, unless it is missing or older than hold.
func (c *course) before(at time.Time, hold time.Duration) (float64, bool) {
	us := at.UnixMicro()
	i := sort.Search(len(c.t), func(i int) bool { return c.t[i] > us }) - 1
	if i < 0 || math.IsNaN(c.v[i]) || us-c.t[i] > hold.Microseconds() {
		return 0, false
	}
	return c.v[i], true
}

// within is the readings from one time to another, both included.
func (c *course) within(from, to time.Time) course {
	i := sort.Search(len(c.t), func(i int) bool { return c.t[i] >= from.UnixMicro() })
	j := sort.Search(len(c.t), func(i int) bool { return c.t[i] > to.UnixMicro() })
	return course{c.unit, c.metric, c.t[i:max(i, j)], c.v[i:max(i, j)]}
}

// sorted are the points in the order of their names.
func (b *Builder) sorted() []pointKey {
	return slices.SortedFunc(maps.Keys(b.points), func(x, y pointKey) int {
		return cmp.Or(cmp.Compare(x.device, y.device), cmp.Compare(x.point, y.point))
	})
}

// ranges makes the rows of pressures and temperatures.
func (b *Builder) ranges() {
	for _, k := range b.sorted() {
		c := b.points[k]
		switch c.unit {
		case buffer.Pascals:
			b.out.Pressures = append(b.out.Pressures, b.span(k, c))
		case buffer.Celsius:
			if !strings.HasPrefix(c.metric, "laser_") {
				b.out.Temperatures = append(b.out.Temperatures, b.span(k, c))
			}
		}
	}
}

// span is the value before the run, and the smallest, largest and last during it.
func (b *Builder) span(k pointKey, c *course) Range {
	r := Range{Device: k.device, Point: k.point, Unit: c.unit}
	if v, ok := c.before(b.from, b.hold); ok {
		r.Before = new(v)
	}
	during := c.within(b.from, b.to)
	for _, v := range during.v {
		if math.IsNaN(v) {
			continue
		}
		if r.Count++; r.Count == 1 {
			r.Min, r.Max = new(v), new(v)
		}
		*r.Min, *r.Max, r.Last = min(*r.Min, v), max(*r.Max, v), new(v)
	}
	return r
}

// measures are the numbers by which runs of a kind are compared.
func (b *Builder) measures() {
	add := func(name string, unit buffer.Unit, v *float64) {
		if v != nil && !math.IsNaN(*v) {
			b.out.Measures = append(b.out.Measures, Measure{name, unit, *v})
		}
	}
	add("whole run", "seconds", b.run.Duration)
	for i := range b.run.Phases {
		add(b.run.Phases[i].Name, "seconds", b.run.Phases[i].Duration)
	}
	for i := range b.out.Lasers {
		l := &b.out.Lasers[i]
		add("energy of "+l.Device, l.Unit, l.Energy)
	}
	for i := range b.out.Pressures {
		p := &b.out.Pressures[i]
		add("highest "+p.Device+"."+p.Point, p.Unit, p.Max)
	}
	for i := range b.out.Temperatures {
		p := &b.out.Temperatures[i]
		add("highest "+p.Device+"."+p.Point, p.Unit, p.Max)
	}
	b.travels(add)
	first := map[string]bool{}
	b.out.Measures = slices.DeleteFunc(b.out.Measures, func(m Measure) bool { // of a phase that a run has twice, the first
		again := first[m.Name]
		first[m.Name] = true
		return again
	})
}
