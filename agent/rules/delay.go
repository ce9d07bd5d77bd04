package rules

import "time"

// Delay is what it takes to trip on a value of a noisy gauge. A condition is pending while it is not certain that it does
// not hold. A missing, stale or bad value keeps it pending, though alone it makes no rule trip before missing_after has
// passed. One certainly good reading ends it.
type Delay struct {
	For     time.Duration // trips once it was pending for this long; 0 = at once
	Samples int           // trips once every channel was read this often while it was pending; 0 = at once
	Max     time.Duration // trips in any case once it was pending for this long, where Samples is given; 0 = at once
}

// pending is since when a condition is pending, and what was read in that time. The zero value is that it is not.
type pending struct {
	in       bool
	since    time.Duration
	held     bool   // the condition may have held since then, it was not only without a value
	values   string // when it last may have held
	readings []reading
}

// reading is how often a channel was read while a condition was pending, and when last.
type reading struct {
	count int
	up    time.Duration
}

// lasts takes in a judgement that was not good, and says whether the condition was pending for long enough.
func (p *pending) lasts(r *Rule, v View, t truth) bool {
	if !p.in {
		p.in, p.since = true, v.Now
	}
	if r.Delay.Samples > 0 {
		p.count(r, v)
	}
	if t.yes {
		p.held, p.values = true, r.When.Values(v)
	}
	lasted := v.Now - p.since
	if !p.held || lasted < r.Delay.For {
		return false
	}
	return lasted >= r.Delay.Max || p.fewest(r.Delay.Samples) >= r.Delay.Samples
}

// count counts the readings that are new since the last judgement. A channel that is silent counts as read often enough.
func (p *pending) count(r *Rule, v View) {
	if p.readings == nil {
		p.readings = make([]reading, len(r.When.Inputs))
	}
	for i, in := range r.When.Inputs {
		one := &p.readings[i]
		s := v.Sample(in.Ref)
		switch {
		case in.Age, s == nil, s.Stale(v.Now), r.StaleAfter > 0 && s.Age(v.Now) > r.StaleAfter:
			one.count = max(one.count, r.Delay.Samples)
		case one.count == 0 || one.up != s.Up:
			one.count, one.up = one.count+1, s.Up
		}
	}
}

// fewest is how often the channel that was read least was read, at most n.
func (p *pending) fewest(n int) int {
	for _, one := range p.readings {
		n = min(n, one.count)
	}
	return n
}

// why says what trips: the values as they are now, and those in which the condition may have held, where they differ.
func (p *pending) why(now string) string {
	if p.values == now {
		return now
	}
	return p.values + "; now " + now
}
