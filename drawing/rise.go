package drawing

import (
	"math"
	"time"
)

// What a rate of rise is worked out from.
const (
	riseOver  = 60 * time.Second // the last readings of so long
	riseSpan  = 30 * time.Second // they must cover so much
	minPoints = 10
)

// The verdicts on a rise.
const (
	NotYet  = "not yet" // too few readings, or for too short a time
	Rising  = "rising"
	Falling = "falling"
	Steady  = "steady" // neither, within Error

	NoVerdict = "not known" // who says it has not the readings
)

// Rise is how fast the pressure of a closed region rises, by one gauge: a straight line through its last readings, and one through
// their logarithms. An error is half the interval that holds the true value with 95 % confidence, where the readings scatter
// independently of each other.
type Rise struct {
	Gauge    string   `json:"gauge"`     // the part that read it
	Verdict  string   `json:"verdict"`   // not yet, rising, falling, steady, not known
	Points   int      `json:"points"`    // readings it rests on
	Seconds  float64  `json:"seconds"`   // that they cover
	Rate     *float64 `json:"rate"`      // Pa/s, null before it means anything
	Error    *float64 `json:"error"`     // Pa/s
	LogRate  *float64 `json:"log_rate"`  // per second, of the logarithm; null where a reading is not above 0
	LogError *float64 `json:"log_error"` // per second
	Shape    string   `json:"shape"`     // linear or exponential: which of the two lines fits better; "" before it means anything
	Leak     *float64 `json:"leak"`      // Pa m³/s, the rate times the volume; null where that is not known
}

// Reading is one reading of a pressure.
type Reading struct {
	At    time.Duration // monotonic
	Value float64       // Pa
}

// RiseOf works out how fast readings rise. They are in order, and of one region that nothing entered or left meanwhile.
func RiseOf(readings []Reading) Rise {
	r := Rise{Verdict: NotYet, Points: len(readings)}
	if len(readings) > 0 {
		r.Seconds = seconds(readings[len(readings)-1].At - readings[0].At)
	}
	if len(readings) < minPoints || r.Seconds < riseSpan.Seconds() {
		return r
	}
	straight := fit(readings, func(v float64) float64 { return v })
	r.Rate, r.Error, r.Shape = &straight.slope, &straight.err, "linear"
	switch {
	case straight.slope > straight.err:
		r.Verdict = Rising
	case straight.slope < -straight.err:
		r.Verdict = Falling
	default:
		r.Verdict = Steady
	}
	if curved := fit(readings, math.Log); !math.IsNaN(curved.slope) && !math.IsInf(curved.slope, 0) {
		r.LogRate, r.LogError = &curved.slope, &curved.err
		if curved.misses(readings, math.Exp) < straight.misses(readings, func(v float64) float64 { return v }) {
			r.Shape = "exponential"
		}
	}
	return r
}

// straightLine is the best straight line: value = mean + slope (t - middle).
type straightLine struct{ slope, err, mean, middle float64 }

// fit is the line of least squares through f of the readings.
func fit(readings []Reading, f func(float64) float64) straightLine {
	n := float64(len(readings))
	var l straightLine
	for _, r := range readings {
		l.middle += r.At.Seconds() / n
		l.mean += f(r.Value) / n
	}
	var tt, ty float64
	for _, r := range readings {
		t := r.At.Seconds() - l.middle
		tt += t * t
		ty += t * (f(r.Value) - l.mean)
	}
	l.slope = ty / tt
	rest := 0.0
	for _, r := range readings {
		d := f(r.Value) - l.at(r.At)
		rest += d * d
	}
	l.err = student(n-2) * math.Sqrt(rest/(n-2)/tt)
	return l
}

func (l straightLine) at(t time.Duration) float64 { return l.mean + l.slope*(t.Seconds()-l.middle) }

// misses is the sum of the squares by which the line misses the readings, in their own unit.
func (l straightLine) misses(readings []Reading, back func(float64) float64) (sum float64) {
	for _, r := range readings {
		d := r.Value - back(l.at(r.At))
		sum += d * d
	}
	return sum
}

// student is the 97.5 % point of Student's distribution, by its expansion around the normal one; within 1 % from 5 degrees of freedom.
func student(freedom float64) float64 {
	const z = 1.959964
	return z + (z*z*z+z)/(4*freedom) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*freedom*freedom)
}
