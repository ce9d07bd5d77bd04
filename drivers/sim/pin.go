package sim

import (
	"errors"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// pin is one line of the board.
type pin struct {
	bench   *Bench
	line    string
	level   gpio.Level
	driven  bool // it was requested as an output
	edge    gpio.Edge
	missed  bool          // an edge came that nobody has waited for yet
	changed chan struct{} // closed at the next edge, and when the pin is set up anew
	follows func() bool   // the switch it is wired to
}

// become changes the level. Bench.mu is held.
func (p *pin) become(l gpio.Level) {
	if p.level == l {
		return
	}
	p.level = l
	if p.edge == gpio.BothEdges || p.edge == gpio.RisingEdge && bool(l) || p.edge == gpio.FallingEdge && !bool(l) {
		p.missed = true
		p.wake()
	}
}

func (p *pin) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// In sets up the edge that is waited for.
func (p *pin) In(_ gpio.Pull, edge gpio.Edge) error {
	p.bench.mu.Lock()
	defer p.bench.mu.Unlock()
	p.edge, p.missed = edge, false
	p.wake()
	return nil
}

// Read is the level now, Low if it cannot be read.
func (p *pin) Read() gpio.Level {
	level, _ := p.Level()
	return level
}

// Level is the level now.
func (p *pin) Level() (gpio.Level, error) {
	p.bench.mu.Lock()
	defer p.bench.mu.Unlock()
	if err := p.bench.chips.unplugged(p.line); err != nil {
		return gpio.Low, err
	}
	return p.level, nil
}

// WaitForEdge waits for the edge of In, for ever if timeout is negative.
func (p *pin) WaitForEdge(timeout time.Duration) bool {
	p.bench.mu.Lock()
	if p.missed {
		p.missed = false
		p.bench.mu.Unlock()
		return true
	}
	changed := p.changed
	p.bench.mu.Unlock()
	var over <-chan time.Time
	if timeout >= 0 {
		t := time.NewTimer(timeout)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-changed:
	case <-over:
	}
	p.bench.mu.Lock()
	defer p.bench.mu.Unlock()
	came := p.missed
	p.missed = false
	return came
}

// Out brings the pin to a level; what hangs on it begins to move at the next step.
func (p *pin) Out(l gpio.Level) error {
	p.bench.mu.Lock()
	defer p.bench.mu.Unlock()
	if err := p.bench.chips.unplugged(p.line); err != nil {
		return err
	}
	p.bench.chips.output(p, l)
	return nil
}

// PWM is not to be had.
func (p *pin) PWM(gpio.Duty, physic.Frequency) error {
	return errors.New("sim: pin " + p.line + ": no PWM")
}

// Halt ends a wait; the level stays.
func (p *pin) Halt() error {
	p.bench.mu.Lock()
	defer p.bench.mu.Unlock()
	p.wake()
	return nil
}

func (p *pin) Pull() gpio.Pull        { return gpio.Float }
func (p *pin) DefaultPull() gpio.Pull { return gpio.Float }
func (p *pin) Name() string           { return p.line }
func (p *pin) String() string         { return p.line }
func (p *pin) Number() int            { return -1 }
func (p *pin) Function() string       { return "sim" }

// output is a pin that was requested as one, with the level it fails to.
type output struct {
	*pin
	fail string
}

// Driven is the level it drives.
func (o output) Driven() gpio.Level {
	o.bench.mu.Lock()
	defer o.bench.mu.Unlock()
	return o.level
}

// Fail is the level of a halted output, where one is configured.
func (o output) Fail() (gpio.Level, bool) { return o.fail == "on", o.fail != "" }
