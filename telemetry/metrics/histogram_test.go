package metrics

import (
	"math"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/proto"
)

// A histogram counts as Prometheus' own does: at its bounds, beyond the last, and nothing that is not finite.
func TestHistogramCountsAsPrometheusDoes(t *testing.T) {
	for _, bounds := range [][]float64{exchangeBounds, durationBounds} {
		if len(bounds) >= maxBuckets {
			t.Fatalf("%d bounds, want fewer than %d", len(bounds), maxBuckets)
		}
		own, theirs := newHistogram(bounds), prometheus.NewHistogram(prometheus.HistogramOpts{Name: "a", Buckets: bounds})
		values := []float64{-1, 0, 1e-9, 1e9}
		for _, bound := range bounds {
			values = append(values, bound, math.Nextafter(bound, 0), math.Nextafter(bound, 1e9))
		}
		for _, v := range values {
			own.observe(v)
			theirs.Observe(v)
		}
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			own.observe(v)
		}
		var want dto.Metric
		if err := theirs.Write(&want); err != nil {
			t.Fatal(err)
		}
		want.Histogram.CreatedTimestamp = nil // not shown
		var c counted
		c.read(own)
		if got := c.form(); !proto.Equal(got, want.Histogram) {
			t.Errorf("%v, want %v", got, want.Histogram)
		}
	}
}
