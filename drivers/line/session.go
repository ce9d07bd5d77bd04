package line

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"pychron-edge/drivers"
)

const (
	// quiet is how long nothing comes on a line that is quiet. USB adapters deliver every 16 ms.
	quiet = 20 * time.Millisecond
	// idleCheck and unaskedCheck are how often an idle line is read: to notice its loss, and for lines that come unasked.
	idleCheck    = time.Second
	unaskedCheck = 100 * time.Millisecond
)

// errLeft means that the handle was left to the write watchdog, and errParked that the line is idle.
var (
	errLeft   = errors.New("left behind")
	errParked = errors.New("idle")
)

// session is the time from opening a line to losing it. One goroutine at a time runs it.
type session struct {
	tending  *tending
	owner    *Owner
	handle   Handle
	watchdog *writeWatchdog
	gap      *time.Timer // nil before the first gap that is waited for
	check    *time.Timer // of an idle line; nil before the first
	due      atomic.Bool // it is due
	armed    bool        // check runs
	armedAt  time.Time   // what free was then

	rx         []byte         // what came and was not taken yet
	unasked    collector      // lines that came unasked
	free       time.Time      // when the gap is over
	resync     bool           // Resync is due
	failed     bool           // the last exchange failed: wait until the line is quiet
	replyUntil time.Time      // until when its reply may still come
	suspect    bool           // what came was not its reply, or not all of it: wait until replyUntil whatever comes
	bare       bool           // the last reply had no end beside its bytes: what follows it is none of it
	torn       []byte         // what came of the last reply, if it did not come whole
	joined     bool           // the last reply begins with the rest of that
	deadline   time.Time      // of the last exchange
	overdue    bool           // the last exchange failed, and what answers it may still come: see confirm
	failures   map[string]int // in a row, by device; nil before the first
	maxTook    time.Duration  // that an instrument took for its reply since the line was opened
	came       time.Time      // when the reply had come of the exchange under way; zero = it has not, or something was waited for since
	cutAt      time.Time      // when the exchange under way was seen to be cut; zero = it is not
	separated  bool           // lines may come unasked

	interrupter interrupter // the handle; nil: it is none
}

func newSession(t *tending, h Handle) *session {
	o := t.owner
	s := &session{
		tending: t, owner: o, handle: h, rx: make([]byte, 0, o.address.room()), resync: true,
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	s.watchdog = &writeWatchdog{abandon: s.abandon}
	o.watchdog = s.watchdog
	s.separated = o.separator != "" && o.hook != nil
	s.unasked = collector{separator: []byte(o.separator), hook: o.hook, torn: true, silent: true}
	s.interrupter, _ = h.(interrupter)
	o.interrupter = s.interrupter
	return s
}

// run serves the queue until the line is lost or ctx is done, and closes the handle. Its error is errLeft where that had been left behind,
// and errParked where it is to be run on when there is something to do: the session is somebody else's from then on.
func (s *session) run(ctx context.Context) error {
	err := s.serve(ctx)
	if errors.Is(err, errParked) {
		return err
	}
	if s.check != nil {
		s.check.Stop()
	}
	defer s.watchdog.stop()
	if !s.watchdog.end() {
		s.handle.Close()
		s.owner.writeReturned()
		return errLeft
	}
	s.owner.lose(err)
	s.handle.Close()
	return err
}

// serve gives the line to one request after the other. It returns why it ended.
func (s *session) serve(ctx context.Context) error {
	for {
		if !s.owner.waiting() {
			if err := s.idle(ctx); err != nil {
				return err
			}
			continue
		}
		if !s.awaitGap(ctx) {
			return errStopped
		}
		if err := s.serveNext(ctx); err != nil {
			return err
		}
	}
}

// serveNext gives the line to the request that is due, if it was not taken back.
func (s *session) serveNext(ctx context.Context) error {
	r := s.owner.next()
	switch {
	case r == nil:
		return nil
	case r.hold != nil:
		return s.serveHold(ctx, r.hold)
	}
	return s.exchange(r)
}

// serveHold gives the line to the exchanges of a Hold until that ends.
func (s *session) serveHold(ctx context.Context, h *hold) error {
	h.request.finish(nil, nil)
	for {
		if !s.owner.waitingInside(h) {
			select {
			case <-ctx.Done():
				return errStopped
			case <-s.owner.wake:
			}
			continue
		}
		if !s.awaitGap(ctx) {
			return errStopped
		}
		r, ended := s.owner.nextInside(h)
		if ended {
			return nil
		}
		if r == nil {
			continue
		}
		if err := s.exchange(r); err != nil {
			return err
		}
	}
}

// nextInside takes the next exchange of a Hold; ended means that the line is free again.
func (o *Owner) nextInside(h *hold) (r *request, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if h.ended != nil {
		o.holder = nil
		return nil, true
	}
	if len(h.next) == 0 {
		return nil, false
	}
	r = h.next[0]
	h.next = append(h.next[:0], h.next[1:]...)
	o.current = r
	r.begun = time.Now()
	o.state.Exchanges++
	return r, false
}

// awaitGap waits for the end of the gap; false when ctx is done.
func (s *session) awaitGap(ctx context.Context) bool {
	gap := time.Until(s.free)
	switch {
	case gap <= 0:
		return ctx.Err() == nil
	case s.gap == nil:
		s.gap = time.NewTimer(gap)
	default:
		s.gap.Reset(gap)
	}
	select {
	case <-ctx.Done():
		s.gap.Stop()
		return false
	case <-s.gap.C:
		return true
	}
}

// idle reads the line when it was not used for some time, and parks it.
func (s *session) idle(ctx context.Context) error {
	if ctx.Err() != nil {
		return errStopped
	}
	if s.due.Swap(false) {
		s.armed = false
		if left := s.checkEvery() - time.Since(s.free); left > 0 { // it was in use meanwhile
			s.arm(left)
		} else {
			err := s.drain(nil)
			s.unasked.quiet()
			return err
		}
	}
	if !s.armed || s.free.Sub(s.armedAt) > s.checkEvery()/2 { // on a line in use it is put off again and again, and wakes nobody
		s.arm(s.checkEvery())
	}
	return s.park(ctx)
}

// arm has an idle line read in d.
func (s *session) arm(d time.Duration) {
	s.armed, s.armedAt = true, s.free
	if s.check != nil {
		s.check.Reset(d)
		return
	}
	s.check = time.AfterFunc(d, func() {
		s.due.Store(true)
		s.owner.wakeUp()
	})
}

// park leaves the line to whoever wakes it: a goroutine that did nothing but wait for that would keep its stack, which is most of what a line
// takes of the memory. The error is errParked, after which nothing of the session may be touched, or nil where there is something to do.
func (s *session) park(ctx context.Context) error {
	o := s.owner
	o.parked.Store(s.tending)
	if (o.waiting() || s.due.Load() || ctx.Err() != nil) && o.parked.CompareAndSwap(s.tending, nil) {
		return nil
	}
	return errParked
}

// checkEvery is how often an idle line is read.
func (s *session) checkEvery() time.Duration {
	if s.separated {
		return unaskedCheck
	}
	return idleCheck
}

// read waits at most d for bytes and appends them to rx; less where the exchange under way is cut. An error is ErrPortLost.
func (s *session) read(d time.Duration) (int, error) {
	if cap(s.rx)-len(s.rx) < s.owner.address.minRoom() {
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

// write writes all of b, bounded by the write watchdog.
func (s *session) write(b []byte, l *drivers.LineSettings) error {
	s.watchdog.begin(writeBound + 2*onWire(l, len(b)))
	_, err := s.handle.Write(b)
	if !s.watchdog.end() {
		return errLeft
	}
	if err != nil {
		return lost(err)
	}
	return nil
}

func lost(err error) error { return fmt.Errorf("%w: %w", drivers.ErrPortLost, err) }

// abandon is called by the write watchdog when a write does not return. Closing the handle would not end the write; it stays with
// the goroutine that writes, which closes it when the write returns after all.
func (s *session) abandon() {
	o := s.owner
	why := lost(errWedged)
	o.mu.Lock()
	o.behind++
	o.state.Wedged = true
	r := o.current
	o.current = nil
	o.mu.Unlock()
	o.lose(why)
	o.trace.add(Exchange{Time: o.stamp(time.Time{}), Device: r.device, Request: r.bytes, Err: why})
	r.spoiled = true
	r.finish(nil, why)
	if a, ok := s.handle.(abandoner); ok {
		a.Abandon()
	}
	s.tending.follow()
}

// abandoner is a Handle that can let go of its line while a Write does not return, so that it can be opened again. What
// was not sent yet must not be sent later.
type abandoner interface{ Abandon() }

// writeReturned notes that a write which was left behind has returned.
func (o *Owner) writeReturned() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.behind--
	o.state.Wedged = o.behind > 0
	select {
	case o.returned <- struct{}{}:
	default: // nobody waits, or has been told
	}
}
