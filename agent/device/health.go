package device

import (
	"context"
	"errors"
	"time"

	"pychron-edge/drivers"
)

// health is how a device is doing, as Pychron words it.
type health string

const (
	unknown     health = "unknown"     // not yet heard
	Healthy     health = "healthy"     // answered when last asked
	degraded    health = "degraded"    // missed an answer or two
	unavailable health = "unavailable" // does not answer, or its line is gone
)

const (
	givenUp      = 3                // failures in a row from which a device is unavailable
	repeatEvery  = 10 * time.Minute // between events of a failure that goes on
	aloneLimit   = time.Second      // longest pause between tries of a device that has its line to itself
	sharingLimit = 30 * time.Second // and of one whose silence takes time from others
)

// condition is the course of a device's health. Its steps are pure: given what happened and when, they say what to tell.
type condition struct {
	Health   health
	Since    time.Duration // of this health, up
	Success  time.Duration // last one, up; 0 = never
	failures int           // in a row
	class    string        // of the failure that goes on
	Why      string
	reported time.Duration // when the failure was last told
}

// succeed notes an answer. It says whether this ended a failure that was told.
func (c *condition) succeed(up time.Duration) (recovered bool, failures int) {
	recovered, failures = c.failures > 0, c.failures
	c.Success, c.failures, c.class, c.Why = up, 0, "", ""
	c.become(Healthy, up)
	return recovered, failures
}

// fail notes a failure. It says whether it is to be told: the first, one of another class, or one that has gone on for ten
// minutes since it was last told.
func (c *condition) fail(err error, up time.Duration) (report bool) {
	class := classOf(err)
	report = c.failures == 0 || class != c.class || up-c.reported >= repeatEvery
	c.failures++
	c.class, c.Why = class, err.Error()
	if report {
		c.reported = up
	}
	if c.failures >= givenUp || class == "port lost" {
		c.become(unavailable, up)
	} else {
		c.become(degraded, up)
	}
	return report
}

func (c *condition) become(to health, up time.Duration) {
	if c.Health != to {
		c.Health, c.Since = to, up
	}
}

// pause is how long to wait before the next poll, from the beginning of the last: its period while the device answers, then
// twice as long with every failure. A dead device must not take the time of those who share its line.
func (c *condition) pause(every time.Duration, alone bool) time.Duration {
	if c.failures == 0 {
		return every
	}
	limit := max(every, sharingLimit)
	if alone {
		limit = max(every, aloneLimit)
	}
	return min(every<<min(c.failures, 16), limit)
}

// classOf is the kind of an error, in words: a failure is told again when it changes.
func classOf(err error) string {
	for _, c := range []struct {
		is   error
		name string
	}{
		{drivers.ErrPortLost, "port lost"},
		{drivers.ErrTimeout, "no answer"},
		{drivers.ErrGarbled, "garbled"},
		{drivers.ErrRefused, "refused"},
		{drivers.ErrRange, "out of range"},
		{errHalted, "halted"},
		{context.Canceled, "cancelled"},
	} {
		if errors.Is(err, c.is) {
			return c.name
		}
	}
	return "error"
}

// repeatable says whether asking once more may help: the request or its answer was lost on the way.
func repeatable(err error) bool {
	return errors.Is(err, drivers.ErrTimeout) || errors.Is(err, drivers.ErrGarbled)
}
