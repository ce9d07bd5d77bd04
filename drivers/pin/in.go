package pin

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"

	"pychron-edge/drivers"
)

// inLine is an input. Lines that have a name are read through periph's LineSet, which reports errors; its GPIOLine does not,
// and changes directions (periph/host#75). A line without a name cannot be in a LineSet and is requested here; it has no edges. So is one whose chip was away, for
// periph keeps the descriptor of the old one.
type inLine struct {
	kernel gpioKernel
	at     place

	mu   sync.Mutex         // below
	set  *gpioioctl.LineSet // named
	line gpioLine           // unnamed
	pull gpio.Pull
	edge gpio.Edge
}

// acquire requests the line as an input, if that was not done or did not work.
func (i *inLine) acquire() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.set != nil || i.line != nil {
		return nil
	}
	return i.request()
}

// request requests the line with pull and edge. mu is held.
func (i *inLine) request() error {
	if i.at.chip != nil && i.at.name != "" && !i.at.moved {
		set, err := i.at.chip.LineSet(gpioioctl.LineInput, i.edge, i.pull, i.at.name)
		if err == nil {
			i.set = set
		}
		if !gone(err) {
			return err
		}
	}
	if i.edge != gpio.NoEdge {
		return errNoEdges
	}
	line, err := i.at.request(i.kernel)
	if err != nil {
		return err
	}
	if err := line.input(); err != nil {
		return errors.Join(err, line.close())
	}
	i.line = line
	return nil
}

// again requests the line with another pull or edge.
func (i *inLine) again(pull gpio.Pull, edge gpio.Edge) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.pull == pull && i.edge == edge && (i.set != nil || i.line != nil) {
		return nil
	}
	err := i.free()
	i.pull, i.edge = pull, edge
	return errors.Join(err, i.request())
}

// read is the voltage now. A line that was lost is requested again.
func (i *inLine) read() (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.set == nil && i.line == nil {
		if err := i.request(); err != nil {
			return false, err
		}
	}
	high, err := i.look()
	if err != nil {
		err = errors.Join(err, i.free())
	}
	return high, err
}

func (i *inLine) look() (bool, error) {
	if i.set == nil {
		return i.line.get()
	}
	bits, err := i.set.Read(1)
	return bits&1 != 0, err
}

// free gives the line back. mu is held.
func (i *inLine) free() error {
	var err error
	if i.set != nil {
		err = i.set.Close()
	}
	if i.line != nil {
		err = i.line.close()
	}
	i.set, i.line = nil, nil
	return err
}

func (i *inLine) close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.free()
}

// errNoEdges is the error of a line without a name, and of one that was set up for none.
var errNoEdges = errors.New("it has no edges; must be a line with a name, after In with an edge")

// waitSlice is the longest that one wait of periph's is let run: its Halt is lost when it comes before the wait.
const waitSlice = 100 * time.Millisecond

// wait waits for an edge, for ever if timeout is negative (periph's own returns at once then, periph/host#78). When the chip is
// gone it waits for the end of the timeout, so that a caller that waits again does not spin.
func (i *inLine) wait(timeout time.Duration, halted <-chan struct{}) bool {
	for begun := time.Now(); ; {
		left := waitSlice
		if timeout >= 0 {
			left = min(left, max(timeout-time.Since(begun), time.Microsecond))
		}
		i.mu.Lock()
		set, edge := i.set, i.edge
		i.mu.Unlock()
		err := errNoEdges
		if set != nil && edge != gpio.NoEdge {
			_, _, err = set.WaitForEdge(left)
		}
		if err == nil {
			return true
		}
		pause := time.Duration(0)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			pause = left
		}
		select {
		case <-halted:
			return false
		case <-time.After(pause):
		}
		if timeout >= 0 && time.Since(begun) >= timeout {
			return false
		}
	}
}

// inPin is an input as a driver sees it: logical levels. It implements [drivers.Input].
type inPin struct {
	line *inLine
	pin  drivers.Pin

	mu   sync.Mutex // below
	halt chan struct{}
}

// In sets pull and edge. Edges of an active_low pin are logical as well.
func (p *inPin) In(pull gpio.Pull, edge gpio.Edge) error {
	if p.pin.ActiveLow && edge != gpio.BothEdges && edge != gpio.NoEdge {
		edge = gpio.RisingEdge + gpio.FallingEdge - edge
	}
	if err := p.line.again(pull, edge); err != nil {
		return fmt.Errorf("line %s: %w", p.pin.Line, err)
	}
	return nil
}

// Level implements [drivers.Input].
func (p *inPin) Level() (gpio.Level, error) {
	high, err := p.line.read()
	if err != nil {
		return gpio.Low, fmt.Errorf("line %s: %w", p.pin.Line, err)
	}
	return gpio.Level(high != p.pin.ActiveLow), nil
}

// Read is Level, Low if it cannot be read.
func (p *inPin) Read() gpio.Level {
	level, _ := p.Level()
	return level
}

// WaitForEdge waits for the edge of In, for ever if timeout is negative.
func (p *inPin) WaitForEdge(timeout time.Duration) bool { return p.line.wait(timeout, p.halting()) }

// Halt ends a wait, also one that has not begun yet.
func (p *inPin) Halt() error {
	halt := p.halting()
	select {
	case halt <- struct{}{}:
	default:
	}
	return nil
}

func (p *inPin) halting() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.halt == nil {
		p.halt = make(chan struct{}, 1)
	}
	return p.halt
}

// Pull, DefaultPull, String, Name, Number and Function implement [gpio.PinIn].
func (p *inPin) Pull() gpio.Pull        { return p.line.pull }
func (p *inPin) DefaultPull() gpio.Pull { return gpio.PullNoChange }
func (p *inPin) String() string         { return p.pin.Line }
func (p *inPin) Name() string           { return p.pin.Line }
func (p *inPin) Number() int            { return int(p.line.at.offset) }
func (p *inPin) Function() string       { return "In" }
