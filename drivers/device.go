package drivers

import (
	"bufio"
	"context"
	"errors"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Reading is one measured quantity of one channel.
type Reading struct {
	Channel string  // "ig", "cg1"; "" for a device with one
	Name    string  // "pressure", "temperature", "power", "open", "enabled", "intensity", "position"
	Value   float64 // in Unit; finite
	Unit    Unit
	Bound   Bound
	Missing string // not empty: there is no value, and why ("sensor off", "no sensor")
}

// Device is an instrument that can be read.
//
//   - Read returns all its readings or an error, never both.
//   - Read, Set and Halt are called by one goroutine at a time; what arrives unasked comes between them.
//   - Constructing a Device does no I/O.
type Device interface {
	Read(ctx context.Context) ([]Reading, error)
}

// Actuator is a Device that acts.
//
//   - Set moves one control to value, in the Control's unit. ErrRange if value is outside Min..Max; nothing was sent then.
//   - Halt makes it inert: it runs all its steps, each repeated until acknowledged or its bound, and joins their errors.
//     It always returns within its bound and its error names what it could not send.
type Actuator interface {
	Device
	Controls() []Control
	Set(ctx context.Context, control string, value float64) error
	Halt(ctx context.Context) error
}

// Control is one thing of an Actuator that can be set. It is named as the reading it moves.
type Control struct {
	Name           string // "open" (1 opens, 0 closes), "enabled", "power"
	Unit           Unit
	Min, Max, Idle float64 // Idle is the harmless value; closing and switching off are never refused
	Pulse          bool    // acts once and returns by itself; never repeated
	Hazard         bool    // filament, degas, high voltage, heater, vent: must be named in the configuration
	Resolution     float64 // in Unit: what is shown is the value that was set, and within this of it; 0 = not known, or what is shown is measured
}

// IsSwitch says whether a control is on or off, and nothing between.
func (c *Control) IsSwitch() bool { return c.Unit == "" && c.Min == 0 && c.Max == 1 }

// Identifier is a Device that can be asked for its type and the unit it is set to. The agent calls it after every (re)connect,
// before readings are believed, but for a [ReadsFirst]. Unit is "" where the instrument has none to set.
type Identifier interface {
	Identify(ctx context.Context) (Identity, error)
}

// ReadsFirst is an Identifier of which a reading needs nothing: Read asks for the unit itself, and Identify sets nothing. Where
// ReadsFirst is true the agent reads, and tells, the device once before it identifies it for the first time. When its line returns
// another instrument may hang there, and it is identified first as any other.
type ReadsFirst interface {
	Identifier
	ReadsFirst() bool
}

// Identity is how an instrument describes itself.
type Identity struct {
	Model  string // type and firmware, as it answers
	Serial string
	Unit   string // the unit its display and its replies are in, as it names it ("mbar", "Torr")
}

// Listener is a Device that takes lines which come unasked. It returns the readings in the line, nil if there are none.
type Listener interface {
	Unasked(line []byte) []Reading
}

// Forgetter is a Device that keeps something about the instrument (its unit, the mode it was left in), and forgets it
// when the line was lost: Forget is called before Identify after each (re)connect. It does no I/O.
type Forgetter interface {
	Forget()
}

// Port is the line to an instrument. Several devices may hang on one line; each exchange has it alone.
//
//   - Transact waits for the line, discards what is already there, writes request and reads until split finds a token,
//     which it returns as a copy. A nil split means that no reply is expected.
//   - request is the caller's: it is not kept after Transact returned. split may skip bytes (advance without a token), and
//     an empty token is a token.
//   - Before it writes, it checks ctx once more: nothing is sent after ctx is done.
//   - Hold gives f the line over several exchanges. f must use the Port it is given.
//   - Errors wrap ErrTimeout (nothing, or not enough, came before the deadline), ErrGarbled (the split function refused
//     what came), ErrPortLost (the line is gone), or ctx's error.
type Port interface {
	Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error)
	Hold(ctx context.Context, f func(Port) error) error
}

// Wires is what a device is connected by.
type Wires struct {
	Name   string // of the device: spreads over time what devices need not do together; "" = none
	Port   Port
	In     map[string]gpio.PinIn
	Out    map[string]gpio.PinOut
	Wait   func(ctx context.Context, d time.Duration) error // returns ctx's error if it is done first
	Secret func(file string) (string, error)                // the first line of a file that holds a password; its errors name no file
}

// What went wrong, wrapped by every error of this package.
var (
	ErrRange    = errors.New("outside the range")
	ErrGarbled  = errors.New("garbled reply")
	ErrRefused  = errors.New("refused by the instrument")
	ErrTimeout  = errors.New("no answer in time")
	ErrPortLost = errors.New("port lost")

	// ErrUnitChanged is returned by a Read that finds the instrument set to another unit than when it was identified. The
	// numbers are not believed; after Identify, which returns the new unit, the next Read gives them.
	ErrUnitChanged = errors.New("unit changed at the instrument")
)

// Priority orders those who wait for a line.
type Priority uint8

// The priorities, ascending. A halt also cuts the exchange under way on its line.
const (
	Poll Priority = iota
	Command
	Halt
)

type priorityKey struct{}

// WithPriority gives ctx the priority with which Transact and Hold wait for the line. The default is Poll.
func WithPriority(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, p)
}

// PriorityOf is the priority ctx carries.
func PriorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}
