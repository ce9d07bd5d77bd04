package line

import (
	"sync"
	"sync/atomic"
	"time"
)

// readSlice is how long nothing comes of a reply that is not on its way: an exchange that was cut is given up then. Where a cut does not end a
// read, one waits no longer before it is looked whether there was one.
const readSlice = 50 * time.Millisecond

// readDeadline is the read deadline of a descriptor. To move it for each read costs more than the read, and one that was set for a reply that has
// come long since wakes the program when it passes, and the monitor thread of the runtime with it. So a deadline that is earlier than what is
// asked for stays as it is, and is moved when it ends a read too soon. And another goroutine can end a read, so that nobody needs to look in
// between.
type readDeadline struct {
	set func(time.Time) error // moves the deadline; may be called by any goroutine
	end time.Time             // when reads are to end; of the goroutine that reads

	mu    sync.Mutex  // below
	armed time.Time   // the deadline
	begun time.Time   // when the last read began to wait
	ended atomic.Bool // no read waits longer than readSlice, until Forget
}

// await makes the reads that begin now end at end.
func (p *readDeadline) await(now, end time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun = now
	return p.until(now, end)
}

// until moves the deadline to end, where it is not between now and that. The caller holds mu.
func (p *readDeadline) until(now, end time.Time) error {
	p.end = end
	if p.ended.Load() {
		if limit := p.begun.Add(readSlice); limit.Before(end) {
			end = limit
		}
	}
	if p.armed.After(now) && !p.armed.After(end) {
		return nil
	}
	p.armed = end
	return p.set(end)
}

// over says whether a read that the deadline has ended is over. If it is not, it can go on.
func (p *readDeadline) over() (bool, error) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !now.Before(p.end) || p.ended.Load() && !now.Before(p.begun.Add(readSlice)) {
		return true, nil
	}
	return false, p.until(now, p.end)
}

// Interrupt implements [interrupter].
func (p *readDeadline) Interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended.Store(true)
	if limit := p.begun.Add(readSlice); p.armed.After(limit) {
		p.armed = limit
		_ = p.set(limit) // of what is closed nobody reads
	}
}

// Forget implements [interrupter].
func (p *readDeadline) Forget() {
	if p.ended.Load() {
		p.ended.Store(false)
	}
}
