package device

import (
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

func TestDue(t *testing.T) {
	two := 2.0
	for _, c := range []struct {
		state     string
		last      lastEvent
		now       buffer.Sample
		band      config.Deadband
		due, news bool
	}{
		{"first", lastEvent{}, buffer.Sample{Value: 1}, config.Deadband{}, true, true},
		{"pressure within 1 %", lastEvent{value: 100, any: true}, buffer.Sample{Value: 100.9, Unit: buffer.Pascals}, config.DeadbandOf(buffer.Pascals, nil), false, false},
		{"pressure beyond 1 %", lastEvent{value: 100, any: true}, buffer.Sample{Value: 101.1, Unit: buffer.Pascals}, config.DeadbandOf(buffer.Pascals, nil), true, true},
		{"no deadband: every reading", lastEvent{value: 5, any: true}, buffer.Sample{Value: 5, Unit: buffer.Volts}, config.DeadbandOf(buffer.Volts, nil), true, true},
		{"setting of 2 V", lastEvent{value: 5, any: true}, buffer.Sample{Value: 6.9, Unit: buffer.Volts}, config.DeadbandOf(buffer.Volts, &two), false, false},
		{"state unchanged", lastEvent{value: 1, any: true}, buffer.Sample{Value: 1}, config.Deadband{}, false, false},
		{"state changed", lastEvent{value: 1, any: true}, buffer.Sample{Value: 0}, config.Deadband{}, true, true},
		{"plain number unchanged", lastEvent{value: 4, any: true}, buffer.Sample{Value: 4, Unit: buffer.Number}, config.DeadbandOf(buffer.Number, nil), false, false},
		{"plain number changed", lastEvent{value: 4, any: true}, buffer.Sample{Value: 5, Unit: buffer.Number}, config.DeadbandOf(buffer.Number, nil), true, true},
		{"bound changed", lastEvent{value: 5, any: true}, buffer.Sample{Value: 5, Unit: buffer.Pascals, Bound: buffer.AtMost}, config.DeadbandOf(buffer.Pascals, nil), true, true},
		{"gone missing", lastEvent{value: 5, any: true}, buffer.Sample{Missing: "sensor off", Unit: buffer.Pascals}, config.Deadband{}, true, true},
		{"still missing", lastEvent{missing: "sensor off", any: true}, buffer.Sample{Missing: "sensor off", Unit: buffer.Volts}, config.Deadband{}, false, false},
		{"not heard in between", lastEvent{value: 100, any: true, again: true}, buffer.Sample{Value: 100, Unit: buffer.Pascals}, config.DeadbandOf(buffer.Pascals, nil), true, false},
		{"heartbeat", lastEvent{value: 1, any: true}, buffer.Sample{Value: 1, Up: time.Minute}, config.Deadband{}, true, false},
	} {
		if due, news := c.last.due(&c.now, c.band, time.Minute); due != c.due || news != c.news {
			t.Errorf("%s: due = %t, %t; want %t, %t", c.state, due, news, c.due, c.news)
		}
	}
}

// The first reading after a failure is told: whoever hears of events alone knows again what the value is.
func TestRecordedAgainAfterAFailure(t *testing.T) {
	var recorded []float64
	env := &Env{Record: func(e *buffer.Event) { recorded = append(recorded, e.Value) }, Capture: func() bool { return true }}
	r := NewReporter(env, "ion1", "", time.Minute, func(string, string) *float64 { return nil }, nil)
	at := func(seconds int) []buffer.Sample {
		return []buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: 100, Up: time.Duration(seconds) * time.Second}}
	}
	r.Report(at(1))
	r.Report(at(2))
	r.Lost()
	r.Report(at(12))
	r.Report(at(13))
	if len(recorded) != 2 {
		t.Errorf("%d readings told of four that stand still, with a failure between, want the first and the one after it", len(recorded))
	}
}
