package main

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

const (
	minAskAgain = 10 * time.Second // between the first two requests of one gap; each further one waits twice as long
	maxAskAgain = 2 * time.Minute
	arrivalTime = 30 * time.Second // what was requested and did not move for so long does not arrive
	maxAsked    = 8                // a gap that was requested so often does not arrive, whatever else does
)

// arrival watches what agents have published, by their status, and what is here: the gaps that are neither filled nor declared
// although they were requested. A broker with a wrong ACL acknowledges and drops.
type arrival struct {
	mu    sync.Mutex
	gaps  map[gapKey]*askedGap
	moved map[laneKey]time.Time // when a missing event, or the declaration of one, last came
}

type gapKey struct {
	stream
	first uint64
}

type laneKey struct {
	agent string
	lane  buffer.Lane
}

func (k laneKey) compare(other laneKey) int {
	return cmp.Or(cmp.Compare(k.agent, other.agent), cmp.Compare(k.lane, other.lane))
}

// askedGap is a gap that was requested.
type askedGap struct {
	last  uint64
	here  uint64 // greatest number of the stream that has arrived
	asked int
	first time.Time // when it was first requested
	next  time.Time // when it is to be requested again
}

func newArrival() *arrival {
	return &arrival{gaps: map[gapKey]*askedGap{}, moved: map[laneKey]time.Time{}}
}

// due takes all open gaps of an agent, and returns those that are to be requested now.
func (a *arrival) due(agent string, open []store.Gap, here func(stream) uint64, now time.Time) (ask []store.Gap) {
	a.mu.Lock()
	defer a.mu.Unlock()
	listed := map[gapKey]bool{}
	for _, g := range open {
		k := gapKey{stream{g.Source, g.Boot, g.Lane}, g.First}
		listed[k] = true
		w := a.gaps[k]
		if w == nil {
			w = &askedGap{first: now, next: now}
			a.gaps[k] = w
		}
		w.last, w.here = g.Last, here(k.stream)
		if now.Before(w.next) {
			continue
		}
		w.next = now.Add(min(minAskAgain<<min(w.asked, 10), maxAskAgain))
		w.asked++
		ask = append(ask, g)
	}
	for k := range a.gaps {
		if k.source == agent && !listed[k] {
			delete(a.gaps, k)
		}
	}
	return ask
}

// forget begins anew with an agent: it was away.
func (a *arrival) forget(agent string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for k := range a.gaps {
		if k.source == agent {
			delete(a.gaps, k)
		}
	}
	for k := range a.moved {
		if k.agent == agent {
			delete(a.moved, k)
		}
	}
}

// came records that a missing event, or its declaration, came.
func (a *arrival) came(agent string, lane buffer.Lane, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.moved[laneKey{agent, lane}] = now
}

// absent returns what does not arrive, with the reason that it may have, by agent and lane.
func (a *arrival) absent(now time.Time) map[laneKey]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := map[laneKey]string{}
	for k, g := range a.gaps {
		lane := laneKey{k.source, k.lane}
		quiet := now.Sub(g.first) >= arrivalTime && now.Sub(a.moved[lane]) >= arrivalTime
		if g.asked >= 2 && quiet || g.asked >= maxAsked {
			all[lane] = g.why(k)
		}
	}
	return all
}

// why says what is missing, and what may be the cause.
func (g *askedGap) why(k gapKey) string {
	topic := "audit"
	if k.lane == buffer.Readings {
		topic = "readings/#"
	}
	missing := fmt.Sprintf("%s %d to %d of boot %s, requested %d times", k.lane, k.first, g.last, k.boot, g.asked)
	if g.here < k.first {
		return fmt.Sprintf("the broker acknowledged %s, and nothing of it is here: its rights (ACL) may not let the agent write, or this viewer read, <prefix>/%s/%s",
			missing, k.source, topic)
	}
	return fmt.Sprintf("the broker dropped %s (limits of its queues, or rights), and the agent does not answer: its rights may not let the agent read, or this viewer write, <prefix>/%s/resend",
		missing, k.source)
}
