package pychron

import "sync"

// endings are the addresses whose clients end their commands. Most of Pychron's clients open a connection for each command, so that what a
// connection was sent before says nothing of them.
type endings struct {
	mu  sync.Mutex
	all map[string]bool
}

func (e *endings) add(address string) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil || len(e.all) >= maxCounted {
		e.all = map[string]bool{}
	}
	e.all[address] = true
}

func (e *endings) has(address string) bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all[address]
}
