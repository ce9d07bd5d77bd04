package buffer

// Follower reads one ring from a position on, a batch at a time. It is for one goroutine; any number of followers may read one ring.
// The stream, the uplink and the journal follow; what was overwritten unread is counted here for all of them.
type Follower struct {
	ring  *Ring
	pos   uint64
	batch []Event

	whats  []*common // of batch
	second second
}

// Follow begins after pos and will give at most size events at a time (at least 1).
func (r *Ring) Follow(pos uint64, size int) *Follower {
	size = max(size, 1)
	return &Follower{ring: r, pos: pos, batch: make([]Event, 0, size), whats: make([]*common, size)}
}

// Next gives the events after the position, oldest first, and moves the position to the last of them. lost is how many events before
// the first of them were overwritten unread. The events are valid until the next call. None means that there are none now.
func (f *Follower) Next() (events []Event, lost uint64) {
	events, last := f.ring.since(f.batch[:0], f.pos, f.whats)
	if n := uint64(len(events)); n > 0 {
		lost, f.pos = last-n-f.pos, last
	}
	return events, lost
}

// Position is that of the last event given.
func (f *Follower) Position() uint64 { return f.pos }

// Seek goes on after pos, as after a write that failed or a connection that was lost: what was given since is given again, as far as the ring still holds it.
func (f *Follower) Seek(pos uint64) { f.pos = pos }

// Wait returns a channel that is closed once there is an event after the position.
func (f *Follower) Wait() <-chan struct{} { return f.ring.Wait(f.pos) }
