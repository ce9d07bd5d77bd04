package sim

import (
	"fmt"
	"slices"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// Chips are the pins of the board on the bench. Outputs move valves, inputs are their limit switches. Levels are logical: a
// high output is an energised coil, a high input a switch that is made.
type Chips struct {
	bench *Bench
	pins  map[string]*pin // by line
	coils []*coils
}

// coils are the outputs that move a valve: one solenoid, two that work against each other, or two that latch.
type coils struct {
	valve                         *valve
	solenoid, other, opens, shuts *pin
}

var _ drivers.Chips = (*Chips)(nil)

// Chips are the pins of the bench.
func (b *Bench) Chips() *Chips { return b.chips }

// In requests an input.
func (c *Chips) In(p drivers.Pin) (gpio.PinIn, error) {
	return c.request(p, func(at *pin) {})
}

// Out requests an output. One that was an input gets the level it fails to, others keep theirs.
func (c *Chips) Out(p drivers.Pin) (gpio.PinOut, error) {
	at, err := c.request(p, func(at *pin) {
		if !at.driven {
			c.output(at, gpio.Level(p.Fail == "on"))
		}
		at.driven = true
	})
	if err != nil {
		return nil, err
	}
	return output{at, p.Fail}, nil
}

// request a pin and do f to it.
func (c *Chips) request(p drivers.Pin, f func(*pin)) (*pin, error) {
	if err := drivers.ParsePin(p); err != nil {
		return nil, fmt.Errorf("sim: %w", err)
	}
	c.bench.mu.Lock()
	defer c.bench.mu.Unlock()
	if err := c.unplugged(p.Line); err != nil {
		return nil, err
	}
	at := c.pin(p.Line)
	f(at)
	return at, nil
}

// wire the pins of a valve.
func (c *Chips) wire(v *valve, lines map[string]string) (wired []*pin) {
	w := &coils{valve: v}
	for key, line := range lines {
		p := c.pin(line)
		wired = append(wired, p)
		switch key {
		case "solenoid":
			w.solenoid = p
		case "solenoid2":
			w.other = p
		case "open_coil":
			w.opens = p
		case "close_coil":
			w.shuts = p
		case "opened":
			p.follows = v.opened
		case "closed":
			p.follows = v.closed
		}
	}
	c.coils = append(c.coils, w)
	c.follow()
	return wired
}

// pin at a line; there is one for every name.
func (c *Chips) pin(line string) *pin {
	p, ok := c.pins[line]
	if !ok {
		p = &pin{bench: c.bench, line: line, changed: make(chan struct{})}
		c.pins[line] = p
	}
	return p
}

// energise lets the coils move their valve. Of two solenoids that work against each other the one that is on wins.
func (w *coils) energise() {
	high := func(p *pin) bool { return p != nil && bool(p.level) }
	switch {
	case w.opens != nil || w.shuts != nil:
		if high(w.opens) != high(w.shuts) {
			w.valve.commanded = high(w.opens)
		}
	case w.other != nil:
		if high(w.solenoid) != high(w.other) {
			w.valve.commanded = high(w.solenoid)
		}
	default:
		w.valve.commanded = high(w.solenoid)
	}
}

// follow brings inputs to the level of their switches. Bench.mu is held.
func (c *Chips) follow() {
	for _, p := range c.pins {
		if p.follows != nil {
			p.become(gpio.Level(p.follows()))
		}
	}
}

// output brings an output to a level. Bench.mu is held.
func (c *Chips) output(p *pin, l gpio.Level) {
	p.become(l)
	for _, w := range c.coils {
		if slices.Contains([]*pin{w.solenoid, w.other, w.opens, w.shuts}, p) {
			w.energise()
		}
	}
}

// Close frees the pins. Their levels stay, as on a board whose kernel keeps driving them.
func (c *Chips) Close() error { return nil }

// unplugged is why a pin cannot be had, nil if it can.
func (c *Chips) unplugged(line string) error {
	p := c.pins[line]
	for _, s := range c.bench.stations {
		if s.valve != nil && s.broken[Unplug] && slices.Contains(s.pins, p) {
			return fmt.Errorf("sim: pin %s of %s: unplugged", line, s.name)
		}
	}
	return nil
}
