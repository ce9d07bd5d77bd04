package rules

import (
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// AlarmState is what is remembered of one alarm. Times are monotonic.
type AlarmState struct {
	Active       bool
	Since        time.Duration // of Active
	Why          string        // the values that raised it
	Pending      bool          // When holds, not yet for long enough
	From         time.Duration // since when it is pending
	Good         bool          // active, and certainly over, not yet for long enough
	GoodFrom     time.Duration // since when it is over
	Acknowledged string        // by whom; "" = not
	Gone         bool          // it ended and nobody has acknowledged it
	ShelvedUntil time.Duration // 0 = not shelved
	ShelvedWhy   string
	Suppressed   string // why it is not judged; "" if it is
	NoValue      string // why it cannot be judged; "" if it can
	Chattering   bool
	FirstOut     bool // it was the first of a flood

	returned [2]time.Duration // its last ends, the older first; 0 = none
}

// AlarmStates are the states by the name of the alarm. They survive a reload.
type AlarmStates map[string]AlarmState

// An alarm that ends for the third time in chatterTime chatters, until it was over for as long.
const chatterTime = time.Minute

// staleTime is from when an active alarm is listed as stale: nobody has done anything about it.
const staleTime = 24 * time.Hour

// quiet says that a step of an alarm which is quiet, too, changes nothing.
func (s *AlarmState) quiet() bool {
	return !s.Active && !s.Pending && s.ShelvedUntil == 0 && s.Suppressed == "" && s.NoValue == ""
}

// begin makes the alarm active.
func (s *AlarmState) begin(now time.Duration, why string) {
	s.Active, s.Since, s.Why, s.Pending, s.Good = true, now, why, false, false
	s.Acknowledged, s.Gone = "", false
}

// end makes it over. One that nobody has acknowledged stays visible.
func (s *AlarmState) end(now time.Duration) {
	s.Gone = s.Acknowledged == ""
	s.Active, s.Since, s.Why, s.Acknowledged, s.Good, s.FirstOut = false, now, "", "", false, false
	s.returned = [2]time.Duration{s.returned[1], now}
	if s.Chattering {
		s.Chattering, s.returned = false, [2]time.Duration{}
	}
}

// returnsAgain says whether an end now would be the third in chatterTime.
func (s *AlarmState) returnsAgain(now time.Duration) bool {
	return s.returned[0] != 0 && now-s.returned[0] <= chatterTime
}

// Describe is what the alarm is now, the most important first; none for one that is quiet.
func (s AlarmState) Describe(now time.Duration) []string {
	names := []string{}
	for _, part := range []struct {
		is   bool
		name string
	}{
		{s.Active, "active"}, {(s.Active || s.Gone) && s.Acknowledged == "", "unacknowledged"}, {s.Chattering, "chattering"},
		{s.ShelvedUntil != 0, "shelved"}, {s.Suppressed != "", "suppressed"}, {s.NoValue != "", "no value"},
		{s.Active && now-s.Since > staleTime, "stale"}, {s.FirstOut, "first out"},
	} {
		if part.is {
			names = append(names, part.name)
		}
	}
	return names
}

// Acknowledge notes who has seen an alarm that is active, or that ended unseen. Any other has nothing to acknowledge.
func (s AlarmState) Acknowledge(who string) (AlarmState, error) {
	switch {
	case s.Active:
		s.Acknowledged = who
	case s.Gone:
		s.Gone = false
	default:
		return s, fmt.Errorf("it is not active and none is unacknowledged, so there is nothing to acknowledge: %w", buffer.ErrConflict)
	}
	return s, nil
}

// maxShelf is the longest an alarm may be shelved.
const maxShelf = 12 * time.Hour

// Shelve keeps people from being notified of an alarm for a while, for a reason. A time of 0 takes it off the shelf. The error wraps ErrRange
// where the time is too long or no reason is given, and ErrConflict where there is nothing to end.
func (s AlarmState) Shelve(now, d time.Duration, reason string) (AlarmState, error) {
	switch {
	case d < 0 || d > maxShelf:
		return s, fmt.Errorf("shelved for %v: %w; must be longer than nothing and at most %v", d, buffer.ErrRange, maxShelf)
	case d == 0 && s.ShelvedUntil == 0:
		return s, fmt.Errorf("it is not shelved, so there is nothing to end: %w", buffer.ErrConflict)
	case d == 0:
		s.ShelvedUntil, s.ShelvedWhy = 0, ""
	case reason == "":
		return s, fmt.Errorf("shelved without a reason: %w; must be any text that says why", buffer.ErrRange)
	default:
		s.ShelvedUntil, s.ShelvedWhy = now+d, reason
	}
	return s, nil
}
