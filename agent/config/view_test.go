package config

import (
	"testing"
	"time"

	"pychron-edge/agent/rules"
	"pychron-edge/buffer"
)

const sec = time.Second

// now makes a view at a time, of samples just read, which go stale after 5 s.
func now(at time.Duration, samples ...buffer.Sample) rules.View {
	v := rules.View{Present: new(buffer.Present), Now: at}
	for _, s := range samples {
		s.Up, s.Time, s.StaleAfter = at, time.Unix(0, int64(at)).UTC(), 5*sec
		v.Present.Set(s.Device, append(v.Present.Device(s.Device), s))
	}
	return v
}

func pressure(point string, value float64, bound buffer.Bound) buffer.Sample {
	return buffer.Sample{Device: "ion1", Channel: point, Name: "pressure", Unit: buffer.Pascals, Value: value, Bound: bound}
}

func missing(s buffer.Sample, why string) buffer.Sample {
	s.Missing, s.Value = why, 0
	return s
}

// hot is the rule "hot", which halts the laser while ion1.ig is above 0.1 Pa.
func hot(t *testing.T) *rules.Rule {
	t.Helper()
	when, err := rules.CompileCondition("ion1.ig > pa(0.1)", rules.Catalogue{"ion1": {"ig": {
		Ref: rules.Ref{Device: "ion1", Point: "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * sec,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return &rules.Rule{Name: "hot", When: when, Halt: []string{"laser"}}
}
