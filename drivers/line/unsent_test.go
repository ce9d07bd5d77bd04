package line_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// flushed is a handle that calls each time the line is read without waiting, as it is before every request.
type flushed struct {
	line.Handle
	timeout time.Duration
	call    func()
}

func (h *flushed) SetReadTimeout(d time.Duration) error {
	h.timeout = d
	return h.Handle.SetReadTimeout(d)
}

func (h *flushed) Read(b []byte) (int, error) {
	if h.timeout == 0 {
		h.call()
	}
	return h.Handle.Read(b)
}

// An exchange that has the line already, and is given up while the line is flushed for it, sends nothing.
func TestGivenUpBeforeTheWriteSendsNothing(t *testing.T) {
	for name, settings := range map[string]drivers.LineSettings{
		"whole request":  {},
		"byte by byte":   {Echo: "char"},
		"with a resync":  {Resync: []byte{0x1B}},
		"line is echoed": {Echo: "line"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				options, peer := drivertest.InMemory(t)
				open := options.Open
				options.Open = func(c context.Context, a line.Address) (line.Handle, error) {
					h, err := open(c, a)
					return &flushed{Handle: h, call: cancel}, err
				}
				address, err := line.ParseAddress("tcp://bench:1", settings)
				if err != nil {
					t.Fatal(err)
				}
				o := line.NewOwner(address, options)
				run(t, o)
				if _, err := o.Port("laser").Transact(ctx, []byte("ENBL 1\r"), toLF); !errors.Is(err, context.Canceled) {
					t.Errorf("Transact = %v, want %v", err, context.Canceled)
				}
				if sent := peer.Sent(); len(sent) > 0 {
					t.Errorf("the instrument was sent %q, want nothing", sent)
				}
			})
		})
	}
}
