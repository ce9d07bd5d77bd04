package runs

import (
	"math"
	"sort"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Laser is what a laser did during a run.
type Laser struct {
	Device  string      `json:"device"`
	On      *float64    `json:"on"`       // seconds that it was enabled; null where that is not known
	Energy  *float64    `json:"energy"`   // integral of its power while it was on; null where neither power nor state is known
	Unit    buffer.Unit `json:"unit"`     // joules, or percent_seconds where the power is known in percent alone
	Power   string      `json:"power"`    // the point that power was taken from
	Mean    *float64    `json:"mean"`     // power while it was on
	Max     *float64    `json:"max"`      // power while it was on
	Unknown float64     `json:"unknown"`  // seconds on in which the power is not known: Energy is without them
	In      buffer.Unit `json:"power_in"` // of Mean and Max: watts or percent
	Spans   []Span      `json:"spans"`    // in which it was enabled, at most 500
}

// Span is a time from one moment to another.
type Span struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// lasers makes a row for each device that has a state "enabled" of a laser.
func (b *Builder) lasers() {
	for _, k := range b.sorted() {
		if enabled := b.points[k]; enabled.metric == "laser_is_enabled" {
			b.out.Lasers = append(b.out.Lasers, b.laser(k.device, enabled))
		}
	}
}

func (b *Builder) laser(device string, enabled *course) Laser {
	l := Laser{Device: device, Spans: []Span{}}
	on := enabled.on(b.from, b.to)
	l.On = new(0.0)
	for _, s := range on {
		*l.On += s.seconds()
		l.Spans = append(l.Spans, Span{time.UnixMicro(s.from).UTC(), time.UnixMicro(s.to).UTC()})
	}
	l.Spans = cut(b, l.Spans)
	name, power := b.power(device)
	if power == nil {
		return l
	}
	l.Power, l.In, l.Unit = name, power.unit, "percent_seconds"
	if power.unit == "watts" {
		l.Unit = "joules"
	}
	sum, known, highest := 0.0, 0.0, math.Inf(-1)
	for _, s := range on {
		e, k, h := power.integral(s, b.hold)
		sum, known, highest = sum+e, known+k, max(highest, h)
	}
	l.Unknown = max(*l.On-known, 0)
	if known > 0 || len(on) == 0 {
		l.Energy = new(sum)
	}
	if known > 0 {
		l.Mean, l.Max = new(sum/known), new(highest)
	}
	return l
}

// power is the point that says most about a laser's beam: what it puts out before what it is set to, watts before percent.
func (b *Builder) power(device string) (name string, best *course) {
	score := -1
	for _, k := range b.sorted() {
		c := b.points[k]
		if k.device != device || !strings.HasPrefix(c.metric, "laser_") || c.unit != "watts" && c.unit != "percent" {
			continue
		}
		s := 0
		if c.unit == "watts" {
			s += 2
		}
		if !strings.Contains(c.metric, "setpoint") && !strings.Contains(k.point, "setpoint") {
			s++
		}
		if s > score {
			score, name, best = s, k.point, c
		}
	}
	return name, best
}

// stretchOf is a time from one moment to another, in microseconds since 1970.
type stretchOf struct{ from, to int64 }

func (s stretchOf) seconds() float64 { return float64(s.to-s.from) / 1e6 }

// on is the stretches in which a state was 1. What is not known is not on here, as nothing is known of the power then.
func (c *course) on(from, to time.Time) (list []stretchOf) {
	for i, v := range c.v {
		begin, end := max(c.t[i], from.UnixMicro()), to.UnixMicro()
		if i+1 < len(c.t) {
			end = min(end, c.t[i+1])
		}
		switch n := len(list); {
		case v != 1 || end <= begin:
		case n > 0 && list[n-1].to == begin:
			list[n-1].to = end
		default:
			list = append(list, stretchOf{begin, end})
		}
	}
	return list
}

// integral is a power over a stretch, how many seconds of it are known, and the highest value. A reading holds until the next, at most for
// hold.
func (c *course) integral(s stretchOf, hold time.Duration) (sum, known, highest float64) {
	highest = math.Inf(-1)
	i := max(sort.Search(len(c.t), func(i int) bool { return c.t[i] > s.from })-1, 0)
	for ; i < len(c.t) && c.t[i] < s.to; i++ {
		end := min(c.t[i]+hold.Microseconds(), s.to)
		if i+1 < len(c.t) {
			end = min(end, c.t[i+1])
		}
		begin := max(c.t[i], s.from)
		if math.IsNaN(c.v[i]) || end <= begin {
			continue
		}
		d := float64(end-begin) / 1e6
		sum, known, highest = sum+d*c.v[i], known+d, max(highest, c.v[i])
	}
	return sum, known, highest
}
