package drivers

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Agilent34903AOptions are those of 34903A relay cards in an Agilent (Keysight) 34970A or 34972A whose relays drive valves.
//
// Line: RS-232, best set to 9600 8N1 without flow control at the front panel (as delivered it wants XON/XOFF); LAN of a 34972A, tcp port 5025
// (UNCONFIRMED). LF. Source: docs/protocols/agilent-34970a.md (user's guide, SCPI manuals of the family, Pychron). The state of a relay is the
// mainframe's memory of what it was told: a valve is open as commanded, and is verified by an input of its own. UNCONFIRMED: that the relays stay
// without power.
type Agilent34903AOptions struct {
	Channels map[int]string `yaml:"channels"` // names of valves by relay: slot and place, 101 to 320
	Closed   string         `yaml:"closed"`   // what a closed contact does to its valve: "opens" or "closes"; mandatory (Pychron: closes, with invert opens)
}

func init() {
	register("agilent-34903a", "valve", About{
		Text: "Agilent 34903A relay cards in a 34970A or 34972A, with valves", Reads: "each relay that has a name, as commanded", Sets: "each relay that has a name",
		Source: "docs/protocols/agilent-34970a.md", Confidence: Medium, Line: daqLine,
		Example: `
  - name: valves
    model: agilent-34903a
    port: tcp://daq.lab:5025
    options: {channels: {301: V1, 302: V2}, closed: opens}
    control: true
`,
	}, Agilent34903AOptions{Channels: map[int]string{301: "A"}, Closed: "closes"}, openAgilent34903A)
}

// Check says what is wrong with o.
func (o *Agilent34903AOptions) Check() error {
	if o.Closed != "opens" && o.Closed != "closes" {
		return fmt.Errorf("closed: %q; must be opens or closes: what a closed contact does to its valve", o.Closed)
	}
	return checkDAQChannels(o.Channels)
}

// Points are what it reads.
func (o *Agilent34903AOptions) Points() []Point {
	var points []Point
	for _, c := range ordered(o.Channels) {
		points = append(points, Point{Channel: c.name, Name: "open", Told: true})
	}
	return points
}

type agilent34903A struct {
	daq
	relays []channel
	opens  bool // a closed contact opens its valve
	memory relayMemory
}

func openAgilent34903A(w Wires, o Agilent34903AOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &agilent34903A{daq: newDAQ(w.Port), relays: ordered(o.Channels), opens: o.Closed == "opens"}, nil
}

// Identify asks which card is in each slot.
func (a *agilent34903A) Identify(ctx context.Context) (Identity, error) {
	return a.identify(ctx, a.relays, "34903A")
}

// Read asks for all relays at once: "ROUT:CLOS? (@301,302,303)" 0A -> "1,0,1" 0D 0A, 1 is a closed contact.
func (a *agilent34903A) Read(ctx context.Context) ([]Reading, error) {
	fields, err := a.list(ctx, "ROUT:CLOS? "+daqList(a.relays), a.relays)
	readings, shown := make([]Reading, 0, len(a.relays)), map[int]bool{}
	for i, c := range a.relays {
		open, wrong := false, err
		if err == nil {
			open, wrong = a.opened(fields[i])
		}
		r, failed := measured(Reading{Channel: c.name, Name: "open"}, flag(open), wrong)
		if failed != nil {
			return nil, failed
		}
		if readings = append(readings, r); wrong == nil {
			shown[c.number] = open
		}
	}
	a.memory.look(shown)
	for i, c := range a.relays {
		if open, is := shown[c.number]; is {
			readings[i] = a.memory.reading(c.name, c.number, open)
		}
	}
	return readings, nil
}

// opened is whether a valve is open by the state of its contact.
func (a *agilent34903A) opened(contact string) (bool, error) {
	switch strings.TrimSpace(contact) {
	case "1":
		return a.opens, nil
	case "0":
		return !a.opens, nil
	}
	return false, unknown("ROUT:CLOS?", contact, nil)
}

// Controls are the valves, by name: 1 opens, 0 closes.
func (a *agilent34903A) Controls() []Control {
	var controls []Control
	for _, c := range a.relays {
		controls = append(controls, Control{Name: c.name, Max: 1})
	}
	return controls
}

// Set switches a relay and asks for its state.
func (a *agilent34903A) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(a.Controls(), control, value); err != nil {
		return err
	}
	at := slices.IndexFunc(a.relays, func(c channel) bool { return c.name == control })
	return a.relay(ctx, a.relays[at], value == 1)
}

// relay switches; a state that does not follow has its reason in the queue of errors.
//
//	"ROUT:CLOS (@301)" 0A, "ROUT:CLOS? (@301)" 0A -> "1" 0D 0A
//	"ROUT:OPEN (@301)" 0A, "ROUT:CLOS? (@301)" 0A -> "0" 0D 0A
func (a *agilent34903A) relay(ctx context.Context, c channel, open bool) error {
	one := []channel{c}
	a.memory.forget(c.number)
	command := "ROUT:OPEN " + daqList(one)
	if open == a.opens {
		command = "ROUT:CLOS " + daqList(one)
	}
	if err := a.line.send(ctx, command); err != nil {
		return err
	}
	fields, err := a.list(ctx, "ROUT:CLOS? "+daqList(one), one)
	if err != nil {
		return err
	}
	is, err := a.opened(fields[0])
	if err != nil {
		return err
	}
	if is == open {
		a.memory.note(c.number, open)
		return nil
	}
	why, err := a.errors(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w, and why: %w", command, ErrRefused, err)
	}
	return refused(command, strings.TrimSpace(fields[0]+" "+why))
}

// Halt closes all valves that have a name.
func (a *agilent34903A) Halt(ctx context.Context) error {
	var steps []step
	for _, c := range a.relays {
		steps = append(steps, func(ctx context.Context) error { return a.relay(ctx, c, false) })
	}
	return halting(ctx, 3, steps...)
}
