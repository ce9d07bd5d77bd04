package metrics

import (
	"testing"
	"time"
)

// The form of a histogram is kept for the next scrape only where nothing changed since the last one.
func TestFormOfAHistogramIsKept(t *testing.T) {
	m, p, _ := line()
	io := m.IO("ion1", "read")
	io.Done(nil, 3*time.Millisecond, start)
	g := m.Gatherer(p)
	form := func() any { return find(t, g, "pychron_device_io_duration_seconds").Metric[0].Histogram }
	first := form()
	before := form()
	if before == first {
		t.Error("what has just changed was kept until the next scrape: it may change at each")
	}
	if after := form(); after != before {
		t.Error("nothing changed, and the form was made anew")
	}
	io.Done(nil, 3*time.Millisecond, start)
	if after := form(); after == before {
		t.Error("the form is still that of before the last exchange")
	}
}
