package telemetry

import (
	"iter"
	"slices"

	"pychron-edge/buffer"
)

// eventSeq is events one after the other; an error ends it.
type eventSeq = iter.Seq2[*buffer.Event, error]

// ringReader reads the rings up to an end that does not move while it reads.
type ringReader struct {
	lanes buffer.Lanes
	boots func() []string
	end   buffer.Positions
}

func (r *ringReader) merge(from buffer.Positions) *mergeIterator {
	return newMerge(r.lanes, r.boots, from, &r.end)
}

// oldest yields what matches after from, at most limit (0 = all).
func (r *ringReader) oldest(from buffer.Positions, f *buffer.Filter, limit int) eventSeq {
	return func(yield func(*buffer.Event, error) bool) {
		merge, n := r.merge(from), 0
		for e := merge.next(); e != nil; e = merge.next() {
			if !f.Match(e) {
				continue
			}
			if n++; !yield(e, nil) || n == limit {
				return
			}
		}
	}
}

// reach is the positions that oldest comes to with the filter's limit.
func (r *ringReader) reach(from buffer.Positions, f *buffer.Filter) buffer.Positions {
	merge, n := r.merge(from), 0
	for e := merge.next(); e != nil; e = merge.next() {
		if f.Match(e) {
			if n++; n == f.Limit {
				return merge.positions()
			}
		}
	}
	return r.end
}

// begin is the positions after which the newest matching events stand, as many as the filter's limit, and whether there are more.
func (r *ringReader) begin(from buffer.Positions, f *buffer.Filter) (begin buffer.Positions, more bool) {
	if f.Limit == 0 {
		return from, false
	}
	var starts []buffer.Positions // before each of the last matches, in a circle
	merge, n := r.merge(from), 0
	for before := from; ; before = merge.positions() {
		e := merge.next()
		if e == nil {
			break
		}
		if !f.Match(e) {
			continue
		}
		if len(starts) < f.Limit {
			starts = append(starts, before)
		} else {
			starts[n%f.Limit] = before
		}
		n++
	}
	switch {
	case n == 0:
		return r.end, false
	case n <= f.Limit:
		return starts[0], false
	}
	return starts[n%f.Limit], true
}

// newest are the newest matching events after from in order, as many as limit (0 = all). What came late is not among them for that.
func (r *ringReader) newest(from buffer.Positions, f *buffer.Filter, order *eventOrder, limit int) (all []*buffer.Event) {
	cut := func() {
		slices.SortStableFunc(all, order.compare)
		if limit > 0 {
			all = slices.Delete(all, 0, max(0, len(all)-limit))
		}
	}
	for e := range r.oldest(from, f, 0) {
		one := *e
		if all = append(all, &one); limit > 0 && len(all) >= 2*limit {
			cut() // now and then, so that a long ring costs no memory
		}
	}
	cut()
	return all
}
