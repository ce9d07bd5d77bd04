package runs

import (
	"math"
	"strconv"
	"time"

	"pychron-edge/buffer"
)

// Static is a stretch in which no valve moved.
type Static struct {
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	Rises   []Rise    `json:"rises"` // of each pressure that has at least 10 values in it
}

// Rise is how fast a pressure went up, from a straight line through its values.
type Rise struct {
	Point string  `json:"point"`              // "device.point"
	Rate  float64 `json:"pascals_per_second"` // four digits
	Count int     `json:"count"`              // values
}

const (
	minStatic = 10 // seconds
	minValues = 10 // in a rise
)

// static makes the stretches between the movements, and before and after them. Without a movement nothing is known of the valves.
func (b *Builder) static() {
	if len(b.out.Valves) == 0 {
		return
	}
	from := b.from
	for i := range b.out.Valves {
		b.addStatic(from, b.out.Valves[i].Time)
		from = b.out.Valves[i].Time
	}
	b.addStatic(from, b.to)
}

func (b *Builder) addStatic(from, to time.Time) {
	if seconds(from, to) < minStatic {
		return
	}
	s := Static{Started: from, Seconds: seconds(from, to), Rises: []Rise{}}
	for _, k := range b.sorted() {
		if c := b.points[k]; c.unit == buffer.Pascals {
			within := c.within(from, to)
			if rate, n := within.slope(); n >= minValues {
				s.Rises = append(s.Rises, Rise{k.device + "." + k.point, rounded(rate), n})
			}
		}
	}
	b.out.Static = append(b.out.Static, s)
}

// rounded is a number to four digits: no gauge knows more.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 3, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// slope is the slope of a straight line through the values, in units a second, and how many there are.
func (c *course) slope() (rate float64, n int) {
	var st, sv, stt, stv float64
	for i, v := range c.v {
		if math.IsNaN(v) {
			continue
		}
		t := float64(c.t[i]-c.t[0]) / 1e6
		n++
		st, sv, stt, stv = st+t, sv+v, stt+t*t, stv+t*v
	}
	d := float64(n)*stt - st*st
	if n < 2 || d <= 0 {
		return 0, 0
	}
	return (float64(n)*stv - st*sv) / d, n
}
