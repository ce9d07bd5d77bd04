package telemetry

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// feed gives a trend one value a second for a while.
func feed(t *Trend, from, to time.Duration, value func(up time.Duration) float64) {
	for up := from; up < to; up += time.Second {
		s := sample("ion1", "ig", "pressure", buffer.Pascals, value(up))
		s.Up = up
		t.Add([]buffer.Sample{s}, start.Add(up))
	}
}

func flat(v float64) func(time.Duration) float64 { return func(time.Duration) float64 { return v } }

func history1(t *testing.T, trend *Trend, since, until time.Duration, points int) Series {
	t.Helper()
	s, err := trend.Series(t.Context(), SeriesQuery{Device: "ion1", Point: "ig", Since: start.Add(since), Until: start.Add(until), Points: points})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTrendKeepsTheExtremes(t *testing.T) {
	trend := NewTrend()
	feed(trend, 0, time.Hour, func(up time.Duration) float64 {
		if up == 1234*time.Second {
			return 1e-3
		}
		return 1e-7
	})
	for _, points := range []int{1, 7, 120, 5000} {
		s := history1(t, trend, 0, time.Hour, points)
		if len(s.T) > points || s.Unit != buffer.Pascals {
			t.Errorf("%d points asked for, %d given in %s", points, len(s.T), s.Unit)
		}
		high, low := 0.0, 1.0
		for i := range s.T {
			high, low = max(high, s.Max[i]), min(low, s.Min[i])
			if s.Mean[i] < s.Min[i] || s.Mean[i] > s.Max[i] {
				t.Errorf("mean %g is not between %g and %g", s.Mean[i], s.Min[i], s.Max[i])
			}
		}
		if math.Abs(high/1e-3-1) > 1e-6 || math.Abs(low/1e-7-1) > 1e-6 {
			t.Errorf("in %d points: from %g to %g, want 1e-7 to 1e-3", points, low, high)
		}
	}
}

func TestTrendShowsGaps(t *testing.T) {
	trend := NewTrend()
	feed(trend, 0, 5*time.Minute, flat(1))
	feed(trend, 10*time.Minute, 15*time.Minute, flat(2))
	s := history1(t, trend, 0, 15*time.Minute, 1000)
	if len(s.T) != 30 {
		t.Fatalf("%d steps, want 30", len(s.T))
	}
	for i, v := range s.Mean {
		want := map[bool]float64{true: 1, false: 2}[i < 10]
		if i >= 10 && i < 20 {
			want = math.NaN()
		}
		if v != want && !(math.IsNaN(v) && math.IsNaN(want)) {
			t.Errorf("step %d at %.0f s: %g, want %g", i, s.T[i]-float64(start.Unix()), v, want)
		}
	}
}

func TestTrendDoesNotReachIntoTheFuture(t *testing.T) {
	for _, long := range []time.Duration{3 * time.Second, 61 * time.Second, 25*time.Hour + time.Second} {
		trend := NewTrend()
		feed(trend, 0, long, flat(1))
		s := history1(t, trend, 0, 48*time.Hour, 10)
		if last, now := s.T[len(s.T)-1], float64(start.Add(long).Unix()); last > now || last < now-float64(long.Seconds())/2-1 {
			t.Errorf("after %v the last point is %g s from now, want none in the future", long, last-now)
		}
	}
}

func TestTrendMissingValuesAreNotInvented(t *testing.T) {
	trend := NewTrend()
	for i, missing := range []string{"", "sensor off", "sensor off"} {
		s := sample("ion1", "ig", "pressure", buffer.Pascals, 5)
		s.Up, s.Missing = time.Duration(i)*fineStep, missing
		if missing != "" {
			s.Value = 0
		}
		trend.Add([]buffer.Sample{s}, start.Add(s.Up))
	}
	s := history1(t, trend, 0, time.Hour, 100)
	if len(s.Min) != 3 || s.Min[0] != 5 || !math.IsNaN(s.Min[1]) || !math.IsNaN(s.Min[2]) {
		t.Errorf("%v, want 5 and gaps", s.Min)
	}
}

func TestTrendOfAWeek(t *testing.T) {
	trend := NewTrend()
	const week = 7 * 24 * time.Hour
	for up := time.Duration(0); up < week+24*time.Hour; up += 30 * time.Second {
		s := sample("ion1", "ig", "pressure", buffer.Pascals, up.Hours())
		s.Up = up
		trend.Add([]buffer.Sample{s}, start.Add(up))
	}
	now := week + 24*time.Hour
	day := history1(t, trend, now-23*time.Hour, now, 5000)
	if n := len(day.T); n != 23*120 {
		t.Errorf("23 hours in %d steps, want %d of 30 s", n, 23*120)
	}
	all := history1(t, trend, 0, now, 5000)
	if n := len(all.T); n < 7*288 || n > 7*288+chunk {
		t.Errorf("a week in %d steps, want about %d of 5 min", n, 7*288)
	}
	if first := all.T[0] - float64(start.Unix()); first < 19*3600 {
		t.Errorf("history begins %.0f s after the start of 8 days, want what is older than 7 days forgotten", first)
	}
}

func TestTrendClockSetLateMovesAllOfIt(t *testing.T) {
	trend := NewTrend()
	add := func(up time.Duration, wall time.Time) {
		s := sample("ion1", "ig", "pressure", buffer.Pascals, 1)
		s.Up = up
		trend.Add([]buffer.Sample{s}, wall)
	}
	add(time.Minute, time.Unix(60, 0)) // a board in 1970
	add(2*time.Minute, start.Add(2*time.Minute))
	s := history1(t, trend, 0, time.Hour, 100)
	if len(s.T) == 0 || s.T[0] != float64(start.Add(time.Minute+fineStep/2).Unix()) {
		t.Errorf("times %v, want the first at %v", s.T, start.Add(time.Minute+fineStep/2).Unix())
	}
}

func TestTrendThatStandsStillIsSmall(t *testing.T) {
	size := func(value func(up time.Duration) float64) int64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.GC() // what the tests before left in pools is gone after two
		runtime.ReadMemStats(&before)
		var trends []*Trend
		for range 20 {
			trend := NewTrend()
			for up := time.Duration(0); up < fineKeep; up += fineStep {
				s := sample("V1", "", "open", "", value(up))
				s.Up, s.StaleAfter = up, 2*fineStep
				trend.Add([]buffer.Sample{s}, start)
			}
			trends = append(trends, trend)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		defer runtime.KeepAlive(trends)
		return (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / 20
	}
	if still := size(flat(1)); still > 6<<10 {
		t.Errorf("a day of a valve that does not move takes %d bytes, want at most 6 KiB", still)
	}
	if moving := size(func(up time.Duration) float64 { return up.Seconds() }); moving > 60<<10 {
		t.Errorf("a day of a gauge takes %d bytes, want at most 60 KiB", moving)
	}
}

func TestTrendLongSilence(t *testing.T) {
	trend := NewTrend()
	feed(trend, 0, time.Minute, flat(1))
	feed(trend, 365*24*time.Hour, 365*24*time.Hour+5*time.Minute, flat(2))
	s := history1(t, trend, 0, 366*24*time.Hour, 5000)
	if len(s.Mean) == 0 || s.Mean[len(s.Mean)-1] != 2 || len(s.Mean) > 2100 {
		t.Errorf("after a year of silence: %d steps, want the last minutes", len(s.Mean))
	}
}

func TestSeriesCall(t *testing.T) {
	trend := NewTrend()
	feed(trend, 0, 2*time.Minute, flat(1.5))
	feed(trend, 3*time.Minute, 4*time.Minute, flat(2.5))
	s, _ := newTestServer(func(o *ServerOptions) {
		o.Archive, o.Now = trend, func() time.Time { return start.Add(4 * time.Minute) }
	})
	w := s.ask(t, "GET", "/series?device=ion1&point=ig", "")
	var got struct {
		Unit           string
		T              []float64
		Min, Mean, Max []*float64
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Unit != "pascals" || len(got.T) != 8 || got.Mean[4] != nil || *got.Mean[0] != 1.5 || *got.Max[7] != 2.5 {
		t.Errorf("GET /series = %v %s", err, w.Body)
	}
	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"":                                {400, "device and point are needed"},
		"device=ion1&point=cg":            {404, "unknown point"},
		"device=ion1&point=ig&points=0":   {400, "from 1 to 5000"},
		"device=ion1&point=ig&step=1":     {400, `"step"`},
		"device=ion1&point=ig&since=1e11": {400, "until must be after since"},
	} {
		w := s.ask(t, "GET", "/series?"+query, "")
		if w.Code != want.status || !strings.Contains(reply(t, w.Body.String()), want.says) {
			t.Errorf("GET /series?%s = %d %s, want %d and %q", query, w.Code, w.Body, want.status, want.says)
		}
	}
	if _, err := trend.Series(t.Context(), SeriesQuery{Device: "x"}); !errors.Is(err, buffer.ErrUnknown) || statusOf(err) != http.StatusNotFound {
		t.Errorf("no such point: %v, want ErrUnknown", err)
	}
}

func TestHistoryOfAPointWithoutAValueIsEmpty(t *testing.T) {
	s, _ := newTestServer(func(o *ServerOptions) { o.Archive = NewTrend() })
	if w := s.ask(t, "GET", "/series?device=ion1&point=cold", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"unit":"celsius"`) || !strings.Contains(w.Body.String(), `"t":[]`) {
		t.Errorf("GET /series of a point that had no value yet = %d %s, want 200 and empty columns in celsius", w.Code, w.Body)
	}
	if w := s.ask(t, "GET", "/series?device=ion1&point=hot", ""); w.Code != 404 {
		t.Errorf("GET /series of a point that is not there = %d %s, want 404", w.Code, w.Body)
	}
}
