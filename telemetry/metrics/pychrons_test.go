package metrics

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"pychron-edge/buffer"
)

func TestPostedSeriesOfOursMoveNothing(t *testing.T) {
	m := New("", func() time.Duration { return 0 })
	for _, name := range pychrons {
		if !Reserved(name) || buffer.Declared(name) == nil {
			t.Errorf("%s is none of ours", name)
		}
		if name == "phase_healthcheck_failures_total" {
			continue
		}
		kind := buffer.Declared(name).Type
		m.Record(posting(kind, name, 7, "device", "ion1"))
	}
	if text := exposed(t, m.Gatherer(&buffer.Present{})); strings.Contains(text, `="ion1"`) || !strings.Contains(text, `{reason="name"} 0`) {
		t.Errorf("posted numbers are shown as ours:\n%s", text)
	}
}

// exposed is what a scrape shows.
func exposed(t *testing.T, g prometheus.Gatherer) string {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
