package line

import (
	"sync"
	"sync/atomic"
	"time"
)

// readDeadline is the read deadline of a descriptor. To move it for each read costs more than the read, and one that was set for a reply that has
// come long since wakes the program when it passes, and the monitor thread of the runtime with it. So a deadline that is earlier than what is
// asked for stays as it is, and is moved when it ends a read too soon. And another goroutine can end a read, so that nobody needs to look in
// between.
type readDeadline struct {
	set func(time.Time) error // moves the deadline; may be called by any goroutine
	end time.Time             // when reads are to end; of the goroutine that reads

	mu    sync.Mutex  // below
	armed time.Time   // the deadline
	ended atomic.Bool // the read that waits, or the next one, is over: it is set and taken with mu held, but by Forget
}

// await makes the reads to come end at end.
func (p *readDeadline) await(now, end time.Time) error {
	p.end = end
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended.Load() || p.armed.After(now) && !p.armed.After(end) {
		return nil
	}
	p.armed = end
	return p.set(end)
}

// over says whether a read that the deadline has ended is over. If it is not, it can go on.
func (p *readDeadline) over() (bool, error) {
	now := time.Now()
	p.mu.Lock()
	over := p.ended.Swap(false) || !now.Before(p.end)
	p.mu.Unlock()
	if over {
		return true, nil
	}
	return false, p.await(now, p.end)
}

// Interrupt implements [interrupter].
func (p *readDeadline) Interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended.Store(true)
	p.armed = time.Time{}
	_ = p.set(time.Unix(1, 0)) // of what is closed nobody reads
}

// Forget implements [interrupter].
func (p *readDeadline) Forget() {
	if p.ended.Load() {
		p.ended.Store(false)
	}
}
