package drivers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// tpgStates are the digits of SEN beside 0, which is a sensor that cannot be switched. Automatic is a mode and no state.
type tpgStates struct{ off, on, automatic int }

// sensors asks for the states of the sensors.
//
//	"SEN" 0D, 05 -> "2,0,1,0,0,0" 0D 0A     0 cannot be switched, 1 off, 2 on
//	"SEN" 0D, 05 -> "3, 3, 2, 0" 0D 0A      TPG 300, 500: 0 no measuring circuit, 1 off, 2 automatic, 3 on
func (t *tpg) sensors(ctx context.Context, command string) ([]int, error) {
	text, err := t.ask.ask(ctx, command)
	if err != nil {
		return nil, err
	}
	var states []int
	for digit := range strings.SplitSeq(text, ",") {
		n, err := integer(digit)
		if err != nil || len(strings.TrimSpace(digit)) != 1 {
			return nil, unknown(command, text, err)
		}
		states = append(states, n)
	}
	for _, c := range t.switches {
		if c.number > len(states) {
			return nil, unknown(command, text, fmt.Errorf("there is no sensor %d", c.number))
		}
	}
	t.sensorCount = len(states)
	return states, nil
}

// sensorsOn are the readings of the sensors that may be switched.
func (t *tpg) sensorsOn(ctx context.Context, pressures []Reading) ([]Reading, error) {
	states, err := t.sensors(ctx, "SEN")
	var readings []Reading
	for _, c := range t.switches {
		r, wrong := known(Reading{Name: c.name + "_on"}, err)
		if wrong != nil {
			return nil, wrong
		}
		if r.Missing == "" {
			at := slices.IndexFunc(pressures, func(p Reading) bool { return p.Channel == c.name })
			r = t.sensorOn(r, states[c.number-1], pressures[at])
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// sensorOn is a state. One in automatic is on as its pressure shows.
func (t *tpg) sensorOn(r Reading, state int, pressure Reading) Reading {
	switch {
	case state == 0:
		r.Missing = "cannot be switched"
	case state == t.states.off:
	case state == t.states.on:
		r.Value = 1
	case state != t.states.automatic:
		r.Missing = fmt.Sprintf("state %d, which is not known", state)
	case pressure.Missing == "":
		r.Value = 1
	case pressure.Missing != tpgMissing["4"]:
		r.Missing = "automatic; its pressure: " + pressure.Missing
	}
	return r
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
// asked once how many there are; switching off is tried with all there can be when it does not answer.
//
//	"SEN,0,0,2,0,0,0" 0D, 05 -> "2,0,2,0,0,0" 0D 0A     sensor 3 on, the others as they are
//	"SEN,0,0,3,0" 0D, 05     -> "3,3,3,0" 0D 0A         the same on a TPG 300 or 500
func (t *tpg) turn(ctx context.Context, which []channel, on bool) error {
	if t.sensorCount == 0 {
		if _, err := t.sensors(ctx, "SEN"); err != nil && (on || ctx.Err() != nil) {
			return err
		}
	}
	want, all := t.states.off, 6
	if on {
		want = t.states.on
	}
	if t.options.Type != "" {
		all = 4
	}
	list := slices.Repeat([]string{"0"}, cmp.Or(t.sensorCount, all))
	for _, c := range which {
		list[c.number-1] = fmt.Sprint(want)
	}
	command := "SEN," + strings.Join(list, ",")
	states, err := t.sensors(ctx, command)
	if err != nil {
		t.sensorCount = 0 // a list that is too short is refused; the count may come of a reply that ended too early
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
