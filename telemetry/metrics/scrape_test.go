package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"pychron-edge/buffer"
)

// formats are the text formats that a scrape may ask for.
var formats = []expfmt.Format{
	expfmt.FmtText + "; escaping=underscores", expfmt.FmtText + "; escaping=allow-utf-8",
	expfmt.FmtOpenMetrics_1_0_0 + "; escaping=underscores", expfmt.FmtOpenMetrics_0_0_1 + "; escaping=dots",
}

// beside has families that are not the program's own, as Go's and the process', but the same at each scrape.
func beside(names ...string) prometheus.Gatherer {
	r := prometheus.NewRegistry()
	for _, name := range names {
		s := prometheus.NewSummary(prometheus.SummaryOpts{Name: name, Help: "What?"})
		s.Observe(3)
		r.MustRegister(s)
	}
	return r
}

// differs is the first line that differs, of both.
func differs(got, want string) string {
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return g[i] + "want\n" + w[i]
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// encoded is what Prometheus' encoder makes of a Gatherer.
func encoded(t *testing.T, g *Gatherer, format expfmt.Format) string {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := encoder.(expfmt.Closer).Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func text(t *testing.T, g *Gatherer, format expfmt.Format) string {
	t.Helper()
	var out bytes.Buffer
	if err := g.Text(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The text is that of Prometheus' encoder, byte for byte: of every kind of series, of numbers and labels of every form, and with what is not
// the program's own where it belongs.
func TestTextIsThatOfPrometheus(t *testing.T) {
	m, p, _ := line()
	values := []float64{0, math.Copysign(0, -1), 1, -1, 2, 1e6, 1e21, 123456789, 1e-7, 0.1, -2.5, math.MaxFloat64, 5e-324, math.Inf(1), math.Inf(-1), math.NaN()}
	odd := []string{"", "plain", `a\b`, "a\nb", `a"b`, "a,b=}{", "Säule", "bad \xff\xfe end", "\xff"}
	for i, v := range values {
		labels := buffer.MakeLabels("n", fmt.Sprint(i))
		m.Set("a_gauge", labels, v)
		m.Add("some_total", labels, math.Abs(v))
		m.Add("counter_without_a_word", labels, math.Abs(v))
		m.Observe("fit_duration_seconds", labels, v)
	}
	for i, value := range odd {
		m.Set("device_up", buffer.MakeLabels("device", value, "n", fmt.Sprint(i), "other", odd[len(odd)-1-i]), 1)
		m.Observe("fit_duration_seconds", buffer.MakeLabels("what", value), 3)
		m.ingest(posting(buffer.Gauge, "posted"+fmt.Sprint(i)+"_gauge", float64(i)))
	}
	m.Set("agent_without_labels", "", 3)
	m.Observe("without_labels_seconds", "", 3)
	g := m.Gatherer(p, RingPoints(buffer.NewLanes(4, 4, 4)))
	g.runtime = beside("aaa_seconds", "pychron_d", "pychron_device_v", "zzz")
	for _, format := range formats {
		want := encoded(t, g, format)
		for range 2 { // the second time with the memory of the first
			if got := text(t, g, format); got != want {
				t.Errorf("%s: %s", format, differs(got, want))
			}
		}
	}
	g.runtime = beside()
	if got, want := text(t, g, formats[0]), encoded(t, g, formats[0]); got != want {
		t.Errorf("alone: %s", differs(got, want))
	}
}

// slow is a client that reads at its own pace: something happens between its first bytes and the next.
type slow struct {
	bytes.Buffer
	meanwhile func()
}

func (s *slow) Write(b []byte) (int, error) {
	if happens := s.meanwhile; happens != nil {
		s.meanwhile = nil
		happens()
	}
	return s.Buffer.Write(b)
}

// A scrape that has not ended keeps reading what it began with, whatever others are given meanwhile, and holds nobody up.
func TestAScrapeThatLasts(t *testing.T) {
	m, p, _ := line()
	m.Observe("fit_duration_seconds", "", 1)
	g := m.Gatherer(p)
	g.runtime = beside()
	want := text(t, g, formats[0])
	reads := &slow{meanwhile: func() {
		for round := range 20 {
			var samples []buffer.Sample
			for c := range 1 + round {
				samples = append(samples, sample("ion1", fmt.Sprint("ch", c), "pressure", buffer.Pascals, float64(round)))
			}
			p.Set("ion1", samples)
			m.Add("agent_rounds_total", buffer.MakeLabels("round", fmt.Sprint(round)), 1)
			m.Observe("fit_duration_seconds", buffer.MakeLabels("round", fmt.Sprint(round%3)), 1)
			m.Observe("fit_duration_seconds", "", 1)
			if text(t, g, formats[0]) == want {
				t.Fatal("what changed is not shown")
			}
		}
	}}
	if err := g.Text(reads, formats[0]); err != nil || reads.String() != want {
		t.Errorf("a scrape that lasts reads\n%s\n(%v) and began with\n%s", reads.String(), err, want)
	}
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
	plain, g := m.Gatherer(p, extra), m.Gatherer(p, extra)
	plain.runtime, g.runtime = beside(), beside()
	for round = range 50 {
		if round%3 == 0 {
			m.Observe("fit_duration_seconds", buffer.MakeLabels("round", fmt.Sprint(round%7)), float64(round))
		}
		if got, want := text(t, g, formats[0]), encoded(t, plain, formats[0]); got != want {
			t.Fatalf("round %d: with memory of another scrape\n%s\nwith new memory\n%s", round, got, want)
		}
	}
}

// What cannot be gathered beside is told, and so is a client that is gone.
func TestTextTellsWhatFailed(t *testing.T) {
	m, p, _ := line()
	g := m.Gatherer(p)
	g.runtime = prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return nil, io.ErrUnexpectedEOF })
	var out bytes.Buffer
	if err := g.Text(&out, formats[0]); err == nil || !bytes.Contains(out.Bytes(), []byte("pychron_pressure_pascals{")) {
		t.Errorf("error = %v, want one, and the others written: %s", err, out.String())
	}
	g.runtime = beside("zzz")
	reader, writer := io.Pipe()
	reader.Close()
	if err := g.Text(writer, formats[0]); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a client that is gone: %v, want %v", err, io.ErrClosedPipe)
	}
}

// A scrape takes no memory for a series: it takes that of the last.
func TestAScrapeUsesTheMemoryOfTheLast(t *testing.T) {
	m, p, poll := thousand()
	g := m.Gatherer(p)
	g.runtime = beside()
	scrape := func() { _ = g.Text(io.Discard, formats[0]) } // it is written whatever comes
	scrape()
	poll(1)
	if n := testing.AllocsPerRun(20, scrape); n > 100 { // of no series one
		t.Errorf("a scrape of 1000 series takes %.0f pieces of memory, want at most 100", n)
	}
}
