package drivertest

import (
	"bufio"
	"context"
	"fmt"
	"testing"

	"pychron-edge/drivers"
)

// NewScript is a Port at whose other end exactly these exchanges happen, in this order. It fails the test on any other
// request, and at its end if exchanges are left over. Replies come byte by byte.
func NewScript(t testing.TB, exchanges ...Exchange) drivers.Port {
	t.Helper()
	s := &script{t: t, exchanges: exchanges}
	t.Cleanup(func() {
		if s.next < len(exchanges) {
			t.Errorf("script ended after %d of %d exchanges; next would be %q", s.next, len(exchanges), exchanges[s.next][0])
		}
	})
	return s
}

type script struct {
	t         testing.TB
	exchanges []Exchange
	next      int
}

func (s *script) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.next == len(s.exchanges) {
		s.t.Errorf("request %q after the end of the script", request)
		return nil, drivers.ErrTimeout
	}
	e := s.exchanges[s.next]
	s.next++
	if string(request) != e[0] {
		s.t.Errorf("exchange %d: request %q, want %q", s.next, request, e[0])
		return nil, drivers.ErrTimeout
	}
	return receive(e[1], split)
}

func (s *script) Hold(ctx context.Context, f func(drivers.Port) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return f(s)
}

// receive gives split the bytes of reply one after the other, as a Port does.
func receive(reply string, split bufio.SplitFunc) ([]byte, error) {
	if split == nil {
		return nil, nil
	}
	var come []byte
	for i := range len(reply) {
		come = append(come, reply[i])
		for len(come) > 0 {
			n, token, err := split(come, false)
			if err != nil {
				return nil, fmt.Errorf("%q: %w: %w", reply, drivers.ErrGarbled, err)
			}
			if token != nil {
				return append([]byte{}, token...), nil
			}
			if n == 0 {
				break
			}
			come = come[n:]
		}
	}
	return nil, fmt.Errorf("%q without an end: %w", come, drivers.ErrTimeout)
}
