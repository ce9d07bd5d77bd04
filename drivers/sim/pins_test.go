package sim

import (
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

func TestValveMovesItsSwitches(t *testing.T) {
	b := New(Options{})
	err := b.Attach(Device{Name: "V1", Model: "valve", Pins: map[string]string{"solenoid": "GPIO17", "opened": "GPIO27", "closed": "GPIO22"}})
	if err != nil {
		t.Fatal(err)
	}
	in := func(line string) gpio.PinIn {
		p, err := b.Chips().In(drivers.Pin{Line: line})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	opened, closed := in("GPIO27"), in("GPIO22")
	coil, err := b.Chips().Out(drivers.Pin{Line: "GPIO17"})
	if err != nil {
		t.Fatal(err)
	}
	look := func(when string, wantOpened, wantClosed gpio.Level) {
		t.Helper()
		if o, c := opened.Read(), closed.Read(); o != wantOpened || c != wantClosed {
			t.Errorf("%s: opened %v closed %v, want %v %v", when, o, c, wantOpened, wantClosed)
		}
	}
	look("at first", gpio.Low, gpio.High)
	opened.In(gpio.Float, gpio.BothEdges)
	coil.Out(gpio.High)
	look("commanded", gpio.Low, gpio.High)
	b.Step(tick)
	look("on its way", gpio.Low, gpio.Low)
	if opened.WaitForEdge(0) {
		t.Error("WaitForEdge before the switch is made = true")
	}
	b.Step(valveTravel)
	look("there", gpio.High, gpio.Low)
	if !opened.WaitForEdge(time.Second) {
		t.Error("WaitForEdge after the switch was made = false")
	}
	b.Fault("V1", Silence, true)
	coil.Out(gpio.Low)
	b.Step(time.Second)
	look("stuck", gpio.High, gpio.Low)
	b.Fault("V1", Garbage, true)
	look("both on", gpio.High, gpio.High)
	b.Fault("V1", Unplug, true)
	if coil.Out(gpio.High) == nil {
		t.Error("Out of an unplugged pin = nil, want an error")
	}
	if _, err := opened.(drivers.Input).Level(); err == nil {
		t.Error("Level of an unplugged pin = nil error")
	}
}

func TestAStartMovesNoOutput(t *testing.T) {
	b := New(Options{})
	for _, d := range []Device{
		{Name: "V1", Model: "valve", Pins: map[string]string{"solenoid": "GPIO17"}},
		{Name: "V2", Model: "valve", Pins: map[string]string{"solenoid": "GPIO18"}},
	} {
		if err := b.Attach(d); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 { // the second request is that of a restarted program
		for _, c := range []struct {
			pin  drivers.Pin
			want gpio.Level
		}{{drivers.Pin{Line: "GPIO17", Fail: "on"}, gpio.High}, {drivers.Pin{Line: "GPIO18"}, gpio.Level(i == 1)}} {
			p, err := b.Chips().Out(c.pin)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.(drivers.Output).Driven(); got != c.want {
				t.Errorf("request %d of %s drives %v, want %v", i+1, c.pin.Line, got, c.want)
			}
			p.Out(gpio.High)
		}
	}
}

func TestOtherCoils(t *testing.T) {
	for name, steps := range map[string][]struct {
		pin  string
		high gpio.Level
		open bool
	}{
		"latching":        {{"open_coil", true, true}, {"open_coil", false, true}, {"close_coil", true, false}, {"close_coil", false, false}},
		"double actuated": {{"solenoid", true, true}, {"solenoid", false, true}, {"solenoid2", true, false}, {"solenoid", true, false}, {"solenoid2", false, true}},
	} {
		b := New(Options{})
		pins := map[string]string{}
		for _, s := range steps {
			pins[s.pin] = s.pin
		}
		if err := b.Attach(Device{Name: "V", Model: "valve", Pins: pins}); err != nil {
			t.Fatal(err)
		}
		for i, s := range steps {
			p, err := b.Chips().Out(drivers.Pin{Line: s.pin})
			if err != nil {
				t.Fatal(err)
			}
			p.Out(s.high)
			b.Step(time.Second)
			if v := b.stations["V"].valve; (v.position == 1) != s.open {
				t.Errorf("%s valve after step %d at %g, want open %v", name, i, v.position, s.open)
			}
		}
	}
}
