package telemetry

import (
	"context"
	"math"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// gaugeMemory is an agent's memory with one gauge, and all that the gauge ever said.
type gaugeMemory struct {
	t        *testing.T
	history  *History
	packer   *block.Packer
	start    time.Time
	up       time.Duration
	answered time.Duration // up of the last poll that was
	stamped  time.Duration // how much later than its sample an event is stamped
	readings []buffer.Event
}

func newGaugeMemory(t *testing.T, readings, long int) *gaugeMemory {
	ring := buffer.NewRing(buffer.Readings, readings)
	h := &History{Trend: NewTrend(), Long: block.NewRing(long), Readings: ring, Silence: func() time.Duration { return 150 * time.Second }}
	return &gaugeMemory{t: t, history: h, packer: block.NewPacker(ring, h.Long), start: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
}

// poll is one poll that ends in a sample, and in an event where captured.
func (w *gaugeMemory) poll(value float64, missing string, captured bool) {
	w.up += time.Second
	w.answered = w.up
	at := w.start.Add(w.up)
	w.history.Trend.Add([]buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: value, Missing: missing, Time: at, Up: w.up}}, at)
	if !captured {
		return
	}
	e := buffer.Event{Source: "line1", Boot: "b1", Kind: buffer.Reading, Device: "ion1", Point: "ig", Unit: buffer.Pascals, Value: value, Missing: missing, Time: at, Up: w.up + w.stamped}
	w.history.Readings.Append(&e)
	w.readings = append(w.readings, e)
	w.packer.Pack()
}

func (w *gaugeMemory) ask(since, until time.Duration, points int) Series {
	w.t.Helper()
	s, err := w.history.Series(context.Background(), SeriesQuery{Device: "ion1", Point: "ig", Since: w.start.Add(since), Until: w.start.Add(until), Points: points})
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 1; i < len(s.T); i++ {
		if s.T[i] <= s.T[i-1] {
			w.t.Fatalf("entry %d at %f follows %f", i, s.T[i], s.T[i-1])
		}
	}
	return s
}

func value(n int) float64 { return 1e-6 * (2 + math.Sin(float64(n)*0.7)) }

// Looked at closely, the history is every reading at its own time, also of what the ring of readings overwrote long ago.
func TestHistoryIsEveryReading(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for n := range 20_000 {
		w.poll(value(n), "", true)
	}
	s := w.ask(1000*time.Second, 2000*time.Second, 5000)
	if len(s.T) != 1000 || s.Unit != buffer.Pascals {
		t.Fatalf("%d entries in %s, want 1000", len(s.T), s.Unit)
	}
	for i, at := range s.T {
		e := &w.readings[999+i]
		if at != float64(e.Time.UnixMicro())/1e6 || s.Min[i] != e.Value || s.Mean[i] != e.Value || s.Max[i] != e.Value {
			t.Fatalf("entry %d is %f %g %g %g, want %f %g", i, at, s.Min[i], s.Mean[i], s.Max[i], float64(e.Time.UnixMicro())/1e6, e.Value)
		}
	}
}

// Seen from afar, an entry is the smallest, mean and largest of all readings of its stretch, unpacked or not.
func TestHistoryLosesNoExtreme(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for n := range 20_000 {
		v, why := value(n), ""
		switch n {
		case 7777:
			v = 1
		case 5000:
			v, why = 0, "sensor off"
		}
		w.poll(v, why, true)
	}
	for _, points := range []int{3, 20, 500} {
		s := w.ask(time.Second, 20_001*time.Second, points)
		step := (20_000*time.Second + time.Duration(points) - 1) / time.Duration(points)
		if len(s.T) != points {
			t.Fatalf("%d entries, want %d", len(s.T), points)
		}
		for i := range s.T {
			low, sum, high, n := math.Inf(1), 0.0, math.Inf(-1), 0
			for _, e := range w.readings {
				if (e.Up-time.Second)/step == time.Duration(i) && e.Missing == "" {
					low, sum, high, n = min(low, e.Value), sum+e.Value, max(high, e.Value), n+1
				}
			}
			if s.Min[i] != low || s.Max[i] != high || math.Abs(s.Mean[i]-sum/float64(n)) > 1e-12*sum {
				t.Fatalf("%d points, entry %d: %g %g %g, want %g %g %g", points, i, s.Min[i], s.Mean[i], s.Max[i], low, sum/float64(n), high)
			}
		}
	}
}

// What the blocks do not reach back to, and what was not captured, is the trend's.
func TestHistoryFillsFromTheTrend(t *testing.T) {
	w := newGaugeMemory(t, 100, block.MinRing)
	for n := range 60_000 {
		w.poll(value(n), "", n < 50_000 || n > 55_000)
	}
	if w.history.Long.Stats().Dropped == 0 {
		t.Fatal("nothing was dropped: this test shows nothing")
	}
	s := w.ask(0, 60_000*time.Second, 1000)
	if len(s.T) < 700 || s.T[0] > float64(w.start.Unix()+120) {
		t.Errorf("%d entries from %f on, want the trend's from the start", len(s.T), s.T[0]-float64(w.start.Unix()))
	}
	for i := range s.T {
		if math.IsNaN(s.Mean[i]) || s.Min[i] < 0.99e-6 || s.Max[i] > 3.01e-6 || i > 0 && s.T[i]-s.T[i-1] > 200 {
			t.Fatalf("entry %d at %f is %g after %f, want no gap", i, s.T[i]-float64(w.start.Unix()), s.Mean[i], s.T[max(i-1, 0)]-float64(w.start.Unix()))
		}
	}
}

// A reading without a value begins a gap, and so does silence; what is still to come is none.
func TestHistoryHasGaps(t *testing.T) {
	w := newGaugeMemory(t, 100, block.MinRing)
	for n := range 1000 {
		why := ""
		if n >= 300 && n < 400 {
			why = "sensor off"
		}
		w.poll(value(n), why, true)
	}
	w.up += time.Hour
	w.poll(value(0), "", true)
	s := w.ask(-time.Hour, 9000*time.Second, 5000) // before the start there was nothing to be missed
	var gaps []float64
	for i, v := range s.Mean {
		if math.IsNaN(v) {
			gaps = append(gaps, s.T[i]-float64(w.start.Unix()))
		}
	}
	if len(gaps) == 0 || gaps[0] < 300 || gaps[0] > 304 {
		t.Errorf("gaps at %v, want one after 300 s", gaps)
	}
	inHour := 0
	for _, at := range gaps {
		if at > 1000 && at < 4601 {
			inHour++
		}
		if at >= 4601 {
			t.Errorf("a gap at %f, which has not come yet", at)
		}
	}
	if inHour == 0 {
		t.Error("no gap in an hour without a reading")
	}
}

// A clock set late moves all of the history.
func TestHistoryGoesByMonotonicTime(t *testing.T) {
	w := newGaugeMemory(t, 100, block.MinRing)
	w.start = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range 1000 {
		w.poll(value(n), "", true)
	}
	w.start = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	w.poll(value(0), "", true)
	if s := w.ask(0, 1002*time.Second, 5000); len(s.T) != 1001 || s.T[0] != float64(w.start.Unix()+1) {
		t.Errorf("%d entries from %v, want 1001 from %d", len(s.T), s.T[:min(1, len(s.T))], w.start.Unix()+1)
	}
}

func TestHistoryOfNothing(t *testing.T) {
	w := newGaugeMemory(t, 100, block.MinRing)
	if _, err := w.history.Series(context.Background(), SeriesQuery{Device: "ion1", Point: "ig", Since: w.start, Until: w.start.Add(1), Points: 1}); statusOf(err) != 404 {
		t.Errorf("%v, want that there is no such point", err)
	}
}

// BenchmarkSeriesOfADay is what a page asks for: a day of one of ten gauges, from 4 MiB.
func BenchmarkSeriesOfADay(b *testing.B) {
	ring := buffer.NewRing(buffer.Readings, buffer.DefaultReadings)
	h := &History{Trend: NewTrend(), Long: block.NewRing(4 << 20), Readings: ring, Silence: func() time.Duration { return 150 * time.Second }}
	packer, start := block.NewPacker(ring, h.Long), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	names := []string{"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9"}
	for n := range 400_000 {
		up := time.Duration(n) * 216 * time.Millisecond
		e := buffer.Event{Kind: buffer.Reading, Device: names[n%10], Point: "ig", Unit: buffer.Pascals, Value: value(n), Time: start.Add(up), Up: up}
		h.Trend.Add([]buffer.Sample{{Device: e.Device, Channel: "ig", Unit: buffer.Pascals, Value: e.Value, Time: e.Time, Up: up}}, e.Time)
		ring.Append(&e)
		packer.Pack()
	}
	for b.Loop() {
		s, err := h.Series(b.Context(), SeriesQuery{Device: "g3", Point: "ig", Since: start, Until: start.Add(24 * time.Hour), Points: 500})
		if err != nil || len(s.T) != 500 {
			b.Fatal(len(s.T), err)
		}
	}
}

// miss is a poll that was not answered: the sample is that of before, without its value, and no event tells it.
func (w *gaugeMemory) miss() {
	w.up += time.Second
	w.history.Trend.Add([]buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Missing: "no answer", Up: w.answered}}, w.start.Add(w.up))
}

// A device that did not answer has a gap of that length, though its readings stand further apart: they are told only when they move.
func TestHistoryOfADeviceThatDidNotAnswer(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for n := range 300 {
		switch {
		case n >= 100 && n < 110:
			w.miss()
		default:
			w.poll(1e-6, "", n%60 == 0)
		}
	}
	s := w.ask(0, 300*time.Second, 1000)
	at := func(up int) float64 { return float64(w.start.Unix() + int64(up)) }
	want := []float64{at(1), at(61), at(100) + 1e-6, at(111), at(121), at(181), at(241)}
	if len(s.T) != len(want) {
		t.Fatalf("times %.6f, want %.6f", s.T, want)
	}
	for i := range want {
		if math.Abs(s.T[i]-want[i]) > 1e-6 || math.IsNaN(s.Mean[i]) != (i == 2) {
			t.Errorf("entry %d: %g at %.6f, want it at %.6f and a gap at the third", i, s.Mean[i], s.T[i], want[i])
		}
	}
}

// The event of a sample is stamped a little later than the sample: the gap after it begins after it.
func TestHistoryGapBeginsAfterTheLastReading(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	w.stamped = 7 * time.Microsecond
	for n := range 30 {
		if n >= 10 && n < 20 {
			w.miss()
		} else {
			w.poll(value(n), "", true)
		}
	}
	s := w.ask(0, 31*time.Second, 1000)
	if len(s.T) != 21 || !math.IsNaN(s.Mean[10]) || s.Mean[9] != value(9) || s.Mean[11] != value(20) {
		t.Errorf("%v at %v, want ten readings, a gap, ten readings", s.Mean, s.T)
	}
}

// What still does not answer has a gap to the end.
func TestHistoryOfADeviceThatDoesNotAnswer(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for range 100 {
		w.poll(1e-6, "", true)
	}
	for range 20 {
		w.miss()
	}
	s := w.ask(0, 120*time.Second, 1000)
	if n := len(s.T); n != 101 || !math.IsNaN(s.Mean[100]) || s.T[100] > float64(w.start.Unix()+101) {
		t.Errorf("%d entries, the last %g at %.6f: want 100 readings and a gap right after them, at %d", n, s.Mean[n-1], s.T[n-1], w.start.Unix()+100)
	}
}

// An agent that was stopped for ten seconds knows nothing of them.
func TestHistoryOfTenSecondsOfSilence(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for n := range 60 {
		if n == 30 {
			w.up += 10 * time.Second
		}
		w.up += time.Second
		at := w.start.Add(w.up)
		w.history.Trend.Add([]buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: 1e-6, Time: at, Up: w.up, StaleAfter: 5 * time.Second}}, at)
	}
	silences := w.history.silences(pointName{"ion1", "ig"}, 0, 70*time.Second)
	if len(silences) != 1 || silences[0].from != 30*time.Second || silences[0].to != 41*time.Second {
		t.Errorf("silences %v, want one from 30 s to 41 s", silences)
	}
}

// Where there are no more readings than asked for, two of the same moment are two entries, not their mean.
func TestHistoryPutsNothingTogetherWithoutNeed(t *testing.T) {
	w := newGaugeMemory(t, 400, 1<<20)
	for n := range 20 {
		w.up += 50 * time.Millisecond
		w.poll(value(n), "", true)
		w.up -= time.Second
	}
	if s := w.ask(0, 600*time.Second, 20); len(s.T) != 20 {
		t.Errorf("%d entries of 20 readings of one second, in ten minutes asked for in 20 points, want 20", len(s.T))
	}
}

// Whatever times are asked for, the answer is what is known, and no call ends the program.
func TestHistoryOfAllTimes(t *testing.T) {
	w := newGaugeMemory(t, 100, 1<<20)
	for n := range 50 {
		w.poll(value(n), "", true)
	}
	far := []time.Time{time.Unix(0, 0), time.UnixMicro(1), w.start.Add(-farthest), w.start, w.start.Add(10 * time.Second), w.start.Add(time.Hour), w.start.Add(farthest - 1), w.start.Add(farthest),
		time.Date(2262, 4, 12, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)}
	for _, since := range far {
		for _, until := range far {
			for _, points := range []int{1, 500, MaxPoints} {
				if !since.Before(until) {
					continue
				}
				s, err := w.history.Series(t.Context(), SeriesQuery{Device: "ion1", Point: "ig", Since: since, Until: until, Points: points})
				if err != nil || s.Unit != buffer.Pascals || len(s.T) != len(s.Mean) {
					t.Errorf("%v to %v in %d: %v, %+v", since, until, points, err, s)
				}
				if all := !since.After(w.start) && until.After(w.start.Add(time.Minute)); all && points > 1 && count(s.Mean) != 50 {
					t.Errorf("%v to %v in %d: %d values, want 50", since, until, points, count(s.Mean))
				}
			}
		}
	}
}

func count(column []float64) (n int) {
	for _, v := range column {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}
