package line

import (
	"context"
	"slices"

	"pychron-edge/drivers"
)

// watched is the context of the last request of a port, and what it says. The polls of a device all have one: from the second on the line is
// told when that is done, and who waits for a reply waits for nothing else.
type watched struct {
	ctx      context.Context
	priority drivers.Priority
	secret   string
	end      func() bool // of the watch; nil: it is not watched
}

// watch gives what ctx says. The lock of the owner is held.
func (p *port) watch(ctx context.Context) *watched {
	w := &p.watched
	switch {
	case w.ctx != ctx:
		if w.end != nil {
			w.end()
		}
		*w = watched{ctx: ctx, priority: drivers.PriorityOf(ctx), secret: drivers.SecretOf(ctx)}
	case w.end == nil && w.priority == drivers.Poll:
		w.end = context.AfterFunc(ctx, func() { p.owner.giveUp(ctx) })
	}
	return w
}

// giveUp ends the requests of a watched context that is done: those that wait at once, and the one under way is cut.
func (o *Owner) giveUp(ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	gone := func(r *request) bool {
		if !r.watched || r.ctx != ctx {
			return false
		}
		r.finish(nil, ctx.Err())
		return true
	}
	for p := range o.queue {
		o.queue[p] = slices.DeleteFunc(o.queue[p], gone)
	}
	if h := o.holder; h != nil {
		h.next = slices.DeleteFunc(h.next, gone)
	}
	if r := o.current; r != nil && r.watched && r.ctx == ctx {
		o.cut(r)
		o.wakeUp()
	}
}
