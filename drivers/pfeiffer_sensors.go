package drivers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// sensors asks which sensors are on: 0 cannot be switched, 1 off, 2 on. A TPG 300 also answers 3, which the manual's example
// does not explain.
//
//	"SEN" 0D, 05 -> "2,0,1,0,0,0" 0D 0A
func (t *tpg) sensors(ctx context.Context, command string) ([]int, error) {
	text, err := t.ask.ask(ctx, command)
	if err != nil {
		return nil, err
	}
	var states []int
	for digit := range strings.SplitSeq(text, ",") {
		n, err := integer(digit)
		if err != nil || n < 0 || n > 3 {
			return nil, garbled(command, text, err)
		}
		states = append(states, n)
	}
	for _, c := range t.switches {
		if c.number > len(states) {
			return nil, garbled(command, text, fmt.Errorf("there is no sensor %d", c.number))
		}
	}
	t.sensorCount = len(states)
	return states, nil
}

// sensorsOn are the readings of the sensors that may be switched.
func (t *tpg) sensorsOn(ctx context.Context) ([]Reading, error) {
	states, err := t.sensors(ctx, "SEN")
	if err != nil {
		return nil, err
	}
	var readings []Reading
	for _, c := range t.switches {
		r := Reading{Name: c.name + "_on"}
		switch states[c.number-1] {
		case 0:
			r.Missing = "cannot be switched"
		case 2:
			r.Value = 1
		case 3:
			r.Missing = "state 3, which is not known"
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// Controls are the sensors that may be switched.
func (t *tpg) Controls() []Control {
	var controls []Control
	for _, c := range t.switches {
		controls = append(controls, Control{Name: c.name + "_on", Max: 1, Hazard: true})
	}
	return controls
}

// Set switches a sensor.
func (t *tpg) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(t.Controls(), control, value); err != nil {
		return err
	}
	at := slices.IndexFunc(t.switches, func(c channel) bool { return c.name+"_on" == control })
	return t.turn(ctx, t.switches[at:at+1], value == 1)
}

// turn switches sensors and makes sure that they are as commanded. A 366 refuses a list that is not of all its sensors, so it is
// asked once how many there are; switching off is tried with six when it does not answer.
//
//	"SEN,0,0,2,0,0,0" 0D, 05 -> "2,0,2,0,0,0" 0D 0A     sensor 3 on, the others as they are
func (t *tpg) turn(ctx context.Context, which []channel, on bool) error {
	if t.sensorCount == 0 {
		if _, err := t.sensors(ctx, "SEN"); err != nil && (on || ctx.Err() != nil) {
			return err
		}
	}
	want := 1
	if on {
		want = 2
	}
	list := slices.Repeat([]string{"0"}, cmp.Or(t.sensorCount, 6))
	for _, c := range which {
		list[c.number-1] = fmt.Sprint(want)
	}
	command := "SEN," + strings.Join(list, ",")
	states, err := t.sensors(ctx, command)
	if err != nil {
		return err
	}
	for _, c := range which {
		if got := states[c.number-1]; got != want {
			return refused(command, fmt.Sprintf("sensor %d stays in state %d", c.number, got))
		}
	}
	return nil
}

// Halt switches off the sensors that may be switched.
func (t *tpg) Halt(ctx context.Context) error {
	if len(t.switches) == 0 {
		return nil
	}
	return halting(ctx, 3, func(ctx context.Context) error { return t.turn(ctx, t.switches, false) })
}
