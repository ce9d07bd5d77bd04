package line

import (
	"slices"
	"sync"
	"time"
)

// Exchange is one exchange on a line, as the trace keeps it.
type Exchange struct {
	Time    time.Time // when it was over
	Device  string
	Request []byte        // as sent; cut after 256 bytes
	Reply   []byte        // what was taken, or what had come when it failed; cut after 256 bytes
	Took    time.Duration // from having the line to the end
	Err     error
}

// tracedBytes is how much of a request or a reply is kept.
const tracedBytes = 256

// trace keeps the last exchanges of a line in a fixed ring. It reuses its memory.
type trace struct {
	mu   sync.Mutex // below
	ring []Exchange
	next int // where the next goes
	full bool
}

func newTrace(size int) *trace { return &trace{ring: make([]Exchange, size)} }

// add puts an exchange into the ring; its bytes are copied.
func (r *trace) add(e Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := &r.ring[r.next]
	e.Request = append(old.Request[:0], e.Request[:min(len(e.Request), tracedBytes)]...)
	e.Reply = append(old.Reply[:0], e.Reply[:min(len(e.Reply), tracedBytes)]...)
	*old = e
	r.next++
	if r.next == len(r.ring) {
		r.next, r.full = 0, true
	}
}

// all is a copy of the ring, oldest first.
func (r *trace) all() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Exchange
	if r.full {
		out = append(out, r.ring[r.next:]...)
	}
	out = append(out, r.ring[:r.next]...)
	for i := range out {
		out[i].Request, out[i].Reply = slices.Clone(out[i].Request), slices.Clone(out[i].Reply)
	}
	return out
}
