package line

import (
	"errors"
	"fmt"
	"time"

	"pychron-edge/drivers"
)

// errSecond marks the error of an exchange that was answered twice.
var errSecond = errors.New("the first may be the late answer to the request before")

// maxOverdue is how many failures in a row make a device one that is off: the others on its line do not wait for its reply any more.
const maxOverdue = 3

// confirm makes sure that a reply is the answer to its request, where the exchange before failed and its reply never came: an
// instrument that was only slow answers both now, one after the other. It waits for a second reply as long as the instruments of the
// line take to answer, and refuses both when one comes. A halt does not wait.
func (s *session) confirm(r *request, token []byte) error {
	if !s.overdue && s.failures[r.device] == 0 || r.split == nil || r.priority == drivers.Halt || s.owner.address.Line.OneShot {
		return nil
	}
	limit := time.Now().Add(s.secondWithin(r.line))
	for {
		if second, err := s.scan(r.split); err == nil && second != nil {
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
	case errors.Is(err, errSecond), err == nil && r.split != nil && r.priority != drivers.Halt:
		s.overdue = false
		delete(s.failures, r.device)
	case err != nil && len(s.rx) == 0 && !errors.Is(err, drivers.ErrGarbled): // noise is no sign of a slow instrument
		s.failures[r.device]++
		s.overdue = s.overdue || s.failures[r.device] <= maxOverdue
	}
}
