package rules

import (
	"fmt"
	"math"
	"slices"

	"pychron-edge/buffer"
)

// ValveState is what is known of a valve.
type ValveState uint8

// The valve states. Everything but Closed, and ToldClosed where switches are not asked for, counts as not closed; everything but Open
// as not open.
const (
	Unknown ValveState = iota // never heard, stale, missing, or both switches on
	Closed                    // as its switches show
	Open
	Moving     // commanded one way and not yet indicated there, or reserved by a command under way
	ToldClosed // it has no switch that shows it, was told to close, and closes without power
	Unproven   // it has no switch that shows it, was told to close, and nobody says what it does without power
)

func (s ValveState) String() string {
	return [...]string{"unknown", "closed", "open", "moving", "told closed", "told closed without a switch that shows it, or unpowered: closed"}[s]
}

// Situation is what a command is judged by, at one instant.
type Situation struct {
	Valve   func(Ref) ValveState // as indicated, with the moves under way; valveIn where there are none
	Latches Latches
}

// Move is a control that somebody wants to take from its idle value, and what the configuration says must be so first.
type Move struct {
	Ref
	Laser  bool
	Vent   bool  // for it, what is only told closed is not closed
	Closed []Ref // valves that must be closed
	Open   []Ref // valves that must be verified open
}

// Allowed says why interlocks, pipettes and rules refuse a move, nil if they do not. The error wraps ErrConflict.
//
// It is pure. Its caller must keep the situation from changing until the move is reserved.
func Allowed(m Move, s Situation, rules []*Rule, pipettes []*Pipette) error {
	for _, v := range m.Closed {
		if state := s.Valve(v); !state.closedFor(m) {
			return fmt.Errorf("%s must be verified closed before %s and is %s: %w", v, m.Ref, state, buffer.ErrConflict)
		}
	}
	for _, v := range m.Open {
		if state := s.Valve(v); state != Open {
			return fmt.Errorf("%s must be verified open before %s and is %s: %w", v, m.Ref, state, buffer.ErrConflict)
		}
	}
	if err := pipettesAllow(pipettes, s, m); err != nil {
		return err
	}
	for _, r := range rules {
		if err := r.allows(s.Latches[r.Name], m); err != nil {
			return err
		}
	}
	return nil
}

// closedFor says whether a valve in this state is closed enough for a move.
func (s ValveState) closedFor(m Move) bool { return s == Closed || s == ToldClosed && !m.Vent }

// allows says why a rule refuses a move: because it tripped or is about to; for a laser also because it cannot be told to be good.
func (r *Rule) allows(l *Latch, m Move) error {
	if !slices.Contains(r.Halt, m.Device) && !slices.Contains(r.Forbid, m.Ref) {
		return nil
	}
	switch {
	case l != nil && l.Bypass.Until != 0:
		return nil
	case l != nil && l.Tripped:
		return fmt.Errorf("rule %q forbids it: %s: %w", r.Name, l.Why, buffer.ErrConflict)
	case l != nil && l.pending.held:
		return fmt.Errorf("rule %q is about to trip: %s: %w", r.Name, l.NoValue, buffer.ErrConflict)
	case m.Laser && l == nil:
		return fmt.Errorf("rule %q has not been judged yet: %w", r.Name, buffer.ErrConflict)
	case m.Laser && !l.Good:
		return fmt.Errorf("rule %q is not known to be good: %s: %w", r.Name, l.NoValue, buffer.ErrConflict)
	}
	return nil
}

// Told is the state of a valve without a switch that shows it closed, by what its points say. shut says that it closes without power.
func (s ValveState) Told(shut bool) ValveState {
	switch {
	case s != Closed:
		return s
	case shut:
		return ToldClosed
	}
	return Unproven
}

// ValveIn is the state of a valve as its points say now, and the one place where that is decided: interlocks, rules, the page, its
// drawing and Pychron's clients all have it from here. A valve of which nothing was read for its stale_after is not known. One that
// was told one thing and indicates another is moving.
func ValveIn(v View, r Ref) ValveState {
	open, ok := v.state(r)
	if !ok {
		return Unknown
	}
	if commanded, ok := v.state(commandedOf(r)); ok && commanded != open {
		return Moving
	}
	if open {
		return Open
	}
	return Closed
}

// commandedOf is the point that says what a valve was told last: that of a box is named after its channel.
func commandedOf(r Ref) Ref {
	if r.Point == "open" {
		return Ref{r.Device, "commanded"}
	}
	return Ref{r.Device, r.Point + "_commanded"}
}

// state is the value of a 0/1 point; not ok if there is none, it is stale, or it is neither 0 nor 1.
func (v View) state(r Ref) (on, ok bool) {
	s := v.Sample(r)
	if s == nil || s.Missing != "" || s.Stale(v.Now) || s.Bound != buffer.Exact || math.IsNaN(s.Value) || s.Value != 0 && s.Value != 1 {
		return false, false
	}
	return s.Value == 1, true
}
