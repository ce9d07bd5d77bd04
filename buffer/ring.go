package buffer

import (
	"slices"
	"sync"
)

// Ring keeps the last events of one lane: a fixed number of them, each in a fixed piece of memory, and their texts once for all events that
// have them in common, as the readings of a channel do.
//
//   - Append never blocks on a reader. It allocates nothing for an event that has its texts in common with an earlier one, while fewer
//     kinds of them are appended than the ring holds events.
//   - Positions count the events ever appended to this ring, from 1. They are the ring's own: an event that was stamped
//     elsewhere (a viewer's, a reloaded journal's) keeps its Seq and gets a position here.
//   - Position 0 is before the first event; "after pos" is what every reader asks for.
//   - What was overwritten before it was read shows as a jump in position; a [Follower], the way to read a ring on and on, counts it.
//
// All methods may be called from any goroutine.
type Ring struct {
	lane Lane

	mu    sync.Mutex
	slots []kept
	whats commons
	head  uint64        // position of the newest event; 0 when empty
	seq   uint64        // last Seq stamped here
	wake  chan struct{} // closed by the next Append; nil while nobody waits

	signals []chan<- struct{} // see Signal

	far   chan struct{} // closed by the Append that gets to farAt; nil while nobody waits
	farAt uint64
}

// NewRing makes a ring of size events (at least 1) that stamps events with lane.
func NewRing(lane Lane, size int) *Ring {
	size = max(size, 1)
	return &Ring{lane: lane, slots: make([]kept, size), whats: commons{max: size}}
}

// Append adds a copy of *e and stamps Lane and Seq where they are zero, in the copy and in *e. Strings that are too
// long are cut; all others are kept as they are, so a caller that took them from a larger body clones them first.
func (r *Ring) Append(e *Event) {
	if len(e.Note) > MaxNote {
		e.Note = clip(e.Note, MaxNote)
	}
	r.mu.Lock()
	if e.Lane == 0 {
		e.Lane = r.lane
	}
	if e.Seq == 0 {
		r.seq++
		e.Seq = r.seq
	}
	what := r.whats.find(e)
	if what == nil {
		what = r.newCommon(e)
	}
	k := &r.slots[r.head%uint64(len(r.slots))]
	k.what, k.note, k.time, k.up, k.seq, k.value, k.bound = what, e.Note, e.Time, e.Up, e.Seq, e.Value, e.Bound
	r.head++
	wake, far := r.wake, r.reached()
	r.wake = nil
	for _, c := range r.signals {
		signal(c)
	}
	r.signals = r.signals[:0]
	r.mu.Unlock()
	if wake != nil {
		close(wake)
	}
	if far != nil {
		close(far)
	}
}

// newCommon gives what an event has in common with those to come, of which there was none in the ring, or whose strings are too long. The
// caller holds mu.
func (r *Ring) newCommon(e *Event) *common {
	e.bound()
	if what := r.whats.find(e); what != nil {
		return what
	}
	return r.whats.add(e)
}

// reached takes what is to be closed because head got to farAt; nil if it did not. The caller holds mu.
func (r *Ring) reached() (far chan struct{}) {
	if r.far == nil || r.head < r.farAt {
		return nil
	}
	far, r.far = r.far, nil
	return far
}

// Resume makes the next stamped Seq follow last, as after a journal was read back. It never goes backwards.
func (r *Ring) Resume(last uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq = max(r.seq, last)
}

// Since appends to dst the events after pos, oldest first, and returns it with the position of the last one. A dst with
// spare capacity is filled to its capacity at most; otherwise everything held is given. If k events were appended to dst
// and the position returned is p, they stand at p-k+1 .. p; p-k > pos means that p-k-pos events were overwritten unread.
// A pos beyond the newest event (a position of another ring) gives nothing and the newest position.
func (r *Ring) Since(dst []Event, pos uint64) ([]Event, uint64) { return r.since(dst, pos, nil) }

// since is Since, and sets whats, as far as it goes, to what each event has in common with others.
func (r *Ring) since(dst []Event, pos uint64, whats []*common) ([]Event, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pos >= r.head {
		return dst, r.head
	}
	pos = max(pos, r.oldest())
	n := r.head - pos
	if room := uint64(cap(dst) - len(dst)); room > 0 {
		n = min(n, room)
	}
	first := len(dst)
	at := first
	dst = slices.Grow(dst, int(n))[:at+int(n)]
	slot := int(pos % uint64(len(r.slots)))
	for ; at < len(dst); at++ {
		k := &r.slots[slot]
		k.event(&dst[at])
		if whats != nil {
			whats[at-first] = k.what
		}
		if slot++; slot == len(r.slots) {
			slot = 0
		}
	}
	return dst, pos + n
}

// oldest is the position just before the oldest event held. The caller holds mu.
func (r *Ring) oldest() uint64 {
	if size := uint64(len(r.slots)); r.head > size {
		return r.head - size
	}
	return 0
}

// Wait returns a channel that is closed once there is an event after pos: at once if there is one already.
func (r *Ring) Wait(pos uint64) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.head > pos {
		return closed
	}
	if r.wake == nil {
		r.wake = make(chan struct{})
	}
	return r.wake
}

// Signal is Wait for who waits for several things at once: c, which has room for one element, gets one once there is an event after pos, at
// once if there is one already. It is forgotten then, and nothing is sent where there is no room. To wait on one channel costs a fraction of
// what it costs to wait on several, and nothing is allocated.
func (r *Ring) Signal(pos uint64, c chan<- struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.head > pos:
		signal(c)
	case !slices.Contains(r.signals, c):
		r.signals = append(r.signals, c)
	}
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Reach returns a channel that is closed once the newest event stands at pos or beyond, or sooner: who finds it closed looks again. It is
// for who takes many events at once, and is not to be woken by each of them.
func (r *Ring) Reach(pos uint64) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.head >= pos {
		return closed
	}
	if r.far == nil {
		r.far, r.farAt = make(chan struct{}), pos
	}
	r.farAt = min(r.farAt, pos)
	return r.far
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Stats is how full a ring is.
type Stats struct {
	Lane        Lane
	Events      int    // held now
	Capacity    int    // held at most
	Position    uint64 // of the newest event: how many were ever appended
	Overwritten uint64 // appended and no longer held
}

// Stats says how full the ring is.
func (r *Ring) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Stats{r.lane, int(r.head - r.oldest()), len(r.slots), r.head, r.oldest()}
}
