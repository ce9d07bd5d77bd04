package main

import (
	"fmt"
	"time"
)

type verdict string

const (
	noticed          verdict = "noticed  "
	hung             verdict = "hung     " // which is noticed too
	equal            verdict = "equal    "
	survived         verdict = "SURVIVED "
	unreached        verdict = "UNREACHED" // no test comes by
	unbuilt          verdict = "unbuilt  "
	wronglyExplained verdict = "NOT EQUAL" // the list says that it is, and a test noticed
)

type tally map[verdict]int

func (t tally) String() string {
	return fmt.Sprintf("%d noticed, %d hung, %d equal, %d survived, %d not reached by a test, %d do not build, %d wrongly called equal",
		t[noticed], t[hung], t[equal], t[survived], t[unreached], t[unbuilt], t[wronglyExplained])
}

// verdictOf tries a mutant.
func verdictOf(m *mutant, suites []*suite, explained map[string]string) verdict {
	if m.unbuilt {
		return unbuilt
	}
	v := unreached
	for _, s := range suites {
		switch found := s.try(m); found {
		case unreached:
		case survived:
			v = survived
		default:
			v = found
		}
		if v == noticed || v == hung {
			break
		}
	}
	switch open := v == survived || v == unreached; {
	case explained[m.key()] == "":
		return v
	case open:
		return equal
	}
	return wronglyExplained
}

// The tests of a mutant are run in processes of so many: few at first, since most mutants are noticed at once.
const firstBatch, laterBatch = 6, 30

// try runs the tests that come by a mutant, those first that come by little else.
func (s *suite) try(m *mutant) verdict {
	var names []string
	var took []time.Duration
	for _, t := range s.tests {
		if t.seen[m.n] != 0 {
			names, took = append(names, t.name), append(took, t.took)
		}
	}
	v := unreached
	for size := firstBatch; len(names) > 0; size = laterBatch {
		size = min(size, len(names))
		bound := 10 * time.Second
		for _, one := range took[:size] {
			bound += 3 * one
		}
		if v = s.run(names[:size], bound, fmt.Sprint("MUTANT=", m.n)); v != survived {
			return v
		}
		names, took = names[size:], took[size:]
	}
	return v
}
