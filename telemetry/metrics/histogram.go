package metrics

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Upper bounds of buckets, in seconds.
var (
	exchangeBounds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}                 // one exchange on a line
	durationBounds = []float64{.005, .05, .5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200} // what people wait for
)

// newHistogram makes the histogram of one series; its name and labels are those of the family it is shown in.
func newHistogram(bounds []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "series", Buckets: bounds})
}

// observe counts v. What is not finite is not an observation.
func observe(h prometheus.Histogram, v float64) {
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		h.Observe(v)
	}
}

// formOf is the form Prometheus is given of a histogram now.
func formOf(h prometheus.Histogram) *dto.Histogram {
	var m dto.Metric
	if h.Write(&m) != nil { // it never fails
		return &dto.Histogram{}
	}
	m.Histogram.CreatedTimestamp = nil // it would make every scrape another text in some formats, for series that may be made anew
	return m.Histogram
}
