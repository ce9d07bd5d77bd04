package block

import "time"

// Units of the columns of time.
const (
	inMicroseconds = 0 // time and up in whole microseconds
	inNanoseconds  = 1 // time and up in nanoseconds
	inSeconds      = 2 // time as seconds and nanoseconds in a column each, up in nanoseconds
)

// clocks is the times and ups of an Appender.
type clocks struct {
	seconds, rests []int64         // since 1970, and the nanoseconds beyond them
	ups            []int64         // nanoseconds
	unfit          [inSeconds]bool // the units that do not hold all of them exactly
}

// The seconds that whole microseconds and nanoseconds in 64 bits reach both ways.
const (
	maxMicroseconds = 1<<63/1_000_000 - 1
	maxNanoseconds  = 1<<63/1_000_000_000 - 1
)

func (c *clocks) add(t time.Time, up time.Duration) {
	seconds, rest := t.Unix(), int64(t.Nanosecond())
	c.seconds, c.rests, c.ups = append(c.seconds, seconds), append(c.rests, rest), append(c.ups, int64(up))
	if rest%1000 != 0 || up%time.Microsecond != 0 || seconds > maxMicroseconds || seconds < -maxMicroseconds {
		c.unfit[inMicroseconds] = true
	}
	if seconds > maxNanoseconds || seconds < -maxNanoseconds {
		c.unfit[inNanoseconds] = true
	}
}

func (c *clocks) reset() { *c = clocks{seconds: c.seconds[:0], rests: c.rests[:0], ups: c.ups[:0]} }

// unit is the coarsest that holds all of them.
func (c *clocks) unit() byte {
	switch {
	case !c.unfit[inMicroseconds]:
		return inMicroseconds
	case !c.unfit[inNanoseconds]:
		return inNanoseconds
	}
	return inSeconds
}

// appendTo appends the columns of time and up: up as what it is less than the time, which is nearly the same in all readings of a boot.
func (c *clocks) appendTo(dst []byte) []byte {
	unit := c.unit()
	dst = append(dst, unit)
	if unit == inSeconds {
		return appendColumn(appendColumn(appendColumn(dst, c.seconds), c.rests), c.ups)
	}
	for i, s := range c.seconds { // they are not needed any more
		t, up := s*1_000_000_000+c.rests[i], c.ups[i]
		if unit == inMicroseconds {
			t, up = s*1_000_000+c.rests[i]/1000, up/1000
		}
		c.seconds[i], c.ups[i] = t, t-up
	}
	return appendColumn(appendTimes(dst, c.seconds), c.ups)
}

// clock is the columns of time and up as they stand in a block.
type clock struct {
	unit             byte
	times, rests, up []int64 // rests are the nanoseconds where times are seconds
}

// clock reads the columns of time; room is as long as each of them.
func (r *reader) clock(c *clock, room []int64) {
	if r.when(c, room) {
		r.plain(c.up)
	}
}

// when reads the times of a column of clocks, and reports whether they have a unit that is known.
func (r *reader) when(c *clock, room []int64) bool {
	c.unit = r.byte()
	if c.unit > inSeconds {
		r.fail("times in the unit %d; must be 0 to 2", c.unit)
		return false
	}
	r.times(c.times, room)
	if c.unit == inSeconds {
		r.plain(c.rests)
	}
	return true
}

// at is the time and the up of one reading.
func (c *clock) at(i int) (time.Time, time.Duration) {
	t := c.times[i]
	switch c.unit {
	case inMicroseconds:
		return time.UnixMicro(t).UTC(), time.Duration((t - c.up[i]) * 1000)
	case inNanoseconds:
		return time.Unix(0, t).UTC(), time.Duration(t - c.up[i])
	}
	return time.Unix(t, c.rests[i]).UTC(), time.Duration(c.up[i])
}
