package main

import (
	"math/rand/v2"
	"strings"
	"sync"

	"pychron-edge/uplink/brokertest"
)

// simRights are topics that nobody may publish just now: the broker acknowledges what comes, and drops it.
type simRights struct {
	mu     sync.Mutex
	denied []string // parts of topics
}

// take takes the right to some topics away.
func (r *simRights) take(chance *rand.Rand) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, part := range []string{"/status", "/audit", "/readings/", "/blocks", "/gap", "/resend", "/received"} {
		if chance.IntN(3) == 0 {
			r.denied = append(r.denied, part)
		}
	}
}

func (r *simRights) give() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.denied = nil
}

func (r *simRights) drops(m brokertest.Message) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, part := range r.denied {
		if strings.Contains(m.Topic, part) {
			return true
		}
	}
	return false
}
