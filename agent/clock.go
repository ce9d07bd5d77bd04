package main

import (
	"syscall"
	"time"
)

// clock is the time of one boot of the program: monotonic since its start, and what the wall says. A board has no battery
// behind its clock, so the wall may jump by years; up never does.
type clock struct {
	zero time.Time        // the start, with its monotonic reading
	wall func() time.Time // what the wall says now
	how  string           // adjtimex, trusted, simulated
	sync func() bool      // whether the wall can be believed
}

// newClock starts a boot's clock. how is "" (the kernel says whether the wall can be believed), "trusted" or "simulated".
func newClock(how string) *clock {
	c := &clock{zero: time.Now(), wall: time.Now, how: how, sync: func() bool { return true }}
	if how == "" {
		c.how, c.sync = "adjtimex", kernelSynchronised
	}
	return c
}

// up is the monotonic time since the start, in whole microseconds.
func (c *clock) up() time.Duration { return time.Since(c.zero).Truncate(time.Microsecond) }

// now is the wall's time, UTC.
func (c *clock) now() time.Time { return c.wall().Round(0).UTC() }

// steady is the wall's time as the start believed it: a step of the wall does not move it. Time limits are counted on it.
func (c *clock) steady() time.Time { return c.zero.Round(0).UTC().Add(c.up()) }

// zeroWall is what the wall now says the start was.
func (c *clock) zeroWall() time.Time { return c.now().Add(-c.up()) }

// kernelSynchronised asks adjtimex(2) whether something disciplines the clock.
func kernelSynchronised() bool {
	const timeError, unsynchronised = 5, 0x40
	var t syscall.Timex
	state, err := syscall.Adjtimex(&t)
	return err == nil && state != timeError && t.Status&unsynchronised == 0
}
