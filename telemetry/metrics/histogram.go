package metrics

import (
	"math"
	"sync/atomic"
)

// Upper bounds of buckets, in seconds.
var (
	exchangeBounds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}                 // one exchange on a line
	durationBounds = []float64{.005, .05, .5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200} // what people wait for
)

// histogram counts observations in buckets. Any goroutine may observe; it allocates nothing.
type histogram struct {
	bounds []float64
	counts []atomic.Uint64 // by bucket, not cumulative; the last is beyond all bounds
	sum    atomic.Uint64   // bits of a float64
}

func newHistogram(bounds []float64) *histogram {
	return &histogram{bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)}
}

// observe counts v. What is not finite is not an observation.
func (h *histogram) observe(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	for {
		old := h.sum.Load()
		if h.sum.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v)) {
			return
		}
	}
}

// snapshot appends the cumulative counts to dst; the last is that of all observations.
func (h *histogram) snapshot(dst []uint64) ([]uint64, float64) {
	var all uint64
	for i := range h.counts {
		all += h.counts[i].Load()
		dst = append(dst, all)
	}
	return dst, math.Float64frombits(h.sum.Load())
}
