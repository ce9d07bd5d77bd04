package line

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"time"

	"pychron-edge/drivers"
)

// errSecond marks the error of an exchange that was answered twice.
var errSecond = errors.New("the first may be the late answer to the request before")

// errJoined marks the error of a reply whose head is the end of another.
var errJoined = errors.New("it begins with the end of the reply before")

// maxOverdue is how many failures in a row make a device one that is off: the others on its line do not wait for its reply any more.
const maxOverdue = 3

// confirm makes sure that a reply is the answer to its request, where the exchange before failed and its reply never came, or not its
// end: an instrument that was only slow answers both now, one after the other. It waits for more as long as the instruments of the
// line take to answer, and refuses both when it comes. A halt does not wait.
func (s *session) confirm(r *request, token []byte) error {
	if !s.overdue && s.failures[r.device] == 0 || r.split == nil || r.priority == drivers.Halt || s.owner.address.Line.OneShot {
		return nil
	}
	if s.joined {
		return fmt.Errorf("%w: %.80q: %w", drivers.ErrGarbled, token, errJoined)
	}
	limit := s.came.Add(s.secondWithin(r.line))
	bare := s.bare
	s.came = time.Time{}
	for {
		if second := s.second(r.split, bare); second != nil {
			return fmt.Errorf("%w: %.80q was followed by %.80q: %w", drivers.ErrGarbled, token, second, errSecond)
		}
		left := time.Until(limit)
		if left <= 0 {
			return nil
		}
		if _, err := s.read(min(left, readSlice)); err != nil {
			return err
		}
		if err := r.stopped(s.owner); err != nil {
			return err
		}
	}
}

// second is what follows a reply: another one, or the beginning of it, which may be the rest of this one where the end of the reply
// before stood in front of it. The rest of a line's end is neither, and where lines come unasked, those are not. nil = nothing.
func (s *session) second(split bufio.SplitFunc, bare bool) []byte {
	if token, err := s.scan(split); err == nil && token != nil {
		return token
	}
	rest := s.rx
	if !bare {
		rest = bytes.Trim(rest, "\r\n \x00")
	}
	if s.separated || len(rest) == 0 {
		return nil
	}
	return rest
}

// joins says whether the first n bytes that came, which are a reply with an end of its own, begin with the end of the one that has
// stopped in the middle: "FF1.2E-3;FF" where that was "1.1E-3;".
func (s *session) joins(split bufio.SplitFunc, n int) bool {
	if len(s.torn) == 0 || s.bare {
		return false
	}
	both := append(s.torn[:len(s.torn):len(s.torn)], s.rx[:n]...)
	end, token, err := split(both, false)
	return err == nil && token != nil && end > len(s.torn) && end < len(both)
}

// secondWithin is how long a second reply is waited for.
func (s *session) secondWithin(l *drivers.LineSettings) time.Duration {
	if s.maxTook == 0 {
		return l.Deadline / 2
	}
	return min(s.maxTook+2*quiet, l.Deadline)
}

// answered notes how an exchange that was sent went.
func (s *session) answered(r *request, err error) {
	switch {
	case errors.Is(err, errSecond), errors.Is(err, errJoined), err == nil && r.split != nil && r.priority != drivers.Halt:
		s.overdue, s.torn = false, s.torn[:0]
		delete(s.failures, r.device)
	case err != nil && !errors.Is(err, drivers.ErrGarbled): // noise is no sign of a slow instrument
		if s.failures == nil {
			s.failures = map[string]int{}
		}
		s.failures[r.device]++
		s.overdue = s.overdue || len(s.rx) > 0 || s.failures[r.device] <= maxOverdue
	}
}
