package line

import (
	"bufio"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
)

// echo is a line whose other end sends back what it is sent.
type echo struct {
	mu   sync.Mutex
	back []byte
}

func (*echo) SetReadTimeout(time.Duration) error { return nil }
func (*echo) Close() error                       { return nil }

func (e *echo) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.back = append(e.back, b...)
	return len(b), nil
}

func (e *echo) Read(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := copy(b, e.back)
	e.back = e.back[n:]
	return n, nil
}

func onEcho(t *testing.T) (o *Owner, end func()) {
	address, err := ParseAddress("tcp://bench:1", drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o = NewOwner(address, Options{Open: func(context.Context, Address) (Handle, error) { return &echo{}, nil }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	stop := o.Start(ctx, onItsOwn, func(err error) { ended <- err })
	return o, func() {
		cancel()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the line ended with %v, want nil", err)
		}
	}
}

// A line that is open and idle has no goroutine, however long; the next exchange, and the end, find one.
func TestAnIdleLineHasNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, end := onEcho(t)
		port := o.Port("gauge")
		for range 3 {
			if _, err := port.Transact(t.Context(), []byte("A\n"), bufio.ScanLines); err != nil {
				t.Error(err)
			}
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if o.parked.Load() == nil {
				t.Error("a goroutine has the line, though it has nothing to do")
			}
		}
		end()
		if _, err := port.Transact(t.Context(), []byte("A\n"), bufio.ScanLines); err == nil {
			t.Error("an exchange after the end, want none")
		}
	})
}

// What came between a line's last look and its parking, when nobody could wake it, is seen by the look after it.
func TestALineLooksOnceMoreWhenItIsParked(t *testing.T) {
	for why, come := range map[string]func(o *Owner, s *session, cancel func()){
		"": func(*Owner, *session, func()) {},
		"a request came": func(o *Owner, _ *session, _ func()) {
			o.queue[drivers.Halt] = append(o.queue[drivers.Halt], &request{})
		},
		"it is to be looked at": func(_ *Owner, s *session, _ func()) { s.due.Store(true) },
		"it is to end":          func(_ *Owner, _ *session, cancel func()) { cancel() },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		o := NewOwner(Address{}, Options{})
		at := newTending(ctx, o, onItsOwn)
		s := newSession(at, &echo{})
		come(o, s, cancel)
		err := s.park(ctx)
		if parked, want := o.parked.Load() == at, why == ""; parked != want || (err == errParked) != want {
			t.Errorf("%s: park() = %v and may be woken %v, want %v", why, err, parked, want)
		}
		cancel()
	}
}

// A request that comes at whatever moment is served: none is lost between the line's last look and its parking.
func TestNoRequestIsLost(t *testing.T) {
	o, end := onEcho(t)
	defer end()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var devices sync.WaitGroup
	for range 4 {
		port := o.Port("gauge")
		devices.Go(func() {
			for range 2000 {
				if _, err := port.Transact(ctx, []byte("A\n"), bufio.ScanLines); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	devices.Wait()
}

// watching counts how often it was woken.
type watching struct{ woken chan struct{} }

func (w *watching) Wake() { w.woken <- struct{}{} }

// Who watches a line is woken when it is opened and when it is lost, until it does not watch any more.
func TestWatchersAreWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		address, err := ParseAddress("tcp://bench:1", drivers.LineSettings{})
		if err != nil {
			t.Fatal(err)
		}
		o := NewOwner(address, Options{Open: func(context.Context, Address) (Handle, error) { return &echo{}, nil }})
		stays, goes := &watching{make(chan struct{}, 10)}, &watching{make(chan struct{}, 10)}
		o.Watch(stays)
		o.Watch(goes)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		stop := o.Start(ctx, onItsOwn, func(err error) { ended <- err })
		synctest.Wait()
		o.Unwatch(goes)
		cancel()
		stop()
		<-ended
		if len(stays.woken) != 2 || len(goes.woken) != 1 {
			t.Errorf("woken %d times and, where it watched until the loss, %d, want 2 and 1", len(stays.woken), len(goes.woken))
		}
	})
}
