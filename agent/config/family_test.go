package config

import (
	"strings"
	"testing"
)

// plc is a device of model modbus, with the given family and option lines.
func plc(family, options string) string {
	return `agent: {name: a, listen: 127.0.0.1:9119}
devices:
  - name: V1
    model: modbus
    ` + family + `
    port: tcp://plc.lab:502
    control: true
    options:
      tcp: true
` + options
}

const coil = `      reads: [{name: open, function: 1, register: 3}]
      sets: [{control: open, function: 5, register: 3}]
`

// A coil of a PLC with the family valve has the metric, the count and the interlock role of a valve written in Go.
func TestFamilyOfADescribedValve(t *testing.T) {
	plan, list := checked(plc("family: valve\n    interlock: {closed: [V2]}", coil) + `
  - {name: V2, model: valve, pins: {solenoid: GPIO17}, unpowered: closed, control: true, interlock: {closed: [V1]}}
`)
	if len(list) > 0 {
		t.Fatal(listed(list))
	}
	d := plan.Device("V1")
	if d.Model.Family != "valve" || d.Model.Laser || d.Move("open") == nil {
		t.Errorf("model = %+v, want a valve with a control", d.Model)
	}
	if _, list := checked(plc("", coil) + "\n  - {name: V2, model: valve, pins: {solenoid: GPIO17}, control: true, interlock: {closed: [V1]}}\n"); len(list) == 0 {
		t.Error("an interlock takes a coil without a family for a valve")
	}
}

const laserOptions = `      max_on: 15m
      reads: [{name: enabled, function: 1, register: 3}, {name: power, unit: percent, register: 9}]
      sets:
        - {control: power, unit: percent, register: 9, max: 50, halts: true}
        - {control: enabled, function: 5, register: 3, halts: true}
`

func TestFamilyOfADescribedLaser(t *testing.T) {
	plan, list := checked(plc("family: laser", laserOptions))
	if strings.Contains(listed(list), "family") || plan.Device("V1") == nil || !plan.Device("V1").Model.Laser || !plan.Device("V1").HaltsOnExit() {
		t.Errorf("problems\n%swant a laser that is halted on every exit", listed(list))
	}
	if MaxOnOf(plan.Device("V1").Decoded).Minutes() != 15 {
		t.Errorf("max_on = %v, want 15m", MaxOnOf(plan.Device("V1").Decoded))
	}
}

func TestFamilyRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown":                {plc("family: oven", coil), `family is "oven"; must be valve, pump, laser, gauge`},
		"valve without open":     {plc("family: valve", strings.ReplaceAll(coil, "open", "shut")), "V1 has no reading open of 0 and 1"},
		"pump without motor":     {plc("family: pump", coil), "V1 has no reading motor or enabled"},
		"gauge without pressure": {plc("family: gauge", coil), "V1 reads no pressure"},
		"laser without max_on":   {plc("family: laser", strings.Replace(laserOptions, "      max_on: 15m\n", "", 1)), "V1 has no max_on in its options; a laser must have one"},
		"laser that stays on":    {plc("family: laser", strings.Replace(laserOptions, "register: 3, halts: true", "register: 3", 1)), "enabled of V1 is not set to idle by a halt"},
		"laser without a switch": {plc("family: laser", strings.Replace(laserOptions, "control: enabled", "control: shutter", 1)), "V1 has no control enabled with idle 0"},
		"max_on of a valve":      {plc("family: valve", "      max_on: 15m\n"+coil), "max_on is of a laser"},
		"model of Go":            {"agent: {name: a, listen: 127.0.0.1:9119}\ndevices:\n  - {name: V1, model: manual, family: valve}\n", "model manual is of its own family"},
	} {
		if _, list := checked(c.text); !strings.Contains(listed(list), c.want) {
			t.Errorf("%s: problems\n%swant %q", name, listed(list), c.want)
		}
	}
}

func TestDescribedInstrumentByName(t *testing.T) {
	device := func(model, options string) string {
		return "agent: {name: a, listen: 127.0.0.1:9119}\ndevices:\n  - name: d\n    model: " + model + "\n    port: serial:///dev/serial/by-id/x\n" + options
	}
	plan, list := checked(device("instrument/julabo", ""))
	if len(list) > 0 {
		t.Fatal(listed(list))
	}
	d := plan.Device("d")
	if d.Line.Line.Baud != 4800 || d.Line.Line.Bits != 7 || d.Model.Described != "ascii" || d.Point("bath") == nil {
		t.Errorf("plan = %+v, line %+v, want the library's line and points", d.Model, d.Line.Line)
	}
	if _, list = checked(device("instrument/omega-iseries", "    options: {display_unit: fahrenheit, start: '*01'}\n")); len(list) > 0 {
		t.Errorf("options that replace an address: problems\n%s", listed(list))
	}
	for _, c := range []struct{ text, want string }{
		{device("instrument/julab", ""), `model "instrument/julab" is unknown; must be one of instrument/alicat-mc`},
		{device("julabo", ""), "instrument/julabo"},
		{device("instrument/keithley-6485", "    options: {reads: [{name: x, unit: celsius, send: X}]}\n"), "has no vector"},
		{device("instrument/julabo", "    options: {begin: A}\n"), `unknown key "begin"`},
	} {
		if _, list := checked(c.text); !strings.Contains(listed(list), c.want) {
			t.Errorf("problems\n%swant %q", listed(list), c.want)
		}
	}
}
