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

// trace keeps the last exchanges of a line in a fixed ring, and their bytes one after the other. It reuses its memory, which each line has
// for as long as it is there.
type trace struct {
	mu      sync.Mutex // below
	ring    []traced
	next    int // where the next goes
	full    bool
	devices []string // that exchanges name by number
	errs    []error  // of the exchanges in ring; nil: none of them has failed
	bytes   []byte   // of the exchanges in ring: of each the request and the reply, oldest first, after those of exchanges that are gone
	gone    int
}

// traced is an exchange in the ring.
type traced struct {
	at                     int64 // unix nanoseconds
	took                   time.Duration
	device, request, reply uint16 // its number; bytes
}

func newTrace(size int) *trace { return &trace{ring: make([]traced, size)} }

// add puts an exchange into the ring; its bytes are copied.
func (r *trace) add(e Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	request, reply := e.Request[:min(len(e.Request), tracedBytes)], e.Reply[:min(len(e.Reply), tracedBytes)]
	old := &r.ring[r.next]
	r.gone += int(old.request) + int(old.reply)
	r.makeRoom(len(request) + len(reply))
	r.bytes = append(append(r.bytes, request...), reply...)
	*old = traced{e.Time.UnixNano(), e.Took, r.number(e.Device), uint16(len(request)), uint16(len(reply))}
	if r.errs == nil && e.Err != nil {
		r.errs = make([]error, len(r.ring))
	}
	if r.errs != nil {
		r.errs[r.next] = e.Err
	}
	r.next++
	if r.next == len(r.ring) {
		r.next, r.full = 0, true
	}
}

// makeRoom makes room for n bytes, in the place of those that are gone, or where there is far too little or too much of it in memory that
// is half as large again as what is needed. The caller holds mu.
func (r *trace) makeRoom(n int) {
	if len(r.bytes)+n <= cap(r.bytes) {
		return
	}
	kept := r.bytes[r.gone:]
	to := r.bytes[:0]
	if need := len(kept) + n; need > cap(r.bytes)*3/4 || need < cap(r.bytes)/4 {
		to = make([]byte, 0, need*3/2)
	}
	r.bytes, r.gone = append(to, kept...), 0
}

// number is that of a device. The caller holds mu.
func (r *trace) number(device string) uint16 {
	n := slices.Index(r.devices, device)
	if n < 0 {
		n = len(r.devices)
		r.devices = append(r.devices, device)
	}
	return uint16(n)
}

// all is a copy of the ring, oldest first.
func (r *trace) all() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	first, n := 0, r.next
	if r.full {
		first, n = r.next, len(r.ring)
	}
	var out []Exchange
	bytes := slices.Clone(r.bytes[r.gone:])
	for i := range n {
		at := (first + i) % len(r.ring)
		t := &r.ring[at]
		e := Exchange{Time: time.Unix(0, t.at), Device: r.devices[t.device], Took: t.took}
		e.Request, bytes = bytes[:t.request:t.request], bytes[t.request:]
		e.Reply, bytes = bytes[:t.reply:t.reply], bytes[t.reply:]
		if r.errs != nil {
			e.Err = r.errs[at]
		}
		out = append(out, e)
	}
	return out
}
