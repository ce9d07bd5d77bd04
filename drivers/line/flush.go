package line

import (
	"bytes"
	"fmt"
	"time"

	"pychron-edge/drivers"
)

// prepare discards what is on the line, and resynchronises it where that is due.
func (s *session) prepare(r *request) error {
	if err := s.flush(r); err != nil {
		return err
	}
	if !s.resync {
		return nil
	}
	if len(r.line.Resync) > 0 {
		if err := r.stopped(s.owner); err != nil {
			return fmt.Errorf("%w: %w", errUnsent, err)
		}
		if err := s.write(r.line.Resync, r.line); err != nil {
			return err
		}
		if err := s.afterResync(r); err != nil {
			return err
		}
	}
	s.resync = false
	return nil
}

// afterResync discards what Resync is answered with. A halt does not wait for it.
func (s *session) afterResync(r *request) error {
	if r.priority == drivers.Halt {
		return nil
	}
	_, err := s.untilQuiet(r, time.Now().Add(r.line.Flush+onWire(r.line, len(r.line.Resync))), time.Time{})
	s.discard()
	return err
}

// flush discards what is there. After a failure it waits until the line is quiet, and for a reply that may still come, unless
// the exchange is a halt.
func (s *session) flush(r *request) error {
	if r.priority == drivers.Halt {
		return s.drain(nil)
	}
	s.takeSuspicion()
	if !s.failed {
		return s.drain(r.line)
	}
	limit := time.Now().Add(r.line.Flush)
	if s.replyUntil.After(limit) {
		limit = s.replyUntil
	}
	came, err := s.untilQuiet(r, limit, s.replyUntil)
	if err != nil {
		return err
	}
	s.failed, s.suspect = false, false
	s.torn = append(s.torn[:0], s.rx...)
	if s.separated {
		s.rx = s.unasked.whole(s.rx)
	}
	s.drop(came)
	return nil
}

// untilQuiet reads until nothing comes for a moment, or limit. Until replyUntil it keeps waiting while
// nothing came. It returns whether anything came or was there.
func (s *session) untilQuiet(r *request, limit, replyUntil time.Time) (bool, error) {
	came := len(s.rx) > 0
	for {
		left := time.Until(limit)
		if left <= 0 {
			return came, nil
		}
		n, err := s.read(min(left, quiet))
		if err != nil {
			return came, err
		}
		if err := r.stopped(s.owner); err != nil {
			return came, fmt.Errorf("%w: %w", errUnsent, err)
		}
		if n == 0 && (came && !s.suspect || time.Now().After(replyUntil)) {
			return came, nil
		}
		came = came || n > 0
		if len(s.rx) > maxReply {
			s.discard()
		}
	}
}

// drain discards what is there without waiting, for at most Line.Flush. Where lines come unasked, it waits that long for the end
// of one that has begun; what has not ended then stays, for the split function to see whole. l is nil on an idle line.
func (s *session) drain(l *drivers.LineSettings) error {
	var limit time.Time
	for {
		n, err := s.read(0)
		if err != nil {
			return err
		}
		if n == 0 || len(s.rx) > maxReply {
			break
		}
		if now := time.Now(); limit.IsZero() && l != nil {
			limit = now.Add(l.Flush)
		} else if l == nil || now.After(limit) {
			break
		}
	}
	if !s.separated {
		s.drop(true)
		return nil
	}
	return s.drainLines(l)
}

// drop throws away what came, and counts it as one resync if it was more than the end of a reply.
func (s *session) drop(came bool) {
	if came && len(bytes.Trim(s.rx, "\r\n \x00")) > 0 {
		s.owner.mu.Lock()
		s.owner.state.Resyncs++
		s.owner.mu.Unlock()
	}
	s.discard()
}

// discard throws away what came. The rest of a line that has begun is thrown away, too, when it comes.
func (s *session) discard() {
	if s.separated && len(s.rx) > 0 {
		s.unasked.tear()
	}
	s.rx = s.rx[:0]
}

// drainLines gives whole lines to the hook, and waits for the end of one that has begun.
func (s *session) drainLines(l *drivers.LineSettings) error {
	s.rx = s.unasked.whole(s.rx)
	if l == nil {
		return nil
	}
	for limit := time.Now().Add(l.Flush); len(s.rx) > 0; {
		left := time.Until(limit)
		if left <= 0 {
			return nil
		}
		n, err := s.read(min(left, quiet))
		if err != nil || n == 0 {
			return err
		}
		s.rx = s.unasked.whole(s.rx)
	}
	return nil
}
