package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Read asks for each input and its state, and for the loop.
func (l *lakeshore) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, input := range slices.Sorted(maps.Keys(l.options.Inputs)) {
		r, err := l.input(ctx, input)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if l.options.Loop == 0 {
		return readings, nil
	}
	loop, err := l.loop(ctx)
	if err != nil {
		return nil, err
	}
	return append(readings, loop...), nil
}

// lakeshoreBit is one of RDGST?.
type lakeshoreBit struct {
	bit  int
	text string
}

var lakeshoreStates = []lakeshoreBit{
	{1, "invalid"}, {2, "old reading"}, {16, "temperature underrange"}, {32, "temperature overrange"}, {64, "sensor at zero"}, {128, "sensor overrange"},
}

// bridgeStates are those of a 372, by the maker's own driver (lakeshore-python, model_372).
var bridgeStates = []lakeshoreBit{
	{1, "current source overload"}, {2, "common mode overload"}, {4, "mixer overload"}, {8, "differential overload"},
	{16, "resistance overrange"}, {32, "resistance underrange"}, {64, "temperature overrange"}, {128, "temperature underrange"},
}

// input reads an input. An open or disabled sensor still gives a number: the state is asked for first.
//
//	"RDGST? A" 0D 0A -> "000" 0D 0A, or "128" with an open sensor
//	"KRDG? A" 0D 0A  -> "+273.150" 0D 0A; "RDGK? A" on a 372
func (l *lakeshore) input(ctx context.Context, input string) (Reading, error) {
	r := Reading{Channel: l.options.Inputs[input], Name: "temperature", Unit: Celsius}
	query, bits := "KRDG? "+input, lakeshoreStates
	if l.kind.bridge {
		query, bits = "RDGK? "+input, bridgeStates
	}
	if l.options.Type == "330" {
		query = input + "DAT?" // it has no RDGST?
	} else {
		state, err := l.integer(ctx, "RDGST? "+input, 255)
		if err != nil {
			return known(r, err)
		}
		if r.Missing = lakeshoreState(bits, state); r.Missing != "" {
			return r, nil
		}
	}
	kelvin, err := l.line.number(ctx, query)
	if err == nil && kelvin <= 0 { // 0 is what an input that is not there is answered with, and a sensor that is none on one without RDGST?
		err = l.line.unknown(query, fmt.Sprintf("%g K", kelvin), nil)
	}
	return measured(r, kelvin+zeroKelvin, err)
}

// lakeshoreState is why there is no temperature, "" if there is one.
func lakeshoreState(known []lakeshoreBit, bits int) string {
	var why []string
	for _, s := range known {
		if bits&s.bit != 0 {
			why, bits = append(why, s.text), bits&^s.bit
		}
	}
	if bits != 0 {
		why = append(why, fmt.Sprintf("state %d", bits))
	}
	return strings.Join(why, ", ")
}

func (l *lakeshore) integer(ctx context.Context, query string, high int) (int, error) {
	text, err := l.line.ask(ctx, query)
	if err != nil {
		return 0, err
	}
	n, err := integer(text)
	if err != nil || n < 0 || n > high {
		return 0, l.line.unknown(query, text, err)
	}
	return n, nil
}

// loop reads the loop.
//
//	"SETP? 1" 0D 0A  -> "+122.500" 0D 0A, kelvin
//	"RANGE? 1" 0D 0A -> "3" 0D 0A on 325, 335, 336, 350; "RANGE?" on 331, 340
//	"HTR? 1" 0D 0A   -> "+025.5" 0D 0A, percent; "HTR?" on 325, 331, 340
//	"HTRST? 1" 0D 0A -> "0" 0D 0A
func (l *lakeshore) loop(ctx context.Context) ([]Reading, error) {
	all := []asked{func(ctx context.Context) (Reading, error) {
		kelvin, err := l.line.number(ctx, l.setpointQuery())
		return measured(Reading{Name: "setpoint", Unit: Celsius}, kelvin+zeroKelvin, err)
	}, func(ctx context.Context) (Reading, error) {
		heater, err := l.integer(ctx, l.heater("RANGE?"), 5)
		return measured(Reading{Name: "enabled"}, flag(heater > 0), err)
	}}
	if l.options.Type != "330" {
		all = append(all, func(ctx context.Context) (Reading, error) {
			return l.line.reading(ctx, l.heater("HTR?"), Reading{Name: "output", Unit: Percent}, 1)
		})
	}
	if !l.kind.faultless {
		all = append(all, func(ctx context.Context) (Reading, error) {
			fault, err := l.integer(ctx, l.heater("HTRST?"), 99)
			return measured(Reading{Name: "heater_fault"}, flag(fault != 0), err)
		})
	}
	return readAll(ctx, all...)
}

// setpointQuery is SETP? with its loop, which the 330 has not.
func (l *lakeshore) setpointQuery() string {
	if l.options.Type == "330" {
		return "SETP?"
	}
	return fmt.Sprintf("SETP? %d", l.options.Loop)
}

// heater is a heater query as the type takes it. To a 331 the number of an output would be a range.
func (l *lakeshore) heater(query string) string {
	switch {
	case l.options.Type == "330" && query == "RANGE?":
		return "RANG?"
	case l.kind.perOutput && (query == "RANGE?" || !l.kind.faultless):
		return fmt.Sprintf("%s %d", query, l.options.Loop)
	}
	return query
}
