package drivertest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"pychron-edge/drivers"
)

// Chips are GPIO lines in memory. They implement [drivers.Chips]. Lines come into being when they are named; they are inputs
// that are low, until they are driven or requested.
type Chips struct {
	mu     sync.Mutex // below
	lines  map[string]*gpioLine
	writes []Write
	closed bool
}

// Write is a level that was driven, as a voltage.
type Write struct {
	Line string
	High bool
}

type gpioLine struct {
	high, output, busy bool
	broken             error
	changed            chan struct{}
}

// NewChips makes GPIO lines in memory.
func NewChips() *Chips { return &Chips{lines: map[string]*gpioLine{}} }

func (c *Chips) line(name string) *gpioLine {
	if c.lines[name] == nil {
		c.lines[name] = &gpioLine{changed: make(chan struct{})}
	}
	return c.lines[name]
}

// Level is the voltage of a line: true is high.
func (c *Chips) Level(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.line(line).high
}

// Drive sets the voltage of a line from outside, as a switch does.
func (c *Chips) Drive(line string, high bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line(line).become(high)
}

// Was makes a line an output that drives a level already, as another program left it.
func (c *Chips) Was(line string, high bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.line(line)
	l.output, l.high = true, high
}

// Busy lets another program have a line, or give it back.
func (c *Chips) Busy(line string, busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line(line).busy = busy
}

// Break makes every use of a line fail with err, until err is nil.
func (c *Chips) Break(line string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line(line).broken = err
}

// Writes are the levels that were driven so far, initial levels that changed nothing included.
func (c *Chips) Writes() []Write {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.writes)
}

func (l *gpioLine) become(high bool) {
	if l.high != high {
		l.high = high
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// Out implements [drivers.Chips].
func (c *Chips) Out(p drivers.Pin) (gpio.PinOut, error) {
	l, err := c.request(p)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	if !l.output {
		l.output = true
		l.become((p.Fail == "on") != p.ActiveLow)
	}
	c.writes = append(c.writes, Write{p.Line, l.high})
	return &output{pin{c, p}}, nil
}

// In implements [drivers.Chips].
func (c *Chips) In(p drivers.Pin) (gpio.PinIn, error) {
	l, err := c.request(p)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	l.output = false
	return &input{pin: pin{c, p}}, nil
}

// request returns with mu held when err is nil.
func (c *Chips) request(p drivers.Pin) (*gpioLine, error) {
	if err := drivers.ParsePin(p); err != nil {
		return nil, err
	}
	c.mu.Lock()
	l := c.line(p.Line)
	err := l.broken
	if c.closed || l.busy {
		err = unix.EBUSY
	}
	if err != nil {
		c.mu.Unlock()
		return nil, fmt.Errorf("line %s: %w", p.Line, err)
	}
	return l, nil
}

// Close implements [drivers.Chips]. The levels stay.
func (c *Chips) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

// pin is what inputs and outputs have in common.
type pin struct {
	chips *Chips
	pin   drivers.Pin
}

func (p pin) String() string   { return p.pin.Line }
func (p pin) Name() string     { return p.pin.Line }
func (p pin) Number() int      { return -1 }
func (p pin) Function() string { return "" }

func (p pin) level() (gpio.Level, error) {
	p.chips.mu.Lock()
	defer p.chips.mu.Unlock()
	l := p.chips.line(p.pin.Line)
	return gpio.Level(l.high != p.pin.ActiveLow), l.broken
}

// output implements drivers.Output.
type output struct{ pin }

func (o *output) Out(level gpio.Level) error {
	c := o.chips
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.line(o.pin.pin.Line)
	if l.broken != nil {
		return l.broken
	}
	high := bool(level) != o.pin.pin.ActiveLow
	c.writes = append(c.writes, Write{o.pin.pin.Line, high})
	l.become(high)
	return nil
}

func (o *output) Driven() gpio.Level {
	level, _ := o.level()
	return level
}

func (o *output) Fail() (gpio.Level, bool) { return o.pin.pin.Fail == "on", o.pin.pin.Fail != "" }
func (o *output) Halt() error              { return o.Out(o.pin.pin.Fail == "on") }

func (o *output) PWM(gpio.Duty, physic.Frequency) error {
	return fmt.Errorf("line %s: no PWM", o.pin.pin.Line)
}

// input implements drivers.Input.
type input struct {
	pin
	edge gpio.Edge
}

func (i *input) In(_ gpio.Pull, edge gpio.Edge) error {
	i.edge = edge
	return nil
}

func (i *input) Level() (gpio.Level, error) {
	level, err := i.level()
	if err != nil {
		return gpio.Low, err
	}
	return level, nil
}

func (i *input) Read() gpio.Level {
	level, _ := i.Level()
	return level
}

func (i *input) WaitForEdge(timeout time.Duration) bool {
	i.chips.mu.Lock()
	changed := i.chips.line(i.pin.pin.Line).changed
	i.chips.mu.Unlock()
	var over <-chan time.Time
	if timeout >= 0 {
		over = time.After(timeout)
	}
	select {
	case <-changed:
		return i.edge != gpio.NoEdge
	case <-over:
		return false
	}
}

func (i *input) Halt() error            { return nil }
func (i *input) Pull() gpio.Pull        { return gpio.PullNoChange }
func (i *input) DefaultPull() gpio.Pull { return gpio.PullNoChange }
