package pin

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"

	"pychron-edge/drivers"
)

// board are the GPIO chips of this machine. Chips, names and inputs come from periph; outputs are requested here (see
// out.go for why).
type board struct {
	kernel gpioKernel
	find   func(line string) (place, error)

	mu     sync.Mutex // below
	closed bool
	out    map[place]*outLine
	in     map[place]*inLine
}

// place is where a line is.
type place struct {
	chip   *gpioioctl.GPIOChip // nil in tests
	node   string              // "/dev/gpiochip0"
	label  string              // of the chip
	offset uint32
	name   string // "" = it has none
	moved  bool   // the chip was away and came back
}

// Open looks for the GPIO chips of the board. It requests no line. It belongs at the start of a program: where a chip
// has two names (Pi 5), periph 3.8.5 closes descriptors that are not its own while it looks.
func Open() (drivers.Chips, error) {
	chips, err := findChips()
	if err != nil {
		return nil, err
	}
	return newBoard(ioctls{}, func(line string) (place, error) { return locate(chips, line) }), nil
}

func newBoard(k gpioKernel, find func(string) (place, error)) *board {
	return &board{kernel: k, find: find, out: map[place]*outLine{}, in: map[place]*inLine{}}
}

var lookedForChips sync.Mutex

// findChips lets periph look, and repairs descriptor 0, which it closes where a chip has two names.
func findChips() ([]*gpioioctl.GPIOChip, error) {
	lookedForChips.Lock()
	defer lookedForChips.Unlock()
	stdin, dupErr := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
	_, err := driverreg.Init()
	if dupErr == nil {
		if _, gone := unix.FcntlInt(0, unix.F_GETFD, 0); gone != nil {
			err = errors.Join(err, unix.Dup3(stdin, 0, 0))
		}
		unix.Close(stdin)
	}
	if err != nil {
		return nil, fmt.Errorf("look for GPIO chips: %w", err)
	}
	if len(gpioioctl.Chips) == 0 {
		return nil, errors.New("no GPIO chip can be used: /dev/gpiochip* is absent, or not allowed for this user (group gpio)")
	}
	return gpioioctl.Chips, nil
}

// locate finds a line by name, or by the label of its chip and its offset.
func locate(chips []*gpioioctl.GPIOChip, line string) (place, error) {
	label, number, byOffset := strings.Cut(line, ":")
	if byOffset {
		return locateOffset(chips, label, number)
	}
	for _, c := range chips {
		for _, l := range c.Lines() {
			if l.Name() == line {
				return place{chip: c, node: c.Path(), label: c.Label(), offset: uint32(l.Number()), name: line}, nil
			}
		}
	}
	return place{}, fmt.Errorf("no GPIO line is called %s", line)
}

func locateOffset(chips []*gpioioctl.GPIOChip, label, number string) (place, error) {
	var found []*gpioioctl.GPIOChip
	var labels []string
	for _, c := range chips {
		labels = append(labels, c.Label())
		if c.Label() == label {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return place{}, fmt.Errorf("%d GPIO chips have the label %q; there are %s", len(found), label, strings.Join(labels, ", "))
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= found[0].LineCount() {
		return place{}, fmt.Errorf("GPIO chip %s has no line %s; must be 0 to %d", label, number, found[0].LineCount()-1)
	}
	name := found[0].Lines()[n].Name()
	if found[0].ByName(name).Number() != n {
		name = "" // shared with another line
	}
	return place{chip: found[0], node: found[0].Path(), label: label, offset: uint32(n), name: name}, nil
}

var errChipsClosed = errors.New("the GPIO lines were given back")

// Out implements [drivers.Chips].
func (b *board) Out(p drivers.Pin) (gpio.PinOut, error) {
	at, err := b.at(p)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return nil, errChipsClosed
	case b.in[at] != nil:
		return nil, fmt.Errorf("line %s is an input already", p.Line)
	}
	line := b.out[at]
	if line == nil {
		line = &outLine{kernel: b.kernel, at: at}
	}
	if err := line.acquire(lowOrHigh(p.Fail == "on", p.ActiveLow)); err != nil {
		return nil, fmt.Errorf("line %s: %w", p.Line, err)
	}
	b.out[at] = line
	return &outPin{line, p}, nil
}

// In implements [drivers.Chips].
func (b *board) In(p drivers.Pin) (gpio.PinIn, error) {
	at, err := b.at(p)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return nil, errChipsClosed
	case b.out[at] != nil:
		return nil, fmt.Errorf("line %s is an output already", p.Line)
	}
	line := b.in[at]
	if line == nil {
		line = &inLine{kernel: b.kernel, at: at}
	}
	if err := line.acquire(); err != nil {
		return nil, fmt.Errorf("line %s: %w", p.Line, err)
	}
	b.in[at] = line
	return &inPin{line: line, pin: p}, nil
}

func (b *board) at(p drivers.Pin) (place, error) {
	if err := drivers.ParsePin(p); err != nil {
		return place{}, err
	}
	return b.find(p.Line)
}

// Close implements [drivers.Chips].
func (b *board) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	var errs []error
	for _, l := range b.out {
		errs = append(errs, l.close())
	}
	for _, l := range b.in {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// lowOrHigh is the voltage of a pin that is on or off.
func lowOrHigh(on, activeLow bool) bool { return on != activeLow }
