package config

import (
	"errors"
	"math"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/rules"
)

// threeValves is a plan of three valves and a laser, made by hand: V1 opens only while V2 is closed and V3 is open; V2 and V4 are a
// pipette.
func threeValves(t *testing.T) *Plan {
	t.Helper()
	p := &Plan{}
	open := drivers.Control{Name: "open", Max: 1}
	for _, name := range []string{"V1", "V2", "V3", "V4"} {
		p.Devices = append(p.Devices, &DevicePlan{DeviceConfig: DeviceConfig{Name: name, Control: true}, Moves: []Control{{Control: open, Enabled: true}}})
	}
	p.Devices[0].Moves[0].Closed = []rules.Ref{{Device: "V2", Point: "open"}}
	p.Devices[0].Moves[0].Open = []rules.Ref{{Device: "V3", Point: "open"}}
	laser := &DevicePlan{DeviceConfig: DeviceConfig{Name: "laser", Control: true}, Model: drivers.Model{Laser: true}, Moves: []Control{
		{Control: drivers.Control{Name: "enabled", Max: 1}, Enabled: true}, {Control: drivers.Control{Name: "power", Max: 100}, Enabled: true},
		{Control: drivers.Control{Name: "degas", Max: 1, Hazard: true}},
	}}
	p.Devices = append(p.Devices, &DevicePlan{
		DeviceConfig: DeviceConfig{Name: "hand", Control: true}, Model: drivers.Model{Manual: true},
		Moves: []Control{{Control: open, Enabled: true, Closed: []rules.Ref{{Device: "V2", Point: "open"}}}},
	})
	p.Devices = append(p.Devices, laser, &DevicePlan{DeviceConfig: DeviceConfig{Name: "gauge"}})
	p.Pipettes = []*rules.Pipette{{Name: "air", In: rules.Ref{Device: "V2", Point: "open"}, Out: rules.Ref{Device: "V4", Point: "open"}}}
	p.Rules = []*rules.Rule{{Name: "hot", Halt: []string{"laser"}, Forbid: []rules.Ref{{Device: "V3", Point: "open"}}}}
	return p
}

func TestAllowed(t *testing.T) {
	good := rules.Latches{"hot": {Good: true}}
	for name, c := range map[string]struct {
		device, control string
		value           float64
		valves          map[string]rules.ValveState
		latches         rules.Latches
		want            error
	}{
		"all as it must be":                   {"V1", "open", 1, map[string]rules.ValveState{"V2": rules.Closed, "V3": rules.Open}, good, nil},
		"the other is open":                   {"V1", "open", 1, map[string]rules.ValveState{"V2": rules.Open, "V3": rules.Open}, good, buffer.ErrConflict},
		"the other is moving":                 {"V1", "open", 1, map[string]rules.ValveState{"V2": rules.Moving, "V3": rules.Open}, good, buffer.ErrConflict},
		"the other is unknown":                {"V1", "open", 1, map[string]rules.ValveState{"V3": rules.Open}, good, buffer.ErrConflict},
		"one that must be open is moving":     {"V1", "open", 1, map[string]rules.ValveState{"V2": rules.Closed, "V3": rules.Moving}, good, buffer.ErrConflict},
		"closing is never refused":            {"V1", "open", 0, map[string]rules.ValveState{"V2": rules.Open}, rules.Latches{"hot": {Tripped: true}}, nil},
		"pipette with the other closed":       {"V2", "open", 1, map[string]rules.ValveState{"V4": rules.Closed}, good, nil},
		"pipette with the other open":         {"V2", "open", 1, map[string]rules.ValveState{"V4": rules.Open}, good, buffer.ErrConflict},
		"pipette with the other moving":       {"V4", "open", 1, map[string]rules.ValveState{"V2": rules.Moving}, good, buffer.ErrConflict},
		"forbidden by a trip":                 {"V3", "open", 1, nil, rules.Latches{"hot": {Tripped: true}}, buffer.ErrConflict},
		"not forbidden while good":            {"V3", "open", 1, nil, good, nil},
		"a laser while its rule is good":      {"laser", "enabled", 1, nil, good, nil},
		"a laser while its rule tripped":      {"laser", "power", 5, nil, rules.Latches{"hot": {Tripped: true, Good: true}}, buffer.ErrConflict},
		"a laser while none can tell":         {"laser", "enabled", 1, nil, rules.Latches{"hot": {NoValue: "stale"}}, buffer.ErrConflict},
		"a laser before any judgement":        {"laser", "enabled", 1, nil, rules.Latches{}, buffer.ErrConflict},
		"a laser to zero while tripped":       {"laser", "power", 0, nil, rules.Latches{"hot": {Tripped: true}}, nil},
		"a laser off before any judgement":    {"laser", "enabled", 0, nil, rules.Latches{}, nil},
		"what a person did is no refusal":     {"hand", "open", 1, map[string]rules.ValveState{"V2": rules.Open}, good, nil},
		"between off and on, while forbidden": {"V2", "open", 0.5, nil, good, buffer.ErrRange},
		"out of range":                        {"laser", "power", 101, nil, good, buffer.ErrRange},
		"not a number":                        {"laser", "power", math.NaN(), nil, good, buffer.ErrRange},
		"a hazard that is not named":          {"laser", "degas", 1, nil, good, buffer.ErrForbidden},
		"no such device":                      {"V9", "open", 1, nil, good, buffer.ErrUnknown},
		"no such control":                     {"V1", "power", 1, nil, good, buffer.ErrUnknown},
		"an instrument that only reads":       {"gauge", "open", 1, nil, good, buffer.ErrUnknown},
	} {
		s := rules.Situation{Valve: func(r rules.Ref) rules.ValveState { return c.valves[r.Device] }, Latches: c.latches}
		if err := threeValves(t).Allows(s, c.device, c.control, c.value); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: allowed(%s.%s, %v) = %v, want %v", name, c.device, c.control, c.value, err, c.want)
		}
	}
}

func TestReadOnlyAndSwitchedOff(t *testing.T) {
	p := threeValves(t)
	p.Devices[0].Control = false
	p.Devices[1].Off = true
	for _, name := range []string{"V1", "V2"} {
		if _, _, err := p.Find(name, "open", 1); !errors.Is(err, buffer.ErrForbidden) {
			t.Errorf("find(%s) = %v, want ErrForbidden", name, err)
		}
	}
}
