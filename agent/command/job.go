package command

import (
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/device"
)

// job is a command that was let in.
type job struct {
	command    buffer.CommandRequest
	instrument *device.Device
	control    drivers.Control
	mark       uint64 // of the device's turn when it was let in
	number     uint64
	begun      bool // something was sent: it expires no more
	sent       bool // a Set was begun
	expires    time.Time
	until      time.Time // expires as it was on the steady clock when that was given; zero = it does not expire
	same       *job      // waits, and does what this one asks

	done   chan struct{} // closed when result and err are set
	result buffer.CommandResult
	err    error
}

// refusal is why a command was not let in. It wraps one of buffer's errors.
type refusal struct {
	reason string // one word, for the metric
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }

func (r *refusal) Unwrap() error { return r.err }

func refuse(reason string, is error, format string, a ...any) *refusal {
	return &refusal{reason, fmt.Errorf("%s: %w", fmt.Sprintf(format, a...), is)}
}

// reasonOf is the word for why a command was refused.
func reasonOf(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.reason
	}
	for _, w := range []struct {
		is     error
		reason string
	}{
		{buffer.ErrUnknown, "unknown"}, {buffer.ErrRange, "range"}, {buffer.ErrForbidden, "read-only"},
		{buffer.ErrExpired, "expired"}, {buffer.ErrConflict, "interlock"},
	} {
		if errors.Is(err, w.is) {
			return w.reason
		}
	}
	return "error"
}
