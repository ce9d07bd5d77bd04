package buffer

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Sample is the last value of one channel of one device.
type Sample struct {
	Source     string // which agent; empty on the agent itself
	Device     string
	Channel    string // "" for a device with one
	Name       string // "pressure", "open", ...
	Unit       Unit
	Value      float64
	Bound      Bound
	Missing    string        // not empty: there is no value, and why
	Time       time.Time     // when it was true, UTC
	Up         time.Duration // the same moment, monotonic since start
	StaleAfter time.Duration // age from which it must not be shown as live
}

// Point is the channel, else the name: what follows the device in "<device>.<point>".
func (s *Sample) Point() string {
	if s.Channel != "" {
		return s.Channel
	}
	return s.Name
}

// Age is how long ago the sample was true, given the monotonic time now.
func (s *Sample) Age(now time.Duration) time.Duration { return max(now-s.Up, 0) }

// Stale reports whether the sample is too old to be shown as live.
func (s *Sample) Stale(now time.Duration) bool { return s.Age(now) > s.StaleAfter }

// Present holds the last samples of every device: one atomic pointer each, replaced as a whole at each poll, so that a
// reader never sees half of one. The zero Present is ready to use.
type Present struct {
	mu      sync.Mutex // for adding a device
	devices atomic.Pointer[map[string]*atomic.Pointer[[]Sample]]
}

// Set replaces the samples of one device. The slice must not be changed afterwards. A nil slice forgets the device.
func (p *Present) Set(device string, samples []Sample) {
	if m := p.devices.Load(); m != nil {
		if slot, ok := (*m)[device]; ok {
			slot.Store(&samples)
			return
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	next := map[string]*atomic.Pointer[[]Sample]{}
	if m := p.devices.Load(); m != nil {
		maps.Copy(next, *m)
	}
	slot := next[device]
	if slot == nil {
		slot = new(atomic.Pointer[[]Sample])
		next[device] = slot
	}
	slot.Store(&samples)
	p.devices.Store(&next)
}

// Device is the samples of one device as last set. They must not be changed.
func (p *Present) Device(device string) []Sample {
	if m := p.devices.Load(); m != nil {
		if slot, ok := (*m)[device]; ok {
			return *slot.Load()
		}
	}
	return nil
}

// Snapshot is the samples of all devices, ordered by device. The slice is the caller's.
func (p *Present) Snapshot() []Sample {
	m := p.devices.Load()
	if m == nil {
		return nil
	}
	var all []Sample
	for _, device := range slices.Sorted(maps.Keys(*m)) {
		all = append(all, *(*m)[device].Load()...)
	}
	return all
}
