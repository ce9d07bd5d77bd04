package main

import (
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/store"
)

// unstored is what was heard of while the store failed: up to which number each lane of each boot has events. A broker that keeps them for the
// store may lose them, and the agent may end, before they are stored: then nothing else tells that there were any.
type unstored struct {
	mu      sync.Mutex
	through map[heardLane]uint64
	order   []heardLane // in order of arrival
}

type heardLane struct {
	source, boot string
	lane         buffer.Lane
}

// maxHeard is how many lanes are remembered; further ones are not.
const maxHeard = 1024

// addEvent remembers an event.
func (u *unstored) addEvent(e *buffer.Event) { u.add(heardLane{e.Source, e.Boot, e.Lane}, e.Seq) }

// addStatus remembers what an agent says that it has published.
func (u *unstored) addStatus(source string, s *telemetry.StatusPayload) {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		if n := s.Through[lane.String()]; n > 0 {
			u.add(heardLane{source, s.Boot, lane}, n)
		}
	}
}

func (u *unstored) add(k heardLane, seq uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	n, ok := u.through[k]
	if !ok && len(u.order) >= maxHeard {
		return
	}
	if !ok {
		u.order = append(u.order, k)
	}
	if u.through == nil {
		u.through = map[heardLane]uint64{}
	}
	u.through[k] = max(n, seq)
}

// gaps are all numbers that were heard of, a gap each lane, in order of arrival: what of them is stored is none.
func (u *unstored) gaps(now time.Time) (all []store.Gap) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, k := range u.order {
		all = append(all, store.Gap{Source: k.source, Boot: k.boot, Lane: k.lane, First: 1, Last: u.through[k], Noticed: now.UTC()})
	}
	return all
}

// forget forgets gaps that are noted, unless more was heard of meanwhile.
func (u *unstored) forget(noted []store.Gap) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, g := range noted {
		if k := (heardLane{g.Source, g.Boot, g.Lane}); u.through[k] == g.Last {
			delete(u.through, k)
		}
	}
	u.order = slices.DeleteFunc(u.order, func(k heardLane) bool { _, ok := u.through[k]; return !ok })
}
