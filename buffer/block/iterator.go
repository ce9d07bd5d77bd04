package block

import "pychron-edge/buffer"

// Iterator gives the events of a block, in the order in which they were added. It is for one goroutine.
type Iterator struct {
	Event   buffer.Event // the one that Next moved to
	Summary Summary

	next   int
	seqs   []int64
	clock  clock
	values []float64
	bounds []int64
	texts  [3]readTexts // missing, status, note
}

// Open unpacks a block and begins before its first event. The error wraps [ErrFormat].
func Open(block []byte) (*Iterator, error) {
	r := reader{in: block}
	k := r.head()
	return r.iterator(&k)
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

// iterator reads what follows the key.
func (r *reader) iterator(k *Key) (*Iterator, error) {
	it := &Iterator{Event: k.event(), Summary: r.summary()}
	if r.err == nil {
		r.in = r.body()
		it.read(r)
	}
	if r.err == nil && len(r.in) > 0 {
		r.fail("%d bytes behind the columns; must be none", len(r.in))
	}
	if r.err != nil {
		return nil, r.err
	}
	return it, nil
}

func (it *Iterator) read(r *reader) {
	n := it.Summary.Count
	it.seqs = make([]int64, n)
	r.plain(it.seqs)
	it.clock = r.clock(n)
	it.values = make([]float64, n)
	it.bounds = make([]int64, n)
	r.values(it.values, it.bounds)
	r.plain(it.bounds)
	for i, longest := range [...]uint64{buffer.MaxString, buffer.MaxString, buffer.MaxNote} {
		if r.err == nil {
			it.texts[i] = r.texts(n, longest)
		}
	}
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
	e.Missing, e.Status, e.Note = it.texts[0].of(i), it.texts[1].of(i), it.texts[2].of(i)
	it.next++
	return true
}
