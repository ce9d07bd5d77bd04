package device

import (
	"testing"
	"time"

	"pychron-edge/buffer"
)

// The valves of a box are counted each by its own changes: that one is open and the next is closed is no actuation.
func TestActuationsOfABox(t *testing.T) {
	o := newOdometers("valve")
	for _, states := range []map[string]float64{{"A": 1, "B": 0}, {"A": 1, "B": 0}, {"A": 1, "B": 1}, {"A": 0, "B": 1}} {
		for _, channel := range []string{"A", "B"} {
			o.observe("valve", &buffer.Sample{Channel: channel, Name: "open", Value: states[channel]})
		}
	}
	if got := o.Of("actuations"); got != 2 {
		t.Errorf("actuations of a box after two moves = %g, want 2", got)
	}
}

func TestSecondsOfWhatIsOn(t *testing.T) {
	o := newOdometers("")
	o.observe("", &buffer.Sample{Name: "pressure", Unit: buffer.Pascals, Value: 1})
	if got := o.List(); got != nil {
		t.Errorf("counts of a gauge = %+v, want none", got)
	}
	for _, s := range []struct {
		up      time.Duration
		on      float64
		missing string
	}{{1, 0, ""}, {2, 1, ""}, {5, 0, "no answer"}, {12, 1, ""}, {22, 0, ""}, {30, 0, ""}} {
		o.observe("", &buffer.Sample{Name: "enabled", Value: s.on, Missing: s.missing, Up: s.up * time.Second})
	}
	if got := o.Of(onSeconds); got != 20 {
		t.Errorf("seconds of a pump that was on from 2 to 22 s = %g, want 20", got)
	}
	again := newOdometers("")
	n := &buffer.Note{}
	o.Note(n)
	if again.restore(n.String()); again.Of(onSeconds) != 20 {
		t.Errorf("after a restart with %q it was on for %g s, want 20", n, again.Of(onSeconds))
	}
}
