package block

import (
	"time"

	"pychron-edge/buffer"
)

// Points is the times and values of a block, for a plot: everything else is passed over, which takes half the time. The zero Points has none; it
// keeps its memory from block to block. It is for one goroutine.
type Points struct {
	Times  []int64   // in microseconds since 1970, rounded down
	Values []float64 // as many; that of a reading without a value means nothing

	missing bool // all have no value
	it      Iterator
}

// Open reads a block. After an error, which wraps [ErrFormat], there are no points.
func (p *Points) Open(block []byte) error {
	r := reader{in: block}
	r.head()
	p.it.Summary = r.summary()
	if r.err == nil {
		r.in = r.body()
		p.read(&r)
	}
	if r.err != nil {
		p.Times, p.Values = p.Times[:0], p.Values[:0]
	}
	return r.err
}

func (p *Points) read(r *reader) {
	it := &p.it
	n := it.Summary.Count
	for _, column := range [...]*[]int64{&it.clock.times, &it.clock.rests, &it.room} {
		*column = sized(*column, n)
	}
	p.Values = sized(p.Values, n)
	r.skip(n) // seq
	r.times1970(&it.clock, it.room)
	p.Times = it.clock.inMicroseconds()
	r.values(p.Values, it.room)
	r.skip(n) // bound
	if r.err == nil {
		r.texts(&it.texts[0], n, buffer.MaxString)
	}
	if r.err == nil {
		p.missing = it.texts[0].words[0] != ""
	}
}

// Whole reports whether every reading has a value.
func (p *Points) Whole() bool { return len(p.it.texts[0].column) == 0 && !p.missing }

// Missing reports whether a reading has no value.
func (p *Points) Missing(i int) bool {
	t := &p.it.texts[0]
	if len(t.column) == 0 {
		return p.missing
	}
	return t.words[t.column[i]] != ""
}

// skip passes over a column of so many numbers.
func (r *reader) skip(n int) {
	switch form := r.byte(); {
	case form == constant:
		r.uvarint()
	case form >= ordered && form < gridded:
		order := int(form - ordered)
		for range order + 1 { // and the base
			r.uvarint()
		}
		r.bytes(uint64(max(n-order, 0)+group-1) / group)
		r.bytes(r.uvarint())
	default:
		r.fail("column of form %d; must be 0 to 3", form)
	}
}

// times1970 reads the times of a column of clocks and passes over the ups.
func (r *reader) times1970(c *clock, room []int64) {
	if r.when(c, room) {
		r.skip(len(c.times))
	}
}

// inMicroseconds turns the times into microseconds.
func (c *clock) inMicroseconds() []int64 {
	switch c.unit {
	case inNanoseconds:
		for i, t := range c.times {
			c.times[i] = floorDiv(t, 1000)
		}
	case inSeconds:
		for i, t := range c.times {
			c.times[i] = microseconds(time.Unix(t, c.rests[i]))
		}
	}
	return c.times
}

// floorDiv is a/b rounded down; b is positive.
func floorDiv(a, b int64) int64 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}
