//go:build e2e

package e2e

import (
	"maps"
	"slices"
)

// toldTimes is how often a counter was told each number.
func (c *counter) toldTimes() map[int]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.told)
}

// record is what a counter handed out, and the breaks of its line.
func (c *counter) record() (all []handed, breaks []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.handed), slices.Clone(c.breaks)
}

// accountValues looks at every value that a counter handed out.
func (l *lab) accountValues(a *account, s *stock, c *counter) {
	all, breaks := c.record()
	a.values += len(all)
	stored := s.values[c.name]
	for value, places := range stored {
		switch {
		case len(places) > 1 && value != len(all): // the last stands, and is told again at every heartbeat
			a.duplicated++
			a.fault("%s: value %d is stored %d times: %v", c.name, value, len(places), places)
		case value < 1 || value > len(all):
			a.fault("%s: value %d is stored, and was never handed out", c.name, value)
		}
	}
	unread := map[int]int{} // by break
	excused := 2 * s.failures[c.name]
	for i, h := range all {
		if len(stored[h.value]) > 0 {
			continue
		}
		if l.inGap(s, c, all, i) {
			a.gaps++
			continue
		}
		at := slices.IndexFunc(breaks, func(b int) bool { return i >= b-1 && i <= b })
		if at >= 0 && unread[breaks[at]] < 2 {
			unread[breaks[at]]++
			a.unread++
			continue
		}
		if l.unknowable(s, h.start) {
			a.unknowable++
			continue
		}
		if excused > 0 {
			excused--
			a.unread++
			continue
		}
		a.lost++
		a.fault("%s: value %d of %d, handed out to start %d (boot %s), is neither stored nor in a declared gap, and the line did not break", c.name, h.value, len(all), h.start, l.bootNamed(h.start))
	}
}

func (l *lab) unknowable(s *stock, start int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unheard(s, start)
}

func (l *lab) bootNamed(start int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.boots[start]
}

// inGap says whether a value that is not stored may be one of a declared gap of readings: between those before and after it.
func (l *lab) inGap(s *stock, c *counter, all []handed, i int) bool {
	before, after := neighbour(s, c, all, i, -1), neighbour(s, c, all, i, +1)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, g := range s.gaps {
		if !g.Lost || g.Lane != "readings" {
			continue
		}
		switch {
		case before != nil && g.Boot == before.boot && after != nil && g.Boot == after.boot:
			if g.end() > before.seq && g.From < after.seq {
				return true
			}
		case before != nil && g.Boot == before.boot:
			if g.end() > before.seq {
				return true
			}
		case after != nil && g.Boot == after.boot:
			if g.From < after.seq {
				return true
			}
		case l.mayBe(g.Boot, all[i].start):
			return true
		}
	}
	return false
}

// neighbour is where the nearest stored value of the same start stands, before or after one.
func neighbour(s *stock, c *counter, all []handed, i, step int) *place {
	for j := i + step; j >= 0 && j < len(all) && all[j].start == all[i].start; j += step {
		if places := s.values[c.name][all[j].value]; len(places) > 0 {
			return &places[0]
		}
	}
	return nil
}
