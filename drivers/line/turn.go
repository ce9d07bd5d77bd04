package line

import (
	"bufio"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"pychron-edge/drivers"
)

// turn is one exchange, or one Hold, that waits for the line or has it. It is reused.
type turn struct {
	ctx      context.Context
	priority drivers.Priority
	device   string
	line     *drivers.LineSettings // filled
	request  []byte
	split    bufio.SplitFunc
	hold     *hold // not nil: a Hold, and no exchange
	since    time.Time
	cut      atomic.Bool // give up soon: ctx is done, or a halt waits
	halted   bool        // cut by a halt. Owner.mu
	spoiled  bool        // a write that does not return has its request: it is not reused

	reply []byte
	err   error
	done  chan struct{} // buffered 1: reply and err are there, or the Hold is granted
}

// hold is a Hold that has the line, or waits for it.
type hold struct {
	port  *port
	turn  *turn
	next  []*turn // exchanges inside it
	ended error   // why its exchanges are refused; nil while it has the line
}

// fresh gives a turn to be filled, from those no longer in use.
func (o *Owner) fresh() *turn {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n := len(o.spare); n > 0 {
		t := o.spare[n-1]
		o.spare = o.spare[:n-1]
		return t
	}
	return &turn{done: make(chan struct{}, 1)}
}

// discard takes a turn back that nobody uses any more.
func (o *Owner) discard(t *turn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t.spoiled || len(o.spare) >= 16 {
		return
	}
	t.ctx, t.split, t.hold, t.reply, t.err, t.halted = nil, nil, nil, nil, nil, false
	t.request = t.request[:0]
	t.cut.Store(false)
	o.spare = append(o.spare, t)
}

// enqueue puts a turn at its place in the queue, or refuses it while the line is down. A halt cuts what is under way.
func (o *Owner) enqueue(t *turn) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down != nil {
		return o.down
	}
	if t.priority == drivers.Halt {
		o.makeWay()
	}
	t.since = time.Now()
	o.queue[t.priority] = append(o.queue[t.priority], t)
	o.poke()
	return nil
}

// makeWay cuts an exchange and ends a Hold of lower priority. mu is held.
func (o *Owner) makeWay() {
	if t := o.current; t != nil && t.priority < drivers.Halt {
		t.halted = true
		t.cut.Store(true)
		o.guard.hurry(haltBound)
	}
	if h := o.holder; h != nil && h.turn.priority < drivers.Halt && h.ended == nil {
		o.endHold(h, ErrCut)
	}
}

// endHold refuses the exchanges of a Hold from now on. mu is held.
func (o *Owner) endHold(h *hold, why error) {
	h.ended = why
	for _, t := range h.next {
		t.finish(nil, why)
	}
	h.next = nil
}

// withdraw takes a turn out of the queue; false if it is not there any more.
func (o *Owner) withdraw(t *turn) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := &o.queue[t.priority]
	if h := o.holder; h != nil && slices.Contains(h.next, t) {
		queue = &h.next
	}
	i := slices.Index(*queue, t)
	if i < 0 {
		return false
	}
	*queue = slices.Delete(*queue, i, i+1)
	return true
}

// waiting says whether there is a turn in the queue.
func (o *Owner) waiting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.queue[drivers.Poll])+len(o.queue[drivers.Command])+len(o.queue[drivers.Halt]) > 0
}

// waitingInside says whether a Hold has an exchange that waits, or has ended.
func (o *Owner) waitingInside(h *hold) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return h.ended != nil || len(h.next) > 0
}

// next takes the turn that is due out of the queue, nil if there is none.
func (o *Owner) next() *turn {
	o.mu.Lock()
	defer o.mu.Unlock()
	for p := drivers.Halt; ; p-- {
		if queue := o.queue[p]; len(queue) > 0 {
			t := queue[0]
			o.queue[p] = slices.Delete(queue, 0, 1)
			o.begin(t)
			return t
		}
		if p == drivers.Poll {
			return nil
		}
	}
}

// begin notes that a turn has the line. mu is held.
func (o *Owner) begin(t *turn) {
	o.state.Queue += time.Since(t.since)
	if t.hold != nil {
		o.holder = t.hold
		return
	}
	o.current = t
	o.state.Exchanges++
}

// finish gives the caller its result. The turn is the caller's from then on.
func (t *turn) finish(reply []byte, err error) {
	t.reply, t.err = reply, err
	t.done <- struct{}{}
}

// poke wakes the goroutine that has the line.
func (o *Owner) poke() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
