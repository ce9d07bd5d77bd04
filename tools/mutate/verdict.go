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

// batch is how long the tests of one process take without a mutant; the first of a mutant is shorter, since most are noticed at once.
const batch = 10 * time.Second

// try runs the tests that come by a mutant, those first that come by little else.
func (s *suite) try(m *mutant) verdict {
	v := unreached
	var names []string
	var took time.Duration
	run := func() bool {
		if len(names) > 0 {
			v = s.run(names, 10*took+20*time.Second, fmt.Sprint("MUTANT=", m.n))
		}
		names, took = nil, 0
		return v == survived
	}
	bound := batch / 10
	for _, t := range s.tests {
		if t.seen[m.n] == 0 {
			continue
		}
		names, took = append(names, t.name), took+t.took
		if took > bound {
			if !run() {
				return v
			}
			bound = batch
		}
	}
	run()
	return v
}
