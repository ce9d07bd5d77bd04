package blackbox

import (
	"strings"
	"time"

	"pychron-edge/buffer"
)

// point is one series of readings.
type point struct {
	device, channel, name string
	unit                  buffer.Unit
}

// seriesTable numbers the points, as they come.
type seriesTable struct {
	ids  map[point]uint16
	list []series
}

// series is a point and what was last kept of it.
type series struct {
	point
	up   time.Duration
	seen bool
	page uint64 // in which it was last kept
	code uint16
	bits uint64
}

// of is the number of a sample's point; false where there is no room for another one.
func (t *seriesTable) of(s *buffer.Sample) (uint16, bool) {
	p := point{s.Device, s.Channel, s.Name, s.Unit}
	if id, ok := t.ids[p]; ok {
		return id, true
	}
	if len(t.list) >= maxSeries {
		return 0, false
	}
	if t.ids == nil {
		t.ids = map[point]uint16{}
	}
	id := uint16(len(t.list))
	t.ids[p] = id
	t.list = append(t.list, series{point: p})
	return id, true
}

// codeTable numbers what a reading is beside its value: its bound, or why there is none.
type codeTable struct {
	ids     map[string]uint16 // reasons
	reasons []string
}

// bounds is how many codes are bounds; reasons follow.
const bounds = 3

func (t *codeTable) of(s *buffer.Sample) uint16 {
	if s.Missing == "" {
		return uint16(min(s.Bound, bounds-1))
	}
	if id, ok := t.ids[s.Missing]; ok {
		return id
	}
	why := strings.Clone(s.Missing)
	if len(t.reasons) >= maxCodes-1 {
		why = "another reason"
		if id, ok := t.ids[why]; ok {
			return id
		}
	}
	if t.ids == nil {
		t.ids = map[string]uint16{}
	}
	id := uint16(bounds + len(t.reasons))
	t.ids[why] = id
	t.reasons = append(t.reasons, why)
	return id
}

// text is what a code means.
func (t *codeTable) text(code uint16) (bound buffer.Bound, missing string) {
	if code < bounds {
		return buffer.Bound(code), ""
	}
	return buffer.Exact, t.reasons[code-bounds]
}
