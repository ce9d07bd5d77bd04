package drivertest

import (
	"bufio"
	"context"
	"fmt"
	"testing"

	"pychron-edge/drivers"
)

// Wire is a Port with an instrument at its other end, for one goroutine. It keeps the contract of [drivers.Port]: what is
// already there is discarded before a request, nothing is written once ctx is done, replies come byte by byte. It has no
// time: a reply that does not end is ErrTimeout at once.
type Wire struct {
	T          testing.TB
	Instrument func(request string) (reply string, ok bool) // what it does not know (!ok) fails the test
	Sent       []string                                     // every request written so far

	// Before and After are called, where set, with the number of the request (from 0) before it is written and when it was:
	// the place to cancel a context. Reply may change what comes back.
	Before, After func(n int)
	Reply         func(n int, request, reply string) string

	// Whole says that a reply comes in one piece, as a datagram does, and not byte by byte.
	Whole bool

	held bool
}

// Transact is [drivers.Port.Transact].
func (w *Wire) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if w.held {
		w.T.Error("Transact on a port that is held, which waits for ever: use the Port that Hold gives")
	}
	return w.transact(ctx, request, split)
}

// Hold is [drivers.Port.Hold].
func (w *Wire) Hold(ctx context.Context, f func(drivers.Port) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.held {
		w.T.Error("Hold on a port that is held, which waits for ever")
	}
	w.held = true
	defer func() { w.held = false }()
	return f(inner{w})
}

// inner is the Port that Hold gives.
type inner struct{ *Wire }

func (i inner) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	return i.transact(ctx, request, split)
}

func (i inner) Hold(ctx context.Context, f func(drivers.Port) error) error { return f(i) }

func (w *Wire) transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	n := len(w.Sent)
	if w.Before != nil {
		w.Before(n)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sent := string(request)
	w.Sent = append(w.Sent, sent)
	reply, ok := w.Instrument(sent)
	if !ok {
		w.T.Errorf("request %q is unknown to the instrument", sent)
	}
	if w.Reply != nil {
		reply = w.Reply(n, sent, reply)
	}
	if w.After != nil {
		w.After(n)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if w.Whole && split != nil && reply != "" {
		return whole(reply, split)
	}
	return receive(reply, split)
}

// whole gives split a reply in one piece.
func whole(reply string, split bufio.SplitFunc) ([]byte, error) {
	_, token, err := split([]byte(reply), false)
	if err == nil && token == nil {
		err = drivers.ErrTimeout
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", reply, err)
	}
	return append([]byte{}, token...), nil
}
