package line

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"pychron-edge/drivers"
)

// ErrCut is the error of an exchange that was cut short, or a Hold that was ended, by a halt on the same line. It comes
// together with ErrTimeout.
var ErrCut = fmt.Errorf("cut short by a halt on the line: %w", drivers.ErrTimeout)

// errReleased refuses an exchange on the Port of a Hold that has ended.
var errReleased = errors.New("the line is no longer held")

// port is the line as one device sees it.
type port struct {
	owner  *Owner
	device string
	line   drivers.LineSettings // filled

	watched watched // Owner.mu
}

// Port is the line for one device on it, with the settings of the address.
func (o *Owner) Port(device string) drivers.Port { return o.PortWith(device, o.address.Line) }

// PortWith is the line for one device on it whose model has settings of its own for its exchanges: Deadline, Flush, Resync.
// The longest Gap and Settle of all devices hold for the line; Echo, and what the UART is set to, are those of the
// address. It is called before Run.
func (o *Owner) PortWith(device string, l drivers.LineSettings) drivers.Port {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gap, o.settle = max(o.gap, l.Gap), max(o.settle, l.Settle)
	if l.Unasked != "" {
		o.separator = l.Unasked
	}
	own, line := filled(l), filled(o.address.Line)
	own.Baud, own.Bits, own.Parity, own.Stop, own.Echo = line.Baud, line.Bits, line.Parity, line.Stop, line.Echo
	return &port{owner: o, device: device, line: own}
}

// Transact implements [drivers.Port].
func (p *port) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	return p.transact(ctx, request, split, nil)
}

// transact has one exchange, inside a Hold if h is not nil.
func (p *port) transact(ctx context.Context, request []byte, split bufio.SplitFunc, h *hold) ([]byte, error) {
	o := p.owner
	if err := ctx.Err(); err != nil {
		return nil, o.failure(err)
	}
	r := o.newRequest(p, ctx)
	defer o.recycle(r)
	r.device, r.line, r.split = p.device, &p.line, split
	r.bytes = append(r.bytes, request...)
	err := o.admit(r, p, h)
	if err == nil {
		err = o.await(r)
	}
	if err != nil {
		return nil, o.failure(err)
	}
	return r.reply, nil
}

// admit puts an exchange into the queue, or at once into the Hold that its device has: a device waits for no line that it
// holds itself.
func (o *Owner) admit(r *request, p *port, h *hold) error {
	o.mu.Lock()
	if h == nil && o.holder != nil && o.holder.port == p && o.holder.ended == nil && r.priority <= o.holder.request.priority {
		h = o.holder
	}
	defer o.mu.Unlock()
	if h == nil {
		return o.enqueueLocked(r)
	}
	if h.ended != nil {
		return h.ended
	}
	h.next = append(h.next, r)
	o.wakeUp()
	return nil
}

// await waits for the end of a request. When its ctx is done the request is taken out of the queue, or cut and its end awaited: the split function
// must not run when Transact has returned.
func (o *Owner) await(r *request) error {
	if r.watched {
		if r.ctx.Err() != nil { // perhaps before it was in the queue
			o.giveUp(r.ctx)
		}
		<-r.done
		return r.err
	}
	select {
	case <-r.done:
		return r.err
	case <-r.ctx.Done():
	}
	if o.dequeue(r) {
		return r.ctx.Err()
	}
	o.mu.Lock()
	o.cut(r)
	o.mu.Unlock()
	o.wakeUp()
	<-r.done
	return r.err
}

// failure is an error with the place it happened at.
func (o *Owner) failure(err error) error { return fmt.Errorf("%v: %w", o.address, err) }

// Hold implements [drivers.Port].
func (p *port) Hold(ctx context.Context, f func(drivers.Port) error) error {
	o := p.owner
	if err := ctx.Err(); err != nil {
		return o.failure(err)
	}
	r := &request{ctx: ctx, priority: drivers.PriorityOf(ctx), device: p.device, line: &p.line, done: make(chan struct{}, 1), spoiled: true}
	h := &hold{port: p, request: r}
	r.hold = h
	if inside := o.holding(p, r.priority); inside != nil {
		return f(&held{p, inside})
	}
	if err := o.enqueue(r); err != nil {
		return o.failure(err)
	}
	defer o.release(h)
	if err := o.await(r); err != nil {
		return o.failure(err)
	}
	return f(&held{p, h})
}

// holding is the Hold that a device has already, nil if it has none.
func (o *Owner) holding(p *port, priority drivers.Priority) *hold {
	o.mu.Lock()
	defer o.mu.Unlock()
	if h := o.holder; h != nil && h.port == p && h.ended == nil && priority <= h.request.priority {
		return h
	}
	return nil
}

// release ends a Hold.
func (o *Owner) release(h *hold) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if h.ended == nil {
		o.endHold(h, errReleased)
	}
	o.wakeUp()
}

// held is the line inside a Hold.
type held struct {
	port *port
	hold *hold
}

// Transact implements [drivers.Port]. It does not queue: its device has the line.
func (h *held) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	return h.port.transact(ctx, request, split, h.hold)
}

// Hold implements [drivers.Port].
func (h *held) Hold(ctx context.Context, f func(drivers.Port) error) error {
	if err := ctx.Err(); err != nil {
		return h.port.owner.failure(err)
	}
	return f(h)
}
