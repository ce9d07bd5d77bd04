package store

import "slices"

// span is a run of consecutive numbers of one boot and lane, First to Last, that are all here, or all declared lost. Times are in
// microseconds since 1970.
type span struct {
	first, last int64
	noticed     int64 // when the gap before it was noticed; 0: there is none
	declared    int64 // when it was declared lost; 0: it is here
}

// spans are the spans of one boot and lane in order, none touching the next of its sort. What is in none of them is a gap.
type spans []span

// at is the index of the first span that does not end before a number.
func (s spans) at(n int64) int {
	i, _ := slices.BinarySearchFunc(s, n, func(s span, n int64) int {
		if s.last < n {
			return -1
		}
		return 1
	})
	return i
}

// has reports whether a number is here.
func (s spans) has(n int64) bool {
	i := s.at(n)
	return i < len(s) && s[i].first <= n && s[i].declared == 0
}

// last is the end of the last span, 0 without one.
func (s spans) last() int64 {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].last
}

// store adds numbers that are here now: first to last. What of them was lost is not any more. A gap before them was noticed when the
// gap they stand in was, or at now; end is when a gap behind all spans was noticed, 0 for none.
func (s spans) store(first, last, end, now int64) spans {
	added := span{first: first, last: last, noticed: s.noticed(first, end, now)}
	out := make(spans, 0, len(s)+2)
	for _, old := range s {
		switch {
		case old.last < first-1 || old.first > last+1:
			out = append(out, old)
		case old.declared > 0:
			out = old.without(first, last, out)
		default:
			added = added.with(old)
		}
	}
	return append(out, added).sorted()
}

// lose adds numbers that are lost: what of first to last is not here. end is as for store.
func (s spans) lose(first, last, end, now int64) spans {
	lost := spans{{first: first, last: last, noticed: s.noticed(first, end, now), declared: now}}
	out := make(spans, 0, len(s)+2)
	for _, old := range s {
		if old.declared == 0 || old.last < first-1 || old.first > last+1 {
			out = append(out, old)
			continue
		}
		lost[0] = lost[0].with(old)
	}
	for _, here := range out {
		if here.declared > 0 {
			continue
		}
		rest := lost[len(lost)-1]
		if here.last >= rest.first && here.first <= rest.last {
			lost = rest.without(here.first, here.last, lost[:len(lost)-1])
			if len(lost) == 0 || lost[len(lost)-1].last < here.first {
				break // nothing of it is left behind the span
			}
		}
	}
	return append(out, lost...).sorted()
}

// noticed is when the gap before a number was noticed that stands in no span.
func (s spans) noticed(n, end, now int64) int64 {
	for _, old := range s[s.at(n):] {
		if old.noticed > 0 {
			return old.noticed
		}
		if old.first > n {
			break
		}
	}
	if end > 0 && n > s.last() {
		return end
	}
	return now
}

// with is both spans and what is between them.
func (a span) with(b span) span {
	if b.first < a.first {
		a.noticed = b.noticed
	}
	if a.declared > 0 {
		a.declared = min(a.declared, b.declared)
	}
	a.first, a.last = min(a.first, b.first), max(a.last, b.last)
	return a
}

// without appends what is left of a span on either side of first to last.
func (a span) without(first, last int64, to spans) spans {
	if a.first < first {
		left := a
		left.last = min(a.last, first-1)
		to = append(to, left)
	}
	if a.last > last {
		right := a
		right.first = max(a.first, last+1)
		to = append(to, right)
	}
	return to
}

// sorted puts the spans in order and forgets when gaps were noticed that are none.
func (s spans) sorted() spans {
	slices.SortFunc(s, func(a, b span) int { return int(min(max(a.first-b.first, -1), 1)) })
	before := int64(0)
	for i := range s {
		if s[i].first == before+1 {
			s[i].noticed = 0
		}
		before = s[i].last
	}
	return s
}
