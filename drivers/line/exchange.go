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

// longestReply is how much is read without finding the end of a reply.
const longestReply = 64 << 10

// exchange runs one exchange and gives its caller the result. The error is why the line is to be given up, nil if it is not.
func (s *session) exchange(t *turn) error {
	begun := time.Now()
	s.cutAt = time.Time{}
	reply, err := s.transact(t)
	if errors.Is(err, errLeft) {
		return err // the guard gave the caller its result
	}
	s.after(t, err)
	came := reply
	if err != nil {
		came = s.rx
	}
	s.owner.trace.add(Exchange{s.owner.now(), t.device, t.request, came, time.Since(begun), err})
	fatal := errors.Is(err, drivers.ErrPortLost)
	if fatal {
		s.owner.lose(err)
	}
	s.owner.mu.Lock()
	s.owner.current = nil
	s.owner.mu.Unlock()
	t.finish(reply, err)
	if fatal {
		return err
	}
	return nil
}

// after notes what the end of an exchange means for the next.
func (s *session) after(t *turn, err error) {
	s.owner.mu.Lock()
	s.free = time.Now().Add(s.owner.gap)
	s.owner.mu.Unlock()
	if t.split == nil && s.owner.address.Scheme == "serial" {
		s.free = s.free.Add(onWire(t.line, len(t.request)))
	}
	if err == nil || errors.Is(err, errUnsent) {
		return
	}
	s.noisy, s.resync, s.doubt = true, true, false
	if s.late = time.Now().Add(lateness(t.line)); errors.Is(err, drivers.ErrGarbled) {
		s.doubtful()
	}
}

// errUnsent marks the error of an exchange that was cut before its request was written.
var errUnsent = errors.New("nothing was sent")

// transact is one exchange.
func (s *session) transact(t *turn) ([]byte, error) {
	if err := s.prepare(t); err != nil {
		return nil, err
	}
	if err := s.send(t); err != nil {
		return nil, err
	}
	s.deadline = time.Time{}
	if t.split == nil && t.line.Echo != "line" {
		return nil, nil
	}
	return s.receive(t)
}

// send writes the request. Before that it looks at ctx once more.
func (s *session) send(t *turn) error {
	if t.line.Echo == "char" {
		return s.sendByChar(t)
	}
	if err := t.stopped(s.owner); err != nil {
		return fmt.Errorf("%w: %w", errUnsent, err)
	}
	if len(t.request) == 0 {
		return nil // to listen only
	}
	return s.write(t.request, t.line)
}

// sendByChar writes the request byte by byte and awaits the echo of each.
func (s *session) sendByChar(t *turn) error {
	for i := range t.request {
		if err := t.stopped(s.owner); err != nil {
			if i == 0 {
				err = fmt.Errorf("%w: %w", errUnsent, err)
			}
			return err
		}
		if err := s.write(t.request[i:i+1], t.line); err != nil {
			return err
		}
		if err := s.awaitEcho(t, t.request[i:i+1], time.Now().Add(t.line.Deadline)); err != nil {
			return err
		}
	}
	return nil
}

// stopped is why an exchange is given up, nil if it is not.
func (t *turn) stopped(o *Owner) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if !t.cut.Load() {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case t.halted:
		return ErrCut
	case o.stopping:
		return errStopped
	}
	return nil
}

// receive reads until the split function finds a token.
func (s *session) receive(t *turn) ([]byte, error) {
	deadline := time.Now().Add(t.line.Deadline)
	if s.owner.address.Scheme == "serial" {
		deadline = deadline.Add(onWire(t.line, len(t.request)))
	}
	s.deadline = deadline
	if t.line.Echo == "line" {
		if err := s.awaitEcho(t, t.request, deadline); err != nil || t.split == nil {
			return nil, err
		}
	}
	for {
		token, err := s.scan(t.split)
		if token != nil || err != nil {
			return token, err
		}
		if err := s.more(t, deadline); err != nil {
			return nil, err
		}
	}
}

// more reads what comes next. A cut exchange is given up when nothing comes for a moment, so that a reply on its way is not
// taken for the answer to the halt that follows.
func (s *session) more(t *turn, deadline time.Time) error {
	for {
		left := time.Until(deadline)
		if left <= 0 {
			return s.timeout(t)
		}
		n, err := s.read(min(left, slice))
		if err != nil {
			return err
		}
		if t.cut.Load() && (n == 0 || s.cutFor() > 2*slice) {
			if err := t.stopped(s.owner); err != nil {
				return err
			}
		}
		if n > 0 {
			return nil
		}
	}
}

// cutFor is how long the exchange has been known to be cut.
func (s *session) cutFor() time.Duration {
	if s.cutAt.IsZero() {
		s.cutAt = time.Now()
	}
	return time.Since(s.cutAt)
}

// timeout is the error of a reply that did not come, or did not end.
func (s *session) timeout(t *turn) error {
	if len(s.rx) == 0 {
		return fmt.Errorf("%w: nothing came within %v", drivers.ErrTimeout, t.line.Deadline)
	}
	return fmt.Errorf("%w: %q came within %v, and no end", drivers.ErrTimeout, s.rx[:min(len(s.rx), 80)], t.line.Deadline)
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
			s.take(n)
			return token, nil
		}
		if n == 0 {
			break
		}
		s.skip(n)
	}
	if len(s.rx) > longestReply {
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
func (s *session) awaitEcho(t *turn, want []byte, deadline time.Time) error {
	for {
		n := min(len(want), len(s.rx))
		if !bytes.Equal(s.rx[:n], want[:n]) {
			return fmt.Errorf("%w: echo %q of %q", drivers.ErrGarbled, s.rx[:n], want)
		}
		if n == len(want) {
			s.take(n)
			return nil
		}
		if err := s.more(t, deadline); err != nil {
			return err
		}
	}
}
