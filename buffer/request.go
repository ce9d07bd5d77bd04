package buffer

import (
	"errors"
	"time"
)

// Refusals: every error of a request wraps one of these with what, where and what it must be.
var (
	ErrUnknown   = errors.New("unknown")        // there is no such thing
	ErrRange     = errors.New("out of range")   // a value outside its limits
	ErrForbidden = errors.New("not allowed")    // who asks has no right to it
	ErrConflict  = errors.New("refused")        // locked, interlock, trip, read-only
	ErrExpired   = errors.New("expired")        // not begun in time
	ErrUnsettled = errors.New("result unknown") // sent, and not known whether it was done
	ErrFailed    = errors.New("failed")         // the instrument refused or did not answer
)

// CommandRequest asks to move one control.
type CommandRequest struct {
	By      Principal
	Device  string
	Control string
	Value   float64   // in the unit of the control
	Expires time.Time // zero = never; a command not begun by then is never sent
	Note    string
	ID      string // from MQTT; an id seen before is answered again without acting
}

// CommandResult is what became of a command that was let through.
type CommandResult struct {
	Result string   `json:"result"` // success, failed, unknown; "" = it was refused
	Value  *float64 `json:"value"`  // read back; null where nothing was
	Boot   string   `json:"boot"`
	Seq    uint64   `json:"seq"` // of the command's event in the audit lane
}

// LockRequest takes or gives up a soft lock.
type LockRequest struct {
	By     Principal
	Device string
	Unlock bool
	For    time.Duration // at most 30 days; 0 = 12 h
	Owner  string        // who may command the device all the same; "" = nobody
	Reason string        // must be given to break somebody else's

	Both         bool // the idle value is refused as well
	OutOfService bool // hands are in it: nobody moves it from its idle value, and it ends only when it is lifted
}

// HoldRequest takes or renews a lease on a control: when it lapses the device is halted.
type HoldRequest struct {
	By     Principal
	Device string
	For    time.Duration
	Drop   bool
}

// HoldResult says until when the lease runs; zero = it was given up.
type HoldResult struct {
	Until time.Time `json:"until,omitzero"`
}

// ErrNotKept is wrapped where something was done, and its event is not on disk although there is a journal, or a lock is taken that would not survive a
// restart.
var ErrNotKept = errors.New("is not on disk")

// HaltResult says what a halt did. Each device that acts is in exactly one of its parts.
type HaltResult struct {
	Halted      []string          `json:"halted"`      // told to be idle, and read back as idle
	Unconfirmed map[string]string `json:"unconfirmed"` // told to be idle, and why that is not confirmed
	Failed      map[string]string `json:"failed"`      // what could not be sent
	Holding     []string          `json:"holding"`     // not told anything: it is as it was

	NotKnown []string `json:"not_known,omitempty"` // of those, the valves that nobody knows the state of
}
