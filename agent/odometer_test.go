package main

import (
	"testing"

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
	if got := o.of("actuations"); got != 2 {
		t.Errorf("actuations of a box after two moves = %g, want 2", got)
	}
}
