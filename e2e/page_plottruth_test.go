//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// asTheRing compares what is drawn, and its table, with the readings the agent holds and with /series, over a failure of ten seconds: the page is opened
// after it, and knows of it only from the log.
func (s *stage) asTheRing(t *testing.T) {
	until := time.Now()
	since := until.Add(-45 * time.Second)
	params := s.pressure()
	params.Set("since", since.UTC().Format(time.RFC3339Nano))
	params.Set("until", until.UTC().Format(time.RFC3339Nano))
	var ring []reading // that the agent holds, but for those at the edges: /series goes by when they were told
	for _, e := range events(t, s.agent.url, "device=ion1&kind=reading&since="+since.UTC().Format(time.RFC3339Nano)+"&until="+until.UTC().Format(time.RFC3339Nano)+"&limit=0") {
		value, ok := e["value"].(float64)
		at, err := time.Parse(time.RFC3339Nano, e["timestamp"].(string))
		if err != nil {
			t.Fatal(err)
		}
		if e["point"] == "ig" && ok && at.Sub(since) > time.Second && until.Sub(at) > time.Second {
			ring = append(ring, reading{float64(at.UnixMicro()) / 1e6, value * 760 / 101325})
		}
	}
	if len(ring) < 3 {
		t.Fatalf("%d readings in 45 s: nothing to compare", len(ring))
	}
	s.both(t, "plots", params, func(t *testing.T, p *page) {
		p.sees("the history", `!/asking/.test(document.querySelector('#plot-note').textContent) && document.querySelector('#plot-chart canvas')`)
		p.click("#plot-csv")
		table, err := csv.NewReader(bytes.NewReader(p.download(".csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var drawn []reading
		for _, row := range table[1:] {
			at, err := strconv.ParseFloat(row[1], 64)
			value, none := strconv.ParseFloat(row[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			if none == nil {
				drawn = append(drawn, reading{at, value})
			}
		}
		for _, r := range ring {
			if !slices.ContainsFunc(drawn, r.same) {
				t.Errorf("the reading %g at %.3f of the ring is not in the table", r.value, r.at)
			}
		}
		if extra := len(drawn) - len(ring); extra > 8 {
			t.Errorf("%d rows for %d readings: want the readings, those at the edges, and both ends of what holds", len(drawn), len(ring))
		}
	})
}

// reading is one of a pressure, in Torr, at a time in seconds since 1970.
type reading struct{ at, value float64 }

// same reports whether the other is this reading: told within a second of it.
func (r reading) same(other reading) bool {
	return math.Abs(other.at-r.at) < 1 && math.Abs(other.value/r.value-1) < 1e-9
}

// gap stops the agent for a while: of that time there is no line, and it is said.
func (s *stage) gap(t *testing.T) {
	params := s.pressure()
	params.Set("range", "60")
	p := s.browse(t, s.agent.url+"/#/plots?"+params.Encode(), 1500, 1000).live()
	p.sees("some numbers before the gap", `/\d/.test(document.querySelector('#plot-legend b').textContent)`)
	s.agent.Process.Signal(syscall.SIGSTOP)
	defer s.agent.Process.Signal(syscall.SIGCONT)
	p.sees("no connection since", `!document.querySelector('#lost').hidden`)
	p.sees("no old number beside the curves", `(all => all.length > 0 && all.every(b => b.textContent === 'not known'))([...document.querySelectorAll('#plot-legend b')])`)
	time.Sleep(7 * time.Second) // longer than a value counts
	s.agent.Process.Signal(syscall.SIGCONT)
	p.live()
	p.sees("the gap, with its length", `document.querySelector('#plot-chart').dataset.gaps.split('|').some(g => /(\d+(\.\d)?) s /.test(g) && parseFloat(/([\d.]+) s /.exec(g)[1]) > 6)`)
	p.screenshot("gap.png")
}
