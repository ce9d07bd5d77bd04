package line

import (
	"bufio"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"pychron-edge/drivers"
)

// request is one exchange, or one Hold, that waits for the line or has it. It is reused.
type request struct {
	ctx      context.Context
	priority drivers.Priority
	device   string
	line     *drivers.LineSettings // filled
	bytes    []byte
	secret   string // stands in bytes, and is not shown; "" = none
	split    bufio.SplitFunc
	hold     *hold // not nil: a Hold, and no exchange
	since    time.Time
	begun    time.Time   // when it had the line
	cut      atomic.Bool // give up soon: ctx is done, or a halt waits
	halted   bool        // cut by a halt. Owner.mu
	watched  bool        // the line is told when ctx is done
	spoiled  bool        // a write that does not return has its request: it is not reused

	reply []byte
	err   error
	done  chan struct{} // buffered 1: reply and err are there, or the Hold is granted
}

// hold is a Hold that has the line, or waits for it.
type hold struct {
	port    *port
	request *request
	next    []*request // exchanges inside it
	ended   error      // why its exchanges are refused; nil while it has the line
}

// newRequest returns a request to be filled, from those no longer in use where there is one.
func (o *Owner) newRequest(p *port, ctx context.Context) *request {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.spareRequest()
	w := p.watch(ctx)
	r.ctx, r.priority, r.secret, r.watched = ctx, w.priority, w.secret, w.end != nil
	return r
}

// spareRequest is one no longer in use, or a new one. mu is held.
func (o *Owner) spareRequest() *request {
	if n := len(o.spare); n > 0 {
		r := o.spare[n-1]
		o.spare = o.spare[:n-1]
		return r
	}
	return &request{done: make(chan struct{}, 1)}
}

// recycle keeps a request that nobody uses any more.
func (o *Owner) recycle(r *request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.spoiled || len(o.spare) >= 16 {
		return
	}
	r.ctx, r.split, r.hold, r.reply, r.err, r.halted = nil, nil, nil, nil, nil, false
	r.bytes = r.bytes[:0]
	r.cut.Store(false)
	o.spare = append(o.spare, r)
}

// enqueue puts a request into the queue of its priority, or refuses it while the line is down. A halt cuts what is under way.
func (o *Owner) enqueue(r *request) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.enqueueLocked(r)
}

// enqueueLocked is enqueue. mu is held.
func (o *Owner) enqueueLocked(r *request) error {
	if o.down != nil {
		return o.down
	}
	if r.priority == drivers.Halt {
		o.cutForHalt()
	}
	r.since = time.Now()
	o.queue[r.priority] = append(o.queue[r.priority], r)
	o.wakeUp()
	return nil
}

// cutForHalt cuts an exchange and ends a Hold of lower priority. mu is held.
func (o *Owner) cutForHalt() {
	if r := o.current; r != nil && r.priority < drivers.Halt {
		r.halted = true
		o.cut(r)
		o.watchdog.shorten(haltBound)
	}
	if h := o.holder; h != nil && h.request.priority < drivers.Halt && h.ended == nil {
		o.endHold(h, ErrCut)
	}
}

// cut has an exchange given up soon. mu is held.
func (o *Owner) cut(r *request) {
	r.cut.Store(true)
	if o.current == r && o.interrupter != nil {
		o.interrupter.Interrupt()
	}
}

// endHold refuses the exchanges of a Hold from now on. mu is held.
func (o *Owner) endHold(h *hold, why error) {
	h.ended = why
	for _, r := range h.next {
		r.finish(nil, why)
	}
	h.next = nil
}

// dequeue takes a request out of the queue; false if it is not there any more.
func (o *Owner) dequeue(r *request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := &o.queue[r.priority]
	if h := o.holder; h != nil && slices.Contains(h.next, r) {
		queue = &h.next
	}
	i := slices.Index(*queue, r)
	if i < 0 {
		return false
	}
	*queue = slices.Delete(*queue, i, i+1)
	return true
}

// waiting reports whether a request is in the queue.
func (o *Owner) waiting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue[drivers.Poll])+len(o.queue[drivers.Command])+len(o.queue[drivers.Halt]) > 0
}

// waitingInside reports whether a Hold has an exchange that waits, or has ended.
func (o *Owner) waitingInside(h *hold) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return h.ended != nil || len(h.next) > 0
}

// next takes the request that is due out of the queue, nil if there is none.
func (o *Owner) next() *request {
	o.mu.Lock()
	defer o.mu.Unlock()
	for p := drivers.Halt; ; p-- {
		if queue := o.queue[p]; len(queue) > 0 {
			r := queue[0]
			o.queue[p] = slices.Delete(queue, 0, 1)
			o.begin(r)
			return r
		}
		if p == drivers.Poll {
			return nil
		}
	}
}

// begin notes that a request has the line. mu is held.
func (o *Owner) begin(r *request) {
	r.begun = time.Now()
	o.state.Queue += r.begun.Sub(r.since)
	if r.hold != nil {
		o.holder = r.hold
		return
	}
	o.current = r
	o.state.Exchanges++
}

// finish gives the caller its result. The request belongs to the caller from then on.
func (r *request) finish(reply []byte, err error) {
	r.reply, r.err = reply, err
	r.done <- struct{}{}
}

// wakeUp wakes the goroutine that has the line, or runs the line on where none has it.
func (o *Owner) wakeUp() {
	if t := o.parked.Swap(nil); t != nil {
		t.start(t.resume)
		return
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
