package block

import "pychron-edge/buffer"

// Iterator gives the events of a block, in the order in which they were added. The zero Iterator has none; it keeps its memory from block to
// block. It is for one goroutine.
type Iterator struct {
	Event   buffer.Event // the one that Next moved to
	Summary Summary

	next   int
	seqs   []int64
	clock  clock
	values []float64
	bounds []int64
	room   []int64      // for what is left of times on a grid
	texts  [3]readTexts // missing, status, note
}

// Open unpacks a block and begins before its first event. After an error, which wraps [ErrFormat], there is none.
func (it *Iterator) Open(block []byte) error {
	r := reader{in: block}
	k := r.head()
	return it.open(&r, &k)
}

// Look is the key and the summary of a block, which is not unpacked. The error wraps [ErrFormat].
func Look(block []byte) (Key, Summary, error) {
	r := reader{in: block}
	k := r.head()
	s := r.summary()
	return k, s, r.err
}

// head reads the format and the key.
func (r *reader) head() Key {
	if format := r.byte(); format != Format {
		r.fail("format %d; must be %d", format, Format)
	}
	return r.key()
}

// open reads what follows the key.
func (it *Iterator) open(r *reader, k *Key) error {
	it.Event, it.Summary, it.next = k.event(), r.summary(), 0
	if r.err == nil {
		r.in = r.body()
		it.read(r)
	}
	if r.err == nil && len(r.in) > 0 {
		r.fail("%d bytes behind the columns; must be none", len(r.in))
	}
	if r.err != nil {
		it.seqs = it.seqs[:0]
	}
	return r.err
}

func (it *Iterator) read(r *reader) {
	n := it.Summary.Count
	for _, column := range [...]*[]int64{&it.seqs, &it.bounds, &it.clock.times, &it.clock.rests, &it.clock.up, &it.room} {
		*column = sized(*column, n)
	}
	it.values = sized(it.values, n)
	r.plain(it.seqs)
	r.clock(&it.clock, it.room)
	r.values(it.values, it.bounds)
	r.plain(it.bounds)
	for i, limit := range [...]uint64{buffer.MaxString, buffer.MaxString, buffer.MaxNote} {
		if r.err == nil {
			r.texts(&it.texts[i], n, limit)
		}
	}
	if e := &it.Event; r.err == nil {
		e.Missing, e.Status, e.Note = it.texts[0].words[0], it.texts[1].words[0], it.texts[2].words[0]
	}
}

// sized is a slice of n, in the same memory where that is enough.
func sized[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return make([]T, n)
}

// Next moves to the next event; false at the end.
func (it *Iterator) Next() bool {
	i := it.next
	if i >= len(it.seqs) {
		return false
	}
	e := &it.Event
	e.Seq, e.Value, e.Bound = uint64(it.seqs[i]), it.values[i], buffer.Bound(it.bounds[i])
	e.Time, e.Up = it.clock.at(i)
	it.texts[0].set(&e.Missing, i)
	it.texts[1].set(&e.Status, i)
	it.texts[2].set(&e.Note, i)
	it.next++
	return true
}
