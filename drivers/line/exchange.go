package line

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"pychron-edge/drivers"
)

// exchange runs one exchange and gives its caller the result. The error is why the line is to be given up, nil if it is not.
func (s *session) exchange(r *request) error {
	s.cutAt, s.came = time.Time{}, time.Time{}
	reply, err := s.transact(r)
	if errors.Is(err, errLeft) {
		return err // the write watchdog gave the caller its result
	}
	ended := s.came
	if ended.IsZero() {
		ended = time.Now()
	}
	s.afterExchange(r, err)
	came := reply
	if err != nil {
		came = s.rx
	}
	err = errorWithout(err, r.secret)
	s.owner.trace.add(Exchange{s.owner.stamp(ended), r.device, without(r.bytes, r.secret), without(came, r.secret), ended.Sub(r.begun), err})
	fatal := errors.Is(err, drivers.ErrPortLost)
	if fatal {
		s.owner.lose(err)
	}
	s.owner.mu.Lock()
	s.owner.current = nil
	gap := s.owner.gap
	s.owner.mu.Unlock()
	if r.split == nil && s.owner.address.Scheme == "serial" {
		gap += onWire(r.line, len(r.bytes))
	}
	s.free = ended.Add(gap)
	if s.interrupter != nil {
		s.interrupter.Forget() // it was for this exchange, and came too late
	}
	r.finish(reply, err)
	if fatal {
		return err
	}
	return nil
}

// afterExchange sets what has to be done before the next exchange.
func (s *session) afterExchange(r *request, err error) {
	if errors.Is(err, errUnsent) {
		return
	}
	if s.answered(r, err); err == nil {
		return
	}
	s.failed, s.resync, s.suspect = true, true, len(s.rx) > 0 // of a reply that has begun, the end may still come
	if s.replyUntil = time.Now().Add(replyGrace(r.line)); errors.Is(err, drivers.ErrGarbled) {
		s.awaitReply()
	}
}

// errUnsent marks the error of an exchange that was cut before its request was written.
var errUnsent = errors.New("nothing was sent")

// transact is one exchange.
func (s *session) transact(r *request) ([]byte, error) {
	if err := s.prepare(r); err != nil {
		return nil, err
	}
	if err := s.send(r); err != nil {
		return nil, err
	}
	s.deadline = time.Time{}
	if r.split == nil && r.line.Echo != "line" {
		return nil, nil
	}
	return s.receive(r)
}

// send writes the request. It checks ctx first: an exchange that was given up while the line was prepared sends nothing.
func (s *session) send(r *request) error {
	if r.line.Echo == "char" {
		return s.sendByChar(r)
	}
	if err := r.stopped(s.owner); err != nil {
		return fmt.Errorf("%w: %w", errUnsent, err)
	}
	if len(r.bytes) == 0 {
		return nil // to listen only
	}
	return s.write(r.bytes, r.line)
}

// sendByChar writes the request byte by byte and awaits the echo of each.
func (s *session) sendByChar(r *request) error {
	for i := range r.bytes {
		if err := r.stopped(s.owner); err != nil {
			if i == 0 {
				err = fmt.Errorf("%w: %w", errUnsent, err)
			}
			return err
		}
		if err := s.write(r.bytes[i:i+1], r.line); err != nil {
			return err
		}
		if err := s.awaitEcho(r, r.bytes[i:i+1], time.Now().Add(r.line.Deadline)); err != nil {
			return err
		}
	}
	return nil
}

// stopped is why an exchange is given up, nil if it is not.
func (r *request) stopped(o *Owner) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if !r.cut.Load() {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case r.halted:
		return ErrCut
	case o.stopping:
		return errStopped
	}
	return nil
}

// receive reads until the split function finds a token.
func (s *session) receive(r *request) ([]byte, error) {
	begun := time.Now()
	within := r.line.Deadline
	if s.owner.address.Scheme == "serial" {
		within += onWire(r.line, len(r.bytes))
	}
	deadline := begun.Add(within)
	s.deadline = deadline
	if r.line.Echo == "line" {
		if err := s.awaitEcho(r, r.bytes, deadline); err != nil || r.split == nil {
			return nil, err
		}
		begun = time.Now()
	}
	for {
		token, err := s.scan(r.split)
		if err != nil {
			return nil, err
		}
		if token != nil {
			s.came = time.Now()
			took := s.came.Sub(begun)
			if err := s.confirm(r, token); err != nil {
				return nil, err
			}
			s.maxTook = max(s.maxTook, took)
			return token, nil
		}
		if err := s.more(r, deadline); err != nil {
			return nil, err
		}
	}
}

// more reads what comes next. A cut exchange is given up when nothing comes for a moment, so that a reply on its way is not
// taken for the answer to the halt that follows.
func (s *session) more(r *request, deadline time.Time) error {
	begun := time.Until(deadline)
	for left := begun; ; left = time.Until(deadline) {
		if left <= 0 {
			return s.timeout(r)
		}
		n, err := s.read(s.readFor(r, left, begun-left))
		if err != nil {
			return err
		}
		if r.cut.Load() && (n == 0 && s.silent(begun-time.Until(deadline)) || s.sinceCut() > 2*readSlice) {
			if err := r.stopped(s.owner); err != nil {
				return err
			}
		}
		if n > 0 {
			return nil
		}
	}
}

// readFor is how long the next read waits, with left until the deadline, where nothing came for some time: where it is not ended by a cut,
// it looks again and again whether there was one.
func (s *session) readFor(r *request, left, nothing time.Duration) time.Duration {
	switch {
	case s.interrupter == nil:
		return min(left, readSlice)
	case r.cut.Load():
		return min(left, max(readSlice-nothing, time.Millisecond))
	}
	return left
}

// silent says whether nothing comes any more after a read that brought nothing, and before which nothing came for some time.
func (s *session) silent(nothing time.Duration) bool {
	return s.interrupter == nil || nothing >= readSlice
}

// sinceCut is how long the exchange has been known to be cut.
func (s *session) sinceCut() time.Duration {
	if s.cutAt.IsZero() {
		s.cutAt = time.Now()
	}
	return time.Since(s.cutAt)
}

// timeout is the error of a reply that did not come, or did not end.
func (s *session) timeout(r *request) error {
	if len(s.rx) == 0 {
		return fmt.Errorf("%w: nothing came within %v", drivers.ErrTimeout, r.line.Deadline)
	}
	return fmt.Errorf("%w: %q came within %v, and no end", drivers.ErrTimeout, s.rx[:min(len(s.rx), 80)], r.line.Deadline)
}

// scan looks for a token in what came and returns a copy of it.
func (s *session) scan(split bufio.SplitFunc) ([]byte, error) {
	for len(s.rx) > 0 {
		n, token, err := split(s.rx, false)
		if err != nil && !errors.Is(err, bufio.ErrFinalToken) {
			return nil, unreadable(err)
		}
		if n < 0 || n > len(s.rx) {
			return nil, fmt.Errorf("%w: the split function advanced by %d of %d bytes", drivers.ErrGarbled, n, len(s.rx))
		}
		if token != nil {
			token = append(make([]byte, 0, len(token)), token...)
			if s.separated {
				s.unasked.end() // of what was skipped
			}
			s.bare = n == len(token)
			s.joined = s.joins(split, n)
			s.take(n)
			return token, nil
		}
		if n == 0 {
			break
		}
		s.skip(n)
	}
	if len(s.rx) > maxReply {
		return nil, fmt.Errorf("%w: no end in %d bytes", drivers.ErrGarbled, len(s.rx))
	}
	return nil, nil
}

func unreadable(err error) error {
	if errors.Is(err, drivers.ErrGarbled) {
		return err
	}
	return fmt.Errorf("%w: %w", drivers.ErrGarbled, err)
}

// take drops the first n bytes that came.
func (s *session) take(n int) { s.rx = slices.Delete(s.rx, 0, n) }

// skip drops n bytes that do not belong to the reply: a line that came unasked, perhaps.
func (s *session) skip(n int) {
	if s.separated {
		s.unasked.add(s.rx[:n])
	}
	s.take(n)
}

// awaitEcho takes the echo of what was written.
func (s *session) awaitEcho(r *request, want []byte, deadline time.Time) error {
	for {
		n := min(len(want), len(s.rx))
		if !bytes.Equal(s.rx[:n], want[:n]) {
			return fmt.Errorf("%w: echo %q of %q", drivers.ErrGarbled, s.rx[:n], want)
		}
		if n == len(want) {
			s.take(n)
			return nil
		}
		if err := s.more(r, deadline); err != nil {
			return err
		}
	}
}
