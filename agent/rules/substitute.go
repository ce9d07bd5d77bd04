package rules

import (
	"math"
	"time"
)

// substitute is a ?? b: a where it has a value, else b.
func substitute(s *scene, a, b func(*scene) number) number {
	l := a(s)
	if l.none == 0 {
		return l
	}
	r := b(s)
	if r.none == 0 {
		return r
	}
	return number{none: s.blame(l.none, r.none)}
}

// substituteTruth is substitute for conditions.
func substituteTruth(s *scene, a, b func(*scene) truth) truth {
	l := a(s)
	if l.none == 0 {
		return l
	}
	r := b(s)
	if r.none == 0 {
		return r
	}
	return truth{none: s.blame(l.none, r.none)}
}

// blame is which of a channel and its substitute, when neither has a value, is to blame: the one whose time runs out
// last, for together they are without a value only since then.
func (s *scene) blame(a, b uint64) uint64 {
	if s.deadline(a) > s.deadline(b) {
		return a
	}
	return b
}

// deadline is when the first of the inputs marked in none will have been without a value for too long.
func (s *scene) deadline(none uint64) time.Duration {
	first := time.Duration(math.MaxInt64)
	for i, at := range s.deadlines {
		if none&(1<<i) != 0 {
			first = min(first, at)
		}
	}
	return first
}
