package rules

import "time"

// Doubt is what it takes to trip on a value of a noisy gauge: doubt that lasts. A condition is in doubt while it is not
// certain that it does not hold. A missing, stale or bad value is doubt, too: it never ends one, though alone it makes none
// trip before missing_after has passed. One certainly good reading ends a doubt.
type Doubt struct {
	For     time.Duration // trips once the doubt has lasted this long; 0 = at once
	Samples int           // trips once every channel was read this often in doubt; 0 = at once
	Longest time.Duration // trips in any case once the doubt has lasted this long, where Samples is given; 0 = at once
}

// doubt is the doubt a rule is in. The zero value is none.
type doubt struct {
	in       bool
	since    time.Duration
	held     bool   // the condition may have held since then, it was not only without a value
	values   string // when it last may have held
	readings []reading
}

// reading is how often a channel was read during a doubt, and when last.
type reading struct {
	count int
	up    time.Duration
}

// lasts moves the doubt on by a judgement that was not good, and says whether it has lasted long enough.
func (d *doubt) lasts(r *Rule, v View, t truth) bool {
	if !d.in {
		d.in, d.since = true, v.Now
	}
	if r.Doubt.Samples > 0 {
		d.count(r, v)
	}
	if t.yes {
		d.held, d.values = true, r.When.Values(v)
	}
	lasted := v.Now - d.since
	if !d.held || lasted < r.Doubt.For {
		return false
	}
	return lasted >= r.Doubt.Longest || d.fewest(r.Doubt.Samples) >= r.Doubt.Samples
}

// count counts the readings that are new since the last judgement. A channel that is silent counts as read often enough.
func (d *doubt) count(r *Rule, v View) {
	if d.readings == nil {
		d.readings = make([]reading, len(r.When.Inputs))
	}
	for i, in := range r.When.Inputs {
		one := &d.readings[i]
		s := v.Sample(in.Ref)
		switch {
		case in.Age, s == nil, s.Stale(v.Now), r.StaleAfter > 0 && s.Age(v.Now) > r.StaleAfter:
			one.count = max(one.count, r.Doubt.Samples)
		case one.count == 0 || one.up != s.Up:
			one.count, one.up = one.count+1, s.Up
		}
	}
}

// fewest is how often the channel that was read least was read, at most n.
func (d *doubt) fewest(n int) int {
	for _, one := range d.readings {
		n = min(n, one.count)
	}
	return n
}

// why says what trips: the values as they are now, and those in which the condition may have held, where they differ.
func (d *doubt) why(now string) string {
	if d.values == now {
		return now
	}
	return d.values + "; now " + now
}
