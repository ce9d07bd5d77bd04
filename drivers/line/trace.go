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
	ring []traced
	next int // where the next goes
	full bool
}

// traced is an exchange in the ring, which each line has for as long as it is there.
type traced struct {
	at      int64 // unix nanoseconds
	took    time.Duration
	device  string
	bytes   []byte // the request, and the reply after it
	request uint16 // bytes of the request
	err     error
}

func newTrace(size int) *trace { return &trace{ring: make([]traced, size)} }

// add puts an exchange into the ring; its bytes are copied.
func (r *trace) add(e Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	request, reply := e.Request[:min(len(e.Request), tracedBytes)], e.Reply[:min(len(e.Reply), tracedBytes)]
	old := &r.ring[r.next]
	bytes := append(append(old.bytes[:0], request...), reply...)
	*old = traced{e.Time.UnixNano(), e.Took, e.Device, bytes, uint16(len(request)), e.Err}
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
		out = appendTraced(out, r.ring[r.next:])
	}
	return appendTraced(out, r.ring[:r.next])
}

func appendTraced(out []Exchange, some []traced) []Exchange {
	for _, t := range some {
		bytes := slices.Clone(t.bytes)
		out = append(out, Exchange{time.Unix(0, t.at), t.device, bytes[:t.request:t.request], bytes[t.request:], t.took, t.err})
	}
	return out
}
