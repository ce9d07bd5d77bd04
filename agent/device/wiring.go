package device

import (
	"fmt"
	"sync"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/drivers/pin"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rawline"
	"pychron-edge/agent/task"
	"pychron-edge/buffer"
)

// Transport is what instruments are connected through: the real thing, or a simulation.
type Transport struct {
	Lines line.Options
	Chips func() (drivers.Chips, error) // opened when the first device on pins is
}

// New makes the device of a plan on its line, nil for pins. It does no I/O.
func New(env *Env, d *config.DevicePlan, on Line, f *Transport) *Device {
	i := &Device{
		env: env, Name: d.Name, Model: &d.Model, every: d.Every, heartbeat: d.Heartbeat, StaleAfter: d.StaleAfter,
		MaxOn: config.MaxOnOf(d.Decoded), session: newSession(), wake: make(chan struct{}, 1),
		Odometers: newOdometers(d.Model.Family), condition: condition{Health: unknown, Since: env.Clock.Up()},
		reads: env.IO(d.Name, "read"),
	}
	i.config.Store(d)
	if d.Line.Line.Unasked != "" {
		i.unasked = make(chan []byte, 64)
	}
	if d.Model.Laser {
		i.laser.onSince = max(env.Clock.Up(), 1) // until it is known to be off
	}
	for _, text := range env.Restored(d.Name).Notes {
		i.Odometers.restore(text)
	}
	if env.HaltPending(d.Name) {
		i.unsent = &unsent{by: buffer.AgentItself("start"), why: "a halt before the start could not reach it"}
	}
	i.Reporter = NewReporter(env, d.Name, d.Model.Family, d.Heartbeat, i.deadband, i.Odometers)
	i.Reporter.states = i.states
	wires := drivers.Wires{Name: d.Name, Wait: task.Wait, Secret: config.FirstLine}
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
func (i *Device) wire(w *drivers.Wires, on Line) {
	settings := i.Plan().Line.Line
	port := on.PortWith(i.Name, settings)
	if i.Plan().Serve.Listen != "" {
		if raw, ok := drivers.RawOf(i.Plan().Decoded); ok {
			i.Shared = rawline.NewShared(port, on.PortWith(i.Name, settings), raw, i.every)
			port = i.Shared.Port()
		}
	}
	if i.Plan().Capture == "io" {
		port = &capturedPort{port, i}
	}
	w.Port, i.Line = port, on
}

// pins requests the pins of a device.
func (f *Transport) pins(d *config.DevicePlan, w *drivers.Wires) error {
	chips, err := f.Chips()
	if err != nil {
		return err
	}
	in, out := map[string]gpio.PinIn{}, map[string]gpio.PinOut{}
	for name, pin := range d.Wiring {
		if isOutput(&d.Model, name) {
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

func isOutput(m *drivers.Model, pin string) bool {
	for _, name := range m.Pins.Out {
		if name == pin {
			return true
		}
	}
	return false
}

// deadband is the setting for a channel's reading, nil for the default.
func (i *Device) deadband(channel, name string) *float64 {
	for n := range i.Plan().Points {
		if p := &i.Plan().Points[n]; p.Channel == channel && p.Name == name {
			return p.Deadband
		}
	}
	return nil
}

// states are the names of the values of a channel's reading, nil for none.
func (i *Device) states(channel, name string) *drivers.States {
	for n := range i.Plan().Points {
		if p := &i.Plan().Points[n]; p.Channel == channel && p.Name == name {
			return p.States
		}
	}
	return nil
}

// RealTransport connect instruments to the lines and pins of this machine. Chips that cannot be opened are tried again by
// the next who asks.
func RealTransport() *Transport {
	var mu sync.Mutex
	var chips drivers.Chips
	return &Transport{Chips: func() (drivers.Chips, error) {
		mu.Lock()
		defer mu.Unlock()
		var err error
		if chips == nil {
			chips, err = pin.Open()
		}
		return chips, err
	}}
}
