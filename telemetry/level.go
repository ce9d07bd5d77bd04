package telemetry

import (
	"math"
	"time"
)

// chunk is how many steps are kept together.
const chunk = 60

// level is the history of a point at one step: a queue of chunks, and the step that is not over yet. The zero value of
// all but step and keep is ready to use.
type level struct {
	step   time.Duration
	keep   int   // steps
	first  int64 // step number of the first chunk's first step
	chunks []columns
	open   tally
	at     int64 // step number of open
}

// columns are the lows, means and highs of one chunk, one after the other. A finished chunk in which nothing moves is
// folded to one number.
type columns []float32

// tally is one step as it grows.
type tally struct {
	n         int
	low, high float64
	sum       float64
}

func (t *tally) add(v float64) {
	if t.n == 0 {
		t.low, t.high = v, v
	}
	t.n++
	t.low, t.high, t.sum = min(t.low, v), max(t.high, v), t.sum+v
}

// mean lies between low and high, whatever rounding does.
func (t *tally) mean() float64 { return min(max(t.sum/float64(t.n), t.low), t.high) }

// index is the number of the step in which up is. It is mostly that of the step that is not over yet, which is found without a division.
func (l *level) index(up time.Duration) int64 {
	if into := up - time.Duration(l.at)*l.step; into >= 0 && into < l.step {
		return l.at
	}
	return int64(up / l.step)
}

// oldest is the step number from which there is a history: never more than keep steps.
func (l *level) oldest() int64 {
	if len(l.chunks) == 0 {
		return l.at
	}
	return max(l.first, l.at-int64(l.keep)+1)
}

// add counts a value. Time goes forward.
func (l *level) add(up time.Duration, v float64) {
	i := l.index(up)
	if i != l.at && l.open.n > 0 {
		l.store()
		l.open = tally{}
	}
	l.at = i
	l.open.add(v)
}

// store puts the open step into its chunk; steps nobody saw are gaps.
func (l *level) store() {
	if len(l.chunks) == 0 || l.at-l.first >= int64(len(l.chunks)*chunk+l.keep) {
		l.chunks, l.first = nil, l.at
	}
	for l.at-l.first >= int64(len(l.chunks)*chunk) {
		if n := len(l.chunks); n > 0 {
			l.chunks[n-1] = l.chunks[n-1].fold()
		}
		l.chunks = append(l.chunks, gaps())
	}
	for l.at-l.first-chunk >= int64(l.keep) {
		l.chunks[0] = nil
		l.chunks = l.chunks[1:]
		l.first += chunk
	}
	c, i := l.chunks[len(l.chunks)-1], (l.at-l.first)%chunk
	c[i], c[chunk+i], c[2*chunk+i] = float32(l.open.low), float32(l.open.mean()), float32(l.open.high)
}

// gaps is a chunk without a value.
func gaps() columns {
	c := make(columns, 3*chunk)
	for i := range c {
		c[i] = float32(math.NaN())
	}
	return c
}

// fold makes one number of a chunk in which all are the same.
func (c columns) fold() columns {
	for _, v := range c {
		if math.Float32bits(v) != math.Float32bits(c[0]) {
			return c
		}
	}
	return columns{c[0]}
}

// seen is one step; ok is false where there is no value.
func (l *level) seen(i int64) (low, mean, high float64, ok bool) {
	if l.open.n > 0 && i == l.at {
		return l.open.low, l.open.mean(), l.open.high, true
	}
	if i < l.first || i-l.first >= int64(len(l.chunks)*chunk) {
		return 0, 0, 0, false
	}
	c, k := l.chunks[(i-l.first)/chunk], (i-l.first)%chunk
	if len(c) == 1 {
		v := float64(c[0])
		return v, v, v, !math.IsNaN(v)
	}
	mean = float64(c[chunk+k])
	return float64(c[k]), mean, float64(c[2*chunk+k]), !math.IsNaN(mean)
}

// put appends n steps from i as one entry, at the middle of them as far as they have passed.
func (l *level) put(out *Series, zero time.Time, now time.Duration, i, n int64) {
	var all tally
	for k := i; k < i+n; k++ {
		if low, mean, high, ok := l.seen(k); ok {
			all.add(mean)
			all.low, all.high = min(all.low, low), max(all.high, high)
		}
	}
	from, to := time.Duration(i)*l.step, min(time.Duration(i+n)*l.step, now)
	middle := zero.Add((from + to) / 2)
	out.T = append(out.T, float64(middle.UnixMilli())/1e3)
	low, mean, high := math.NaN(), math.NaN(), math.NaN()
	if all.n > 0 {
		low, mean, high = all.low, all.sum/float64(all.n), all.high
	}
	out.Min, out.Mean, out.Max = append(out.Min, low), append(out.Mean, mean), append(out.Max, high)
}
