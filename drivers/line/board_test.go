//go:build board

package line_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// The test of this file runs on a board with an FTDI adapter: `make hw` emulates one.

// The host answers on the adapter; when it reads the mark it pulls the adapter out for 2 s and plugs it again.
func TestBoardAdapter(t *testing.T) {
	ports, err := line.ListPorts("", "")
	t.Logf("ListPorts() = %+v, %v", ports, err)
	address, err := line.ParseAddress("serial://?vid=0403&pid=6001&serial=GAUGE1&baud=9600", drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- o.Run(ctx) }()
	port := o.Port("gauge")
	until := func(what string, limit time.Duration, done func(good bool, err error) bool) time.Time {
		t.Helper()
		for begun := time.Now(); time.Since(begun) < limit; time.Sleep(20 * time.Millisecond) {
			reply, err := port.Transact(ctx, []byte("PR1\r"), toLF)
			if err == nil && string(reply) != "<PR1>" {
				t.Fatalf("Transact = %q, want the request in brackets", reply)
			}
			if done(err == nil, err) {
				return time.Now()
			}
		}
		t.Fatalf("waited %v for %s; the line is %+v", limit, what, o.State())
		return time.Time{}
	}
	good := 0
	until("20 replies", 20*time.Second, func(ok bool, _ error) bool {
		if ok {
			good++
		}
		return good == 20
	})
	t.Log("PULL THE ADAPTER")
	lost := until("the loss", 10*time.Second, func(_ bool, err error) bool { return errors.Is(err, drivers.ErrPortLost) })
	back := until("its return", 15*time.Second, func(ok bool, _ error) bool { return ok })
	if s := o.State(); s.Opens != 2 {
		t.Errorf("the line was opened %d times, want 2", s.Opens)
	}
	t.Logf("answered again %v after the loss, of which it was out for 2 s", back.Sub(lost))
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}
