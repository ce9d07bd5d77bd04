package main

import (
	"fmt"
	"sync"
	"time"
)

// twinTime is how long two agents of one name are told of after the last sign of it.
const twinTime = 10 * time.Minute

// twins notices two agents of one name, as after a memory card was copied. The broker lets only one of them be connected at a time, so that
// they come in turn: a start of the agent is followed by another one, and then it is there again. One such return may be an old status
// that a broker kept; two are none.
type twins struct {
	mu     sync.Mutex
	agents map[string]*twin
}

// twin is what the status of one agent said.
type twin struct {
	boot, before string
	returns      int
	last         time.Time // when a start last returned
}

// saw takes the boot of a status of an agent that is online.
func (t *twins) saw(agent, boot string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.agents == nil || len(t.agents) > maxAgents {
		t.agents = map[string]*twin{}
	}
	w := t.agents[agent]
	if w == nil {
		w = new(twin)
		t.agents[agent] = w
	}
	switch boot {
	case w.boot:
		return
	case w.before:
		if now.Sub(w.last) > twinTime {
			w.returns = 0
		}
		w.returns++
		w.last = now
	default:
		w.returns = 0
	}
	w.before, w.boot = w.boot, boot
}

// present returns the agents of which there are two, and what to do.
func (t *twins) present(now time.Time) map[laneKey]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := map[laneKey]string{}
	for agent, w := range t.agents {
		if w.returns >= 2 && now.Sub(w.last) < twinTime {
			all[laneKey{agent: agent}] = fmt.Sprintf("two agents are named %s (starts %s and %s, in turn), as after a memory card was copied: one must get another name", agent, w.before, w.boot)
		}
	}
	return all
}
