package pin

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"pychron-edge/drivers"
)

// gpioKernel are the requests of the GPIO character device (uAPI v2) that outputs need.
type gpioKernel interface {
	// request takes a line as it is: neither its direction nor its level changes. EBUSY if another process has it.
	request(node string, offset uint32) (gpioLine, error)
	// info says whether a line is an output, and who has it.
	info(node string, offset uint32) (output bool, consumer string, err error)
	// find is the node of the chip with a label whose line at offset has the name, "" for any.
	find(label, name string, offset uint32) (node string, err error)
}

// gpioLine is a requested line. Levels are voltages: true is high.
type gpioLine interface {
	get() (bool, error)
	set(high bool) error
	output(high bool) error // makes it an output that begins with this level, in one step
	input() error
	close() error
}

// outLine is a requested output. periph 3.8.5's own outputs are not used: they drive low before they drive high, become an
// input with pull-up when they are read, and never recover from EBUSY (periph/host#75, PR #77). This one is requested as it is, learns
// the level that it drives already, and becomes an output with the right level in one step.
type outLine struct {
	kernel gpioKernel
	at     place

	mu   sync.Mutex // below
	line gpioLine   // nil: not had
	high bool       // as last driven
}

// acquire requests the line, if that was not done or did not work. Where it was an output it goes on driving what it
// drives, else it begins with initial.
func (o *outLine) acquire(initial bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line != nil {
		return nil
	}
	line, err := o.take()
	if err != nil {
		return err
	}
	output, _, err := o.kernel.info(o.at.node, o.at.offset)
	level := initial
	if err == nil && output {
		level, err = line.get()
	}
	if err == nil {
		err = line.output(level)
	}
	if err != nil {
		return errors.Join(err, line.close())
	}
	o.line, o.high = line, level
	return nil
}

// take requests the line as it is, and its error names the process that has it.
func (o *outLine) take() (gpioLine, error) {
	line, err := o.at.request(o.kernel)
	if errors.Is(err, unix.EBUSY) {
		if _, consumer, infoErr := o.kernel.info(o.at.node, o.at.offset); infoErr == nil {
			return nil, fmt.Errorf("in use by %q: %w", consumer, err)
		}
	}
	return line, err
}

// drive sets the level. A line that is not had, or was lost, is requested with that level.
func (o *outLine) drive(high bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line == nil {
		line, err := o.take()
		if err != nil {
			return err
		}
		if err := line.output(high); err != nil {
			return errors.Join(err, line.close())
		}
		o.line, o.high = line, high
		return nil
	}
	if err := o.line.set(high); err != nil {
		err = errors.Join(err, o.line.close())
		o.line = nil
		return err
	}
	o.high = high
	return nil
}

func (o *outLine) driven() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.high
}

func (o *outLine) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line == nil {
		return nil
	}
	err := o.line.close()
	o.line = nil
	return err
}

// outPin is an output as a driver sees it: logical levels. It implements [drivers.Output].
type outPin struct {
	line *outLine
	pin  drivers.Pin
}

// Out drives the level.
func (p *outPin) Out(l gpio.Level) error {
	if err := p.line.drive(lowOrHigh(bool(l), p.pin.ActiveLow)); err != nil {
		return fmt.Errorf("line %s: %w", p.pin.Line, err)
	}
	return nil
}

// Driven implements [drivers.Output].
func (p *outPin) Driven() gpio.Level {
	return gpio.Level(p.line.driven() != p.pin.ActiveLow)
}

// Fail implements [drivers.Output].
func (p *outPin) Fail() (gpio.Level, bool) { return p.pin.Fail == "on", p.pin.Fail != "" }

// Halt drives the level of a halted output.
func (p *outPin) Halt() error { return p.Out(p.pin.Fail == "on") }

// PWM is not to be had.
func (p *outPin) PWM(gpio.Duty, physic.Frequency) error {
	return fmt.Errorf("line %s: no PWM", p.pin.Line)
}

// String, Name, Number and Function implement [gpio.PinOut].
func (p *outPin) String() string   { return p.pin.Line }
func (p *outPin) Name() string     { return p.pin.Line }
func (p *outPin) Number() int      { return int(p.line.at.offset) }
func (p *outPin) Function() string { return "Out/" + p.Driven().String() }
