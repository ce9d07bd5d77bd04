package pychron

import (
	"context"

	"pychron-edge/buffer"
)

// Agent is what the server uses of the agent it runs in. All of it may be called from any goroutine, and touches no instrument
// but Command, which returns once what it moved was read back.
type Agent interface {
	Valves() []Valve // in the order of the configuration
	Devices() []Device
	Pipettes() []Pipette
	Laser(device string) Laser
	Tripped() string // the halt, max_on or rule that stands, and why; "" = none does

	// Command lets a command in or refuses it, and records which. The errors are the refusals of buffer.
	Command(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error)
	// Stop stops what moves of a device.
	Stop(ctx context.Context, by buffer.Principal, device string) error
	Record(e *buffer.Event)
}

// Position is where a valve is.
type Position int

const (
	Unknown Position = iota // or not believed: no answer, stale, contradicting switches
	Open
	Closed
)

// Kind is how a valve stands in Pychron's valve file.
type Kind int

const (
	Driven Kind = iota // <valve>
	Switch             // <switch>
	Manual             // <manual_valve>
)

// Valve is one valve as it is now.
type Valve struct {
	Name            string   // as in Pychron's valve file
	Others          []string // addresses and other names it may be asked for by
	Device, Control string   // as commands name it
	Kind            Kind
	Position        Position
	Moving          bool   // a command for it is under way
	Locked          bool   // nobody may open it
	Owner           string // who alone may open it; "" = everybody
}

// open says whether the valve is shown as open: it is unless it is known to be closed.
func (v *Valve) open() bool { return v.Position != Closed || v.Moving }

// Device is one device that is no valve, with its last readings.
type Device struct {
	Names  []string // its name and its aliases
	Points []Point
	Sets   []string // controls that Set may move: no laser, and nothing hazardous
}

// Point is one reading of a device.
type Point struct {
	Names []string // its channel or name, and its aliases
	Unit  buffer.Unit
	Value float64 // in Unit
	Known bool    // the value is exact and not old
}

// Laser is one laser as it is now.
type Laser struct {
	Off         bool   // it is known to be off
	Power       string // control that sets its power; "" = it has none
	Unit        buffer.Unit
	Min, Max    float64 // of the power
	Gradual     bool    // its power rises in steps, which takes its time
	Watts       *Point  // what it puts out, and the temperature it is seen to make; nil where it does not say
	Temperature *Point
	Stage       [3]*Axis // x, y and z; nil where it has none
}

// Axis is one axis of a laser's stage.
type Axis struct {
	Device, Control string  // as commands name it
	Min, Max        float64 // where it may be sent, meters
	Position        Point   // in meters
	Moving          bool    // it moves, or is not known to stand still
}

// Pipette is a pipette with the shots taken of it.
type Pipette struct {
	Name  string
	Shots uint64
}

// Client is who asks.
type Client struct {
	Address  string // as text, without port
	Via      string // tcp or udp
	Commands bool   // false = only queries are answered
}

// name is the client as events name it.
func (c Client) name() string { return whoPrefix + c.Address }

const whoPrefix = "pychron@"

// principal is the client as the commander knows it.
func (c Client) principal() buffer.Principal {
	p := buffer.Principal{Name: c.name(), Via: c.Via}
	if c.Commands {
		p.Rights = []string{buffer.RightCommand}
	}
	return p
}
