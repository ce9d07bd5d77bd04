package clock

import (
	"syscall"
	"time"
)

// Clock is the time of one boot of the program: monotonic since its start, and what the wall says. A board has no battery
// behind its clock, so the wall may jump by years; up never does.
type Clock struct {
	Zero time.Time        // the start, with its monotonic reading
	Wall func() time.Time // what the wall says now; nil: what the system says
	How  string           // adjtimex, trusted, simulated
	Sync func() bool      // whether the wall can be believed
}

// NewClock starts a boot's clock. how is "" (the kernel says whether the wall can be believed), "trusted" or "simulated".
func NewClock(how string) *Clock {
	c := &Clock{Zero: time.Now(), How: how, Sync: func() bool { return true }}
	if how == "" {
		c.How, c.Sync = "adjtimex", kernelSynchronised
	}
	return c
}

// Up is the monotonic time since the start, in whole microseconds. Truncate would divide by a number that the compiler does not know,
// which an ARMv6 does bit by bit.
func (c *Clock) Up() time.Duration {
	return whole(time.Since(c.Zero))
}

func whole(up time.Duration) time.Duration { return up - up%time.Microsecond }

// Now is the wall's time, UTC, in whole microseconds: nothing that is recorded is told more exactly.
func (c *Clock) Now() time.Time {
	if c.Wall != nil {
		return wall(c.Wall())
	}
	return wall(time.Now())
}

// wall is t without its monotonic reading, in UTC and whole microseconds.
func wall(t time.Time) time.Time {
	ns := t.Nanosecond()
	return time.Unix(t.Unix(), int64(ns-ns%1000)).UTC()
}

// Both are Now and Up, of one look at the system's clock.
func (c *Clock) Both() (now time.Time, up time.Duration) {
	if c.Wall != nil {
		return c.Now(), c.Up()
	}
	t := time.Now()
	return wall(t), whole(t.Sub(c.Zero))
}

// Steady is the wall's time as the start believed it: a step of the wall does not move it. Time limits are counted on it.
func (c *Clock) Steady() time.Time { return c.Zero.Round(0).UTC().Add(c.Up()) }

// ZeroWall is what the wall now says the start was.
func (c *Clock) ZeroWall() time.Time { return c.Now().Add(-c.Up()) }

// kernelSynchronised asks adjtimex(2) whether something disciplines the clock.
func kernelSynchronised() bool {
	const timeError, unsynchronised = 5, 0x40
	var t syscall.Timex
	state, err := syscall.Adjtimex(&t)
	return err == nil && state != timeError && t.Status&unsynchronised == 0
}
