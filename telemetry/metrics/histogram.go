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

// shownHistogram is a histogram as it was at the last scrape. Its form is immutable, and is kept only where nothing was observed between two scrapes:
// what changes again and again takes no memory between them.
type shownHistogram struct {
	of     prometheus.Histogram
	count  uint64 // of its observations, 0 = not known
	steady bool   // nothing was observed since the scrape before
	kept   *dto.Histogram
}

// take moves it to a scrape.
func (s *shownHistogram) take(of prometheus.Histogram, count uint64) {
	s.steady = count > 0 && of == s.of && count == s.count
	s.of, s.count = of, count
	if !s.steady {
		s.kept = nil
	}
}

// form is what Prometheus is given of it.
func (s *shownHistogram) form() *dto.Histogram {
	if s.kept != nil {
		return s.kept
	}
	form := formOf(s.of)
	if s.steady {
		s.kept = form
	}
	return form
}
