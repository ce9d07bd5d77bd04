package rules

import (
	"math"
	"testing"

	"pychron-edge/buffer"
)

func TestValveIn(t *testing.T) {
	commanded := func(v float64) buffer.Sample {
		return buffer.Sample{Device: "V1", Name: "commanded", Value: v}
	}
	old := valve("V1", 0)
	old.Up = sec
	for name, c := range map[string]struct {
		samples []buffer.Sample
		want    ValveState
	}{
		"never heard":              {nil, Unknown},
		"closed":                   {[]buffer.Sample{valve("V1", 0)}, Closed},
		"open":                     {[]buffer.Sample{valve("V1", 1)}, Open},
		"both agree":               {[]buffer.Sample{valve("V1", 1), commanded(1)}, Open},
		"told to open, closed":     {[]buffer.Sample{valve("V1", 0), commanded(1)}, Moving},
		"travelling":               {[]buffer.Sample{missing(valve("V1", 0), "travelling"), commanded(1)}, Unknown},
		"stale":                    {[]buffer.Sample{old}, Unknown},
		"neither 0 nor 1":          {[]buffer.Sample{valve("V1", 0.5)}, Unknown},
		"commanded is not known":   {[]buffer.Sample{valve("V1", 0), missing(commanded(0), "not told yet")}, Closed},
		"another valve's business": {[]buffer.Sample{valve("V2", 1)}, Unknown},
	} {
		if got := ValveIn(now(100*sec, c.samples...), Ref{"V1", "open"}); got != c.want {
			t.Errorf("%s: valveIn = %v, want %v", name, got, c.want)
		}
	}
}

func TestPipetteShots(t *testing.T) {
	p := &Pipette{Name: "air", Depletion: 0.1, In: Ref{"V2", "open"}, Out: Ref{"V4", "open"}}
	for _, c := range []struct {
		opens string
		want  uint64
	}{{"", 0}, {"24", 1}, {"4", 0}, {"44", 0}, {"2424", 2}, {"2244", 1}, {"2", 0}, {"42", 0}, {"4242", 1}, {"2194", 1}} {
		var n PipetteCount
		for _, v := range c.opens {
			n = p.Opened(n, Ref{"V" + string(v), "open"})
		}
		if n.Shots != c.want {
			t.Errorf("shots after opening %q = %d, want %d", c.opens, n.Shots, c.want)
		}
	}
	if got := p.Gas(2); math.Abs(got-0.81) > 1e-12 {
		t.Errorf("Gas(2) = %v, want 0.81", got)
	}
}
