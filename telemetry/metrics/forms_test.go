package metrics

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"pychron-edge/buffer"
)

// text is what is shown of ours.
func text(t *testing.T, families []*dto.MetricFamily) string {
	t.Helper()
	var out bytes.Buffer
	for _, f := range families {
		if bytes.HasPrefix([]byte(f.GetName()), []byte("pychron_")) {
			if _, err := expfmt.MetricFamilyToText(&out, f); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out.String()
}

func lent(t *testing.T, g prometheus.TransactionalGatherer) ([]*dto.MetricFamily, func()) {
	t.Helper()
	families, done, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families, done
}

// A scrape that has not ended keeps reading what it began with, whatever others are given meanwhile.
func TestAScrapeThatLasts(t *testing.T) {
	m, p, _ := line()
	g := m.Gatherer(p).Lent()
	_, doneFirst := lent(t, g)
	doneFirst() // its memory is there to be used again
	slow, doneSlow := lent(t, g)
	want := text(t, slow)
	for round := range 20 {
		var samples []buffer.Sample
		for c := range 1 + round {
			samples = append(samples, sample("ion1", fmt.Sprint("ch", c), "pressure", buffer.Pascals, float64(round)))
		}
		p.Set("ion1", samples)
		m.Add("agent_rounds_total", buffer.MakeLabels("round", fmt.Sprint(round)), 1)
		m.Observe("fit_duration_seconds", buffer.MakeLabels("round", fmt.Sprint(round)), 1)
		other, done := lent(t, g)
		if text(t, other) == want {
			t.Fatal("what changed is not shown")
		}
		done()
	}
	if got := text(t, slow); got != want {
		t.Errorf("a scrape that lasts reads\n%s\nand began with\n%s", got, want)
	}
	doneSlow()
}

// What is shown in memory that was used before is what is shown in new memory, when series come, go and change their type.
func TestMemoryOfScrapesLeavesNothingBehind(t *testing.T) {
	m, p, _ := line()
	kinds := []buffer.Type{buffer.Gauge, buffer.Counter}
	round := 0
	extra := func(emit func(Point)) {
		for n := range (round * 7) % 13 {
			emit(Point{Name: fmt.Sprint("agent_odd", (round+n)%5), Type: kinds[(round+n)%5%2], Labels: buffer.MakeLabels("n", fmt.Sprint(n)), Value: float64(round)})
		}
	}
	plain, g := m.Gatherer(p, extra), m.Gatherer(p, extra).Lent()
	for round = range 50 {
		if round%3 == 0 {
			m.Observe("fit_duration_seconds", buffer.MakeLabels("round", fmt.Sprint(round%7)), float64(round))
		}
		families, done := lent(t, g)
		fresh, err := plain.Gather()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := text(t, families), text(t, fresh); got != want {
			t.Fatalf("round %d: with memory of another scrape\n%s\nwith new memory\n%s", round, got, want)
		}
		for _, f := range families {
			for _, s := range f.Metric {
				if n := len(slices.DeleteFunc([]bool{s.Gauge != nil, s.Counter != nil, s.Histogram != nil, s.Summary != nil}, func(is bool) bool { return !is })); n != 1 {
					t.Fatalf("round %d: a series of %s has %d values", round, f.GetName(), n)
				}
			}
		}
		done()
	}
}

// A scrape takes little more memory than what Go's and the process' own take.
func TestAScrapeUsesTheMemoryOfTheLast(t *testing.T) {
	m, p, poll := thousand()
	g := m.Gatherer(p)
	l := g.Lent()
	scrape := func() {
		_, done, _ := l.Gather()
		done()
	}
	scrape()
	scrape()
	poll(1)
	alone := testing.AllocsPerRun(20, func() { _, _ = g.runtime.Gather() })
	both := testing.AllocsPerRun(20, scrape)
	if both-alone > 400 { // six a histogram of 50; anew, the rest is 9 pieces a family, and some KiB each
		t.Errorf("a scrape takes %.0f pieces of memory, Go's and the process' own %.0f of them", both, alone)
	}
}
