package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ticPump is a pump and its objects.
type ticPump struct {
	name                string
	state, speed, power int
}

func (o *TICOptions) pumps() []ticPump {
	var all []ticPump
	if o.Turbo {
		all = append(all, ticPump{"turbo", 904, 905, 906})
	}
	if o.Backing {
		all = append(all, ticPump{"backing", 910, 911, 912})
	}
	return all
}

// pump asks for the state (with alert and priority), the speed and the power.
//
//	"?V904" 0D -> "=V904 4;0;0" 0D, running; "?V905" 0D -> "=V905 55.9;1;0" 0D, 55.9 %
func (d *tic) pump(ctx context.Context, p ticPump) ([]Reading, error) {
	readings, err := d.state(ctx, p)
	if err != nil {
		return nil, err
	}
	others, err := readAll(ctx, func(ctx context.Context) (Reading, error) {
		return d.quantity(ctx, p.speed, Reading{Name: p.name + "_speed", Unit: Percent})
	}, func(ctx context.Context) (Reading, error) {
		return d.quantity(ctx, p.power, Reading{Name: p.name + "_power", Unit: Watts})
	})
	return append(readings, others...), err
}

func (d *tic) quantity(ctx context.Context, object int, r Reading) (Reading, error) {
	fields, err := d.fields(ctx, object, 1)
	if err != nil {
		return known(r, err)
	}
	v, err := normal(fields[0])
	if err != nil {
		err = unknownData(fmt.Sprintf("?V%d", object), fields[0], err)
	}
	return measured(r, v, err)
}

// ticPumpStates are the states of a pump; ticRuns is in which of them it is on.
var ticPumpStates = NewStates(map[int]string{
	0: "stopped", 1: "starting delay", 2: "stopping short delay", 3: "stopping normal delay", 4: "running", 5: "accelerating", 6: "fault braking", 7: "braking",
})

var ticRuns = map[int]bool{0: false, 1: true, 2: false, 3: false, 4: true, 5: true, 6: false, 7: false}

const ticFaultBraking = 6

// state is whether the pump runs, its state, whether that is a fault (priority 2 and 3 are alarms), and the alert as the reason why
// error_word has no value.
func (d *tic) state(ctx context.Context, p ticPump) ([]Reading, error) {
	on, state := Reading{Name: p.name}, Reading{Name: p.name + "_state", Unit: Number}
	fault, word := Reading{Name: p.name + "_fault"}, Reading{Name: p.name + "_error_word"}
	n, alert, priority, err := d.pumpState(ctx, p)
	if err == nil {
		on.Value, state.Value = flag(ticRuns[n]), float64(n)
		fault.Value = flag(n == ticFaultBraking || priority >= 2)
		if alert != "0" {
			word.Missing = ticAlert(alert)
		}
		return []Reading{on, state, fault, word}, nil
	}
	var all []Reading
	for _, r := range []Reading{on, state, fault, word} {
		r, wrong := known(r, err)
		if wrong != nil {
			return nil, wrong
		}
		all = append(all, r)
	}
	return all, nil
}

func (d *tic) pumpState(ctx context.Context, p ticPump) (state int, alert string, priority int, err error) {
	fields, err := d.fields(ctx, p.state, 3)
	if err != nil {
		return 0, "", 0, err
	}
	state, err1 := integer(fields[0])
	number, err2 := integer(fields[1])
	priority, err3 := integer(fields[2])
	if _, ok := ticRuns[state]; !ok || errors.Join(err1, err2, err3) != nil {
		return 0, "", 0, unknownData(fmt.Sprintf("?V%d", p.state), strings.Join(fields, ";"), nil)
	}
	return state, fmt.Sprint(number), priority, nil
}

// ticLook and ticLooks are how often it looks whether a pump does what it was told.
const (
	ticLook  = 200 * time.Millisecond
	ticLooks = 10
)

// Set starts or stops a pump and makes sure that its state follows: "!C904 1" 0D -> "*C904 0" 0D.
func (d *tic) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(d.Controls(), control, value); err != nil {
		return err
	}
	for _, p := range d.pumps {
		if p.name == control {
			return d.turn(ctx, p, value == 1)
		}
	}
	return nil
}

func (d *tic) turn(ctx context.Context, p ticPump, on bool) error {
	message := fmt.Sprintf("!C%d %g", p.state, flag(on))
	data, err := d.ask(ctx, message)
	if err == nil && data != "" {
		err = garbled(message, data, nil)
	}
	if err != nil {
		return err
	}
	for range ticLooks {
		state, _, _, err := d.pumpState(ctx, p)
		if err != nil || ticRuns[state] == on {
			return err
		}
		if err := d.wait(ctx, ticLook); err != nil {
			return err
		}
	}
	return refused(message, "accepted, and its state did not follow")
}
