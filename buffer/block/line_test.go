package block_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"pychron-edge/buffer"
)

// gaugeLine makes what the gauges of a line say: each is asked every second, its answer comes 2 ms later give or take 0.4 ms, moves slowly up
// and down by 30 % and has 1 % of noise; it says five digits in millibar. It becomes an event where it differs by more than the deadband from
// the last, or after a minute: 4.6 events a second of ten gauges with 1 %.
type gaugeLine struct {
	random   *rand.Rand
	start    time.Time
	deadband float64 // of the value
	digits   int     // that the gauge says, 0 = every bit of a float64
	names    []string
	last     []buffer.Event
	polls    int
}

func newLine(gauges int, deadband float64, digits int) *gaugeLine {
	l := &gaugeLine{random: rand.New(rand.NewPCG(1, 2)), start: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC), deadband: deadband, digits: digits, last: make([]buffer.Event, gauges)}
	for n := range gauges {
		l.names = append(l.names, fmt.Sprintf("gauge%d", n))
	}
	return l
}

// poll asks every gauge once and gives the events to take.
func (l *gaugeLine) poll(take func(*buffer.Event)) {
	for n, name := range l.names {
		slow := 1 + 0.3*math.Sin(float64(l.polls)/5000+float64(n))
		v := l.said(math.Pow10(-9+n%4) * slow * (1 + 0.01*l.random.NormFloat64()))
		up := time.Duration(l.polls)*time.Second + time.Duration(n)*37*time.Millisecond + 2*time.Millisecond + time.Duration(l.random.NormFloat64()*400)*time.Microsecond
		last := &l.last[n]
		if last.Metric != "" && math.Abs(v-last.Value) <= l.deadband*math.Abs(last.Value) && up-last.Up < time.Minute && l.deadband > 0 {
			continue
		}
		*last = buffer.Event{Source: "line1", Boot: "9f2c61aa", Time: l.start.Add(up), Up: up + time.Duration(20+l.random.ExpFloat64()*30)*time.Microsecond,
			Device: name, Point: "ig", Unit: buffer.Pascals, Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge, Metric: "pressure_pascals",
			Value: v, Labels: buffer.MakeLabels("device", name, "channel", "ig"), Status: "success"}
		e := *last
		take(&e)
	}
	l.polls++
}

// said is a value in pascals as the gauge's digits in millibar give it.
func (l *gaugeLine) said(v float64) float64 {
	if l.digits == 0 {
		return v * 100
	}
	d, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'E', l.digits-1, 64), 64)
	return d * 100
}
