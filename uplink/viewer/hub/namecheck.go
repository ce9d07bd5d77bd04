package hub

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

const (
	whoInterval = time.Second             // between two times that a lab publishes that it is there
	whoQuiet    = 2500 * time.Millisecond // how long a lab listens before it takes its name for its own
	whoForget   = 10 * time.Second        // after the last sign of another lab of that name
)

// nameCheck finds out whether another lab at the hub has the same name. Of two, the one that has been there longer goes on, and the other
// refuses to, or the events of both would be taken for those of one.
type nameCheck struct {
	mu     sync.Mutex
	own    presence
	since  time.Time // the first sign of the hub; zero while there is none
	other  presence  // the last other lab that goes before this one
	seenAt time.Time
}

// presence is what a lab publishes about itself.
type presence struct {
	ID   string        `json:"id"`   // of this start of the program
	Host string        `json:"host"` // where it is
	For  time.Duration `json:"for"`  // how long it has been there, ns
}

func newNameCheck(host string) nameCheck {
	return nameCheck{own: presence{ID: rand.Text(), Host: host}}
}

// unlinked forgets what was heard: there is no hub. How long this lab was there stays.
func (n *nameCheck) unlinked() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seenAt = time.Time{}
}

// payload is what is published at now.
func (n *nameCheck) payload(now time.Time) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.since.IsZero() {
		n.since = now
	}
	n.own.For = now.Sub(n.since)
	data, _ := json.Marshal(n.own) // strings and a number: it cannot fail
	return data
}

// heard takes what a lab of this name has published, which may be this one.
func (n *nameCheck) heard(payload []byte, now time.Time) {
	var p presence
	if json.Unmarshal(payload, &p) != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	here := now.Sub(n.since)
	before := p.For > here || p.For == here && p.ID < n.own.ID
	if p.ID != n.own.ID && before {
		n.other, n.seenAt = p, now
	}
}

// check returns why the name cannot be used at now.
func (n *nameCheck) check(lab string, now time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case !n.seenAt.IsZero() && now.Sub(n.seenAt) < whoForget:
		return fmt.Errorf("hub.user %q is in use by another lab, at %.100q; each lab must have a user of its own", lab, n.other.Host)
	case now.Sub(n.since) < whoQuiet:
		return errNoHub
	}
	return nil
}
