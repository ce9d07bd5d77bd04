package main

import (
	"fmt"
	"sync"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/drivers/pin"
)

// fittings is what instruments are connected through: the real thing, or a simulation.
type fittings struct {
	lines line.Options
	chips func() (drivers.Chips, error) // opened when the first device on pins is
}

// newInstrument makes the device of a plan on its line, nil for pins. It does no I/O.
func newInstrument(env *Env, d *DevicePlan, on deviceLine, f *fittings) *instrument {
	i := &instrument{
		env: env, name: d.Name, model: d.Model, every: d.Every, heartbeat: d.Heartbeat, staleAfter: d.StaleAfter,
		maxOn: maxOnOf(d.Decoded), turn: newTurn(), wake: make(chan struct{}, 1), unasked: make(chan []byte, 64),
		odometers: newOdometers(d.Model.Family), condition: condition{health: unknown, since: env.Clock.up()},
		reads: env.IO(d.Name, "read"), halts: env.IO(d.Name, "halt"),
	}
	i.config.Store(d)
	for _, text := range env.Restored(d.Name).Notes {
		i.odometers.restore(text)
	}
	if env.Owed(d.Name) {
		i.unsent = &unsent{by: agentItself("start"), why: "a halt before the start could not reach it"}
	}
	i.teller = newTeller(env, d.Name, d.Model.Family, d.Heartbeat, i.deadband, i.odometers)
	wires := drivers.Wires{Wait: wait}
	if on != nil {
		i.wire(&wires, on)
	}
	i.open = func() (drivers.Device, error) {
		if len(d.Wiring) > 0 && wires.In == nil {
			if err := f.pins(d, &wires); err != nil {
				return nil, err
			}
		}
		return d.Model.Open(wires, d.Decoded)
	}
	return i
}

// wire connects the instrument to its line.
func (i *instrument) wire(w *drivers.Wires, on deviceLine) {
	port := on.PortWith(i.name, i.plan().Line.Line)
	if i.plan().Capture == "io" {
		port = &listenedPort{port, i}
	}
	w.Port, i.line = port, on
}

// pins requests the pins of a device.
func (f *fittings) pins(d *DevicePlan, w *drivers.Wires) error {
	chips, err := f.chips()
	if err != nil {
		return err
	}
	in, out := map[string]gpio.PinIn{}, map[string]gpio.PinOut{}
	for name, pin := range d.Wiring {
		if isOutput(d.Model, name) {
			out[name], err = chips.Out(pin)
		} else {
			in[name], err = chips.In(pin)
		}
		if err != nil {
			return fmt.Errorf("pin %s on %s: %w", name, pin.Line, err)
		}
	}
	w.In, w.Out = in, out
	return nil
}

func isOutput(m drivers.Model, pin string) bool {
	for _, name := range m.Pins.Out {
		if name == pin {
			return true
		}
	}
	return false
}

// deadband is the setting for a channel's reading, nil for the default.
func (i *instrument) deadband(channel, name string) *float64 {
	for n := range i.plan().Points {
		if p := &i.plan().Points[n]; p.Channel == channel && p.Name == name {
			return p.Deadband
		}
	}
	return nil
}

// realFittings connect instruments to the lines and pins of this machine. Chips that cannot be opened are tried again by
// the next who asks.
func realFittings() *fittings {
	var mu sync.Mutex
	var chips drivers.Chips
	return &fittings{chips: func() (drivers.Chips, error) {
		mu.Lock()
		defer mu.Unlock()
		var err error
		if chips == nil {
			chips, err = pin.Open()
		}
		return chips, err
	}}
}
