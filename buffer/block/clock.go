package block

import "time"

// Units of the columns of time.
const (
	inMicroseconds = 0 // time and up in whole microseconds
	inNanoseconds  = 1 // time and up in nanoseconds
	inSeconds      = 2 // time as seconds and nanoseconds in a column each, up in nanoseconds
)

// units are the units that do not hold all times exactly.
type units [inSeconds]bool

func (u *units) add(t time.Time, up time.Duration) {
	u[inMicroseconds] = u[inMicroseconds] || t.Nanosecond()%1000 != 0 || up%time.Microsecond != 0 || !time.UnixMicro(t.UnixMicro()).Equal(t)
	u[inNanoseconds] = u[inNanoseconds] || !time.Unix(0, t.UnixNano()).Equal(t)
}

// best is the coarsest unit that holds all of them.
func (u *units) best() byte {
	switch {
	case !u[inMicroseconds]:
		return inMicroseconds
	case !u[inNanoseconds]:
		return inNanoseconds
	}
	return inSeconds
}

// appendClock appends the columns of time and up: up as what it is less than the time, which is nearly the same in all readings of a boot.
func appendClock(dst []byte, unit byte, times []time.Time, ups []time.Duration, room []int64) []byte {
	dst = append(dst, unit)
	if unit == inSeconds {
		for i, t := range times {
			room[i] = t.Unix()
		}
		dst = appendColumn(dst, room)
		for i, t := range times {
			room[i] = int64(t.Nanosecond())
		}
		dst = appendColumn(dst, room)
		for i, up := range ups {
			room[i] = int64(up)
		}
		return appendColumn(dst, room)
	}
	for i, t := range times {
		room[i] = count(unit, t)
	}
	dst = appendTimes(dst, room)
	for i, up := range ups {
		room[i] -= int64(up) / size(unit)
	}
	return appendColumn(dst, room)
}

// size is that of a unit in nanoseconds.
func size(unit byte) int64 {
	if unit == inMicroseconds {
		return 1000
	}
	return 1
}

func count(unit byte, t time.Time) int64 {
	if unit == inMicroseconds {
		return t.UnixMicro()
	}
	return t.UnixNano()
}

// clock is the columns of time and up as they stand in a block.
type clock struct {
	unit             byte
	times, rests, up []int64 // rests are the nanoseconds where times are seconds
}

func (r *reader) clock(n int) (c clock) {
	c.unit = r.byte()
	if c.unit > inSeconds {
		r.fail("times in the unit %d; must be 0 to 2", c.unit)
		return c
	}
	c.times, c.up = make([]int64, n), make([]int64, n)
	r.column(c.times)
	if c.unit == inSeconds {
		c.rests = make([]int64, n)
		r.plain(c.rests)
	}
	r.plain(c.up)
	return c
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
