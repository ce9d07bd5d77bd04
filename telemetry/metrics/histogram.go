package metrics

import (
	"math"
	"slices"
	"sync"

	dto "github.com/prometheus/client_model/go"
)

// Upper bounds of buckets, in seconds.
var (
	exchangeBounds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}                 // one exchange on a line
	durationBounds = []float64{.005, .05, .5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200} // what people wait for
)

// maxBuckets is how many buckets a histogram has at most, that beyond the last bound among them.
const maxBuckets = 16

// histogram counts observations by their size. Its methods may be called from any goroutine. Prometheus' own takes a KiB where this one takes 160
// bytes, and there is one for each instrument.
type histogram struct {
	bounds []float64

	mu     sync.Mutex
	counts []uint64 // of each bucket alone
	sum    float64
}

func newHistogram(bounds []float64) *histogram {
	return &histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
}

// observe counts v. What is not finite is not an observation.
func (h *histogram) observe(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	bucket, _ := slices.BinarySearch(h.bounds, v) // a bound belongs to the bucket below it
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[bucket]++
	h.sum += v
}

// counted is what a histogram had counted at one moment.
type counted struct {
	bounds     []float64
	cumulative [maxBuckets]uint64 // observations up to each bound, and then all
	sum        float64
}

// read takes what h has counted now.
func (c *counted) read(h *histogram) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.bounds, c.sum = h.bounds, h.sum
	n := uint64(0)
	for i, one := range h.counts {
		n += one
		c.cumulative[i] = n
	}
}

// all is how many observations were counted.
func (c *counted) all() uint64 { return c.cumulative[len(c.bounds)] }

// form is what Prometheus is given of it.
func (c *counted) form() *dto.Histogram {
	n, sum := c.all(), c.sum
	form := &dto.Histogram{SampleCount: &n, SampleSum: &sum}
	for i, bound := range c.bounds {
		upTo := c.cumulative[i]
		form.Bucket = append(form.Bucket, &dto.Bucket{CumulativeCount: &upTo, UpperBound: &bound})
	}
	return form
}
