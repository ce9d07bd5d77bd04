package main

import (
	"sync"
	"time"
)

// endTimeout is how long the answer about the end of a boot may take. Then it counts as lost, and is asked for all the same.
const endTimeout = time.Minute

// ends are the ends of boots that did not stop in order, at an institute: what follows the last number that is known there may be in the lab's
// store. The lab is asked for it until it has answered. What it has comes before its answer, a declared gap of unknown end. The answer is kept in
// the store, so that nobody asks again; what nobody has answered yet is asked for after a restart, too.
type ends struct {
	mu    sync.Mutex
	asked map[stream]*askedEnd
}

// askedEnd is an end that was asked for.
type askedEnd struct {
	times    int
	first    time.Time // when it was first asked for
	next     time.Time // when it is to be asked for again
	answered bool
}

func newEnds() *ends { return &ends{asked: map[stream]*askedEnd{}} }

// has reports whether it is known what became of an end.
func (e *ends) has(k stream) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked[k] != nil
}

// begin takes an end that is to be asked for, unless the store has the answer.
func (e *ends) begin(k stream, now time.Time, answered bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.asked) >= maxStreams {
		clear(e.asked)
	}
	e.asked[k] = &askedEnd{first: now, next: now, answered: answered}
}

// due reports whether an end is to be asked for now, whether it counts as lost from now on, and whether all is known of it.
func (e *ends) due(k stream, now time.Time) (ask, lost, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	end := e.asked[k]
	if end == nil || end.answered { // forgotten meanwhile: the next status begins anew
		return false, false, end != nil
	}
	if now.Before(end.next) {
		return false, false, false
	}
	end.next = now.Add(min(minAskAgain<<min(end.times, 10), maxAskAgain))
	end.times++
	return true, now.Sub(end.first) >= endTimeout, false
}

// answer records that an end was declared lost by those who were asked for it.
func (e *ends) answer(k stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if end := e.asked[k]; end != nil {
		end.answered = true
	}
}

func (e *ends) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.asked)
}
