package line

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/drivers"
)

const (
	// slice is the longest a read is waited for before a look whether the exchange was cut.
	slice = 50 * time.Millisecond
	// quiet is how long nothing comes on a line that is quiet. USB adapters deliver every 16 ms.
	quiet = 20 * time.Millisecond
	// idleLook and unaskedLook are how often an idle line is looked at: for its loss, and for lines that come unasked.
	idleLook    = time.Second
	unaskedLook = 100 * time.Millisecond
)

// datagram is the room there is for what comes at once: an Ethernet frame, or what fits into a read of a serial line.
const datagram = 1500

// errLeft says that the handle was left to the guard.
var errLeft = errors.New("left behind")

// session is the time from opening a line to losing it. One goroutine runs it.
type session struct {
	owner  *Owner
	handle Handle
	guard  *guard
	timer  *time.Timer
	wound  bool          // timer rings for a look at an idle line
	ended  chan struct{} // closed when the handle is closed
	left   chan struct{} // closed when the handle was left behind

	rx        []byte    // what came and was not taken yet
	unasked   collector // lines that came unasked
	free      time.Time // when the gap is over
	resync    bool      // Resync is due
	noisy     bool      // the last exchange failed: wait until the line is quiet
	late      time.Time // until when its reply may still come
	doubt     bool      // what came was not its reply: wait until late whatever comes
	deadline  time.Time // of the last exchange
	cutAt     time.Time // when the exchange under way was seen to be cut; zero = it is not
	separated bool      // lines may come unasked
}

func newSession(o *Owner, h Handle) *session {
	s := &session{
		owner: o, handle: h, rx: make([]byte, 0, 2*datagram), resync: true,
		ended: make(chan struct{}), left: make(chan struct{}), timer: time.NewTimer(time.Hour),
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	s.guard = &guard{abandon: s.abandon}
	o.guard = s.guard
	s.separated = o.separator != "" && o.hook != nil
	s.unasked = collector{separator: []byte(o.separator), hook: o.hook}
	return s
}

// run serves the queue until the line is lost or ctx is done, and closes the handle, unless that was left behind.
func (s *session) run(ctx context.Context) {
	defer s.timer.Stop()
	defer s.guard.over()
	err := s.serve(ctx)
	if errors.Is(err, errLeft) {
		s.handle.Close()
		s.owner.cameBack()
		return
	}
	s.owner.lose(err)
	s.handle.Close()
	close(s.ended)
}

// serve gives the line to one turn after the other. It returns why it ended.
func (s *session) serve(ctx context.Context) error {
	for {
		if !s.owner.waiting() {
			if err := s.idle(ctx); err != nil {
				return err
			}
			continue
		}
		if !s.rest(ctx) {
			return errStopped
		}
		if err := s.turnOf(ctx); err != nil {
			return err
		}
	}
}

// turnOf gives the line to the turn that is due, if it was not withdrawn.
func (s *session) turnOf(ctx context.Context) error {
	t := s.owner.next()
	switch {
	case t == nil:
		return nil
	case t.hold != nil:
		return s.serveHold(ctx, t.hold)
	}
	return s.exchange(t)
}

// serveHold gives the line to the exchanges of a Hold until that ends.
func (s *session) serveHold(ctx context.Context, h *hold) error {
	h.turn.finish(nil, nil)
	for {
		if !s.owner.waitingInside(h) {
			select {
			case <-ctx.Done():
				return errStopped
			case <-s.owner.wake:
			}
			continue
		}
		if !s.rest(ctx) {
			return errStopped
		}
		t, ended := s.owner.nextInside(h)
		if ended {
			return nil
		}
		if t == nil {
			continue
		}
		if err := s.exchange(t); err != nil {
			return err
		}
	}
}

// nextInside takes the next exchange of a Hold; ended says that the line is free again.
func (o *Owner) nextInside(h *hold) (t *turn, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if h.ended != nil {
		o.holder = nil
		return nil, true
	}
	if len(h.next) == 0 {
		return nil, false
	}
	t = h.next[0]
	h.next = append(h.next[:0], h.next[1:]...)
	o.current = t
	o.state.Exchanges++
	return t, false
}

// rest waits for the end of the gap; false when ctx is done.
func (s *session) rest(ctx context.Context) bool {
	gap := time.Until(s.free)
	if gap <= 0 {
		return ctx.Err() == nil
	}
	s.timer.Reset(gap)
	s.wound = false
	select {
	case <-ctx.Done():
		return false
	case <-s.timer.C:
		return true
	}
}

// idle waits for something to do, and looks at the line when it was left alone for some time.
func (s *session) idle(ctx context.Context) error {
	if !s.wound {
		s.timer.Reset(s.lookEvery())
		s.wound = true
	}
	select {
	case <-ctx.Done():
		return errStopped
	case <-s.owner.wake:
		return nil
	case <-s.timer.C:
	}
	if left := s.lookEvery() - time.Since(s.free); left > 0 { // it was in use meanwhile
		s.timer.Reset(left)
		return nil
	}
	s.wound = false
	return s.drain(nil)
}

// lookEvery is how often an idle line is looked at.
func (s *session) lookEvery() time.Duration {
	if s.separated {
		return unaskedLook
	}
	return idleLook
}

// read waits at most d for bytes and appends them to rx. An error is ErrPortLost.
func (s *session) read(d time.Duration) (int, error) {
	if cap(s.rx)-len(s.rx) < datagram {
		s.rx = append(make([]byte, 0, 2*cap(s.rx)), s.rx...)
	}
	if err := s.handle.SetReadTimeout(d); err != nil {
		return 0, lost(err)
	}
	n, err := s.handle.Read(s.rx[len(s.rx):cap(s.rx)])
	s.rx = s.rx[:len(s.rx)+n]
	if err != nil {
		return n, lost(err)
	}
	return n, nil
}

// write writes all of b, under the guard's eyes.
func (s *session) write(b []byte, l *drivers.LineSettings) error {
	s.guard.begin(writeBound + 2*onWire(l, len(b)))
	_, err := s.handle.Write(b)
	if !s.guard.end() {
		return errLeft
	}
	if err != nil {
		return lost(err)
	}
	return nil
}

func lost(err error) error { return fmt.Errorf("%w: %w", drivers.ErrPortLost, err) }

// abandon is called by the guard when a write does not return. Closing the handle would not end the write; it stays with
// the goroutine that writes, which closes it when the write returns after all.
func (s *session) abandon() {
	o := s.owner
	why := lost(errWedged)
	o.mu.Lock()
	o.behind++
	o.state.Wedged = true
	t := o.current
	o.current = nil
	o.mu.Unlock()
	o.lose(why)
	o.trace.add(Exchange{Time: o.now(), Device: t.device, Request: t.request, Err: why})
	t.spoiled = true
	t.finish(nil, why)
	if a, ok := s.handle.(abandoner); ok {
		a.Abandon()
	}
	close(s.left)
}

// abandoner is a Handle that can let go of its line while a Write does not return, so that it can be opened again. What
// was not sent yet must not be sent later.
type abandoner interface{ Abandon() }

// cameBack notes that a write which was left behind has returned.
func (o *Owner) cameBack() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.behind--
	o.state.Wedged = o.behind > 0
	select {
	case o.returned <- struct{}{}:
	default:
	}
}
