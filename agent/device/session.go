package device

import (
	"context"
	"errors"
	"sync"
	"time"
)

// session lets one goroutine at a time use a device, and lets a halt break in: it cancels what is under way, lets nothing
// that was asked for before it begin after it, and then runs alone.
type session struct {
	token chan struct{} // full while a goroutine has the turn

	endPoll func() // ends the turn of a poll

	mu       sync.Mutex
	halts    uint64             // halts ever begun
	halting  int                // halts waiting or running
	cancel   context.CancelFunc // of the operation under way; nil for a halt
	quiesced bool               // nothing but halts begins any more
	polls    pollContext
}

// pollContext is what the polls of one loop run in, one after the other.
type pollContext struct {
	of     context.Context // the loop's; nil before the first
	ctx    context.Context
	cancel context.CancelFunc
}

// What a turn can be refused with.
var (
	errHalted = errors.New("cut by a halt")
	errBusy   = errors.New("the operation under way does not end")
	errGone   = errors.New("its configuration is being changed")
)

func newSession() *session {
	t := &session{token: make(chan struct{}, 1)}
	t.endPoll = func() { t.end(nil) }
	return t
}

// mark is the number of halts so far: an operation asked for now must not begin after the next one.
func (t *session) mark() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.halts
}

// take waits for the turn and gives the context of the operation, which a halt cancels, and what ends the turn. An
// operation marked before a halt is refused with errHalted, as is any while a halt is waiting.
func (t *session) take(ctx context.Context, mark uint64) (context.Context, func(), error) {
	if err := t.enter(ctx, mark); err != nil {
		return nil, nil, err
	}
	defer t.mu.Unlock()
	inner, cancel := context.WithCancel(ctx)
	t.cancel = cancel
	return inner, func() { t.end(cancel) }, nil
}

// takePoll is take for a poll. All polls of one loop have one context, which is made anew after a halt has cancelled it, and is not
// cancelled at the end of a poll: making one for each costs as much as the rest of taking the turn.
func (t *session) takePoll(ctx context.Context) (context.Context, func(), error) {
	if err := t.enter(ctx, t.mark()); err != nil {
		return nil, nil, err
	}
	defer t.mu.Unlock()
	p := &t.polls
	if p.of != ctx || p.ctx.Err() != nil {
		if p.cancel != nil {
			p.cancel()
		}
		p.of = ctx
		p.ctx, p.cancel = context.WithCancel(ctx)
	}
	t.cancel = p.cancel
	return p.ctx, t.endPoll, nil
}

// enter waits for the turn of an operation. Where it returns nil, the caller holds mu.
func (t *session) enter(ctx context.Context, mark uint64) error {
	if err := t.await(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	err := t.refuses(ctx, mark)
	if err != nil {
		t.mu.Unlock()
		<-t.token
	}
	return err
}

// await waits for the turn.
func (t *session) await(ctx context.Context) error {
	select {
	case t.token <- struct{}{}: // nobody has it
		return nil
	default:
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case t.token <- struct{}{}:
		return nil
	}
}

// refuses is why an operation that has the turn must not begin, nil if it may. The caller holds mu.
func (t *session) refuses(ctx context.Context, mark uint64) error {
	switch {
	case t.quiesced:
		return errGone
	case t.halting > 0 || t.halts != mark:
		return errHalted
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return nil
}

// end ends a turn. cancel is nil where the context goes on.
func (t *session) end(cancel context.CancelFunc) {
	t.mu.Lock()
	t.cancel = nil
	t.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	<-t.token
}

// halt cuts what is under way and runs f alone. It waits at most patience for the turn, then gives errBusy without
// running f.
func (t *session) halt(ctx context.Context, timeout time.Duration, f func(context.Context) error) error {
	t.mu.Lock()
	t.halts++
	t.halting++
	if t.cancel != nil {
		t.cancel()
	}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.halting--
		t.mu.Unlock()
	}()
	patient := time.NewTimer(timeout)
	defer patient.Stop()
	select {
	case t.token <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-patient.C:
		return errBusy
	}
	defer func() { <-t.token }()
	return f(ctx)
}

// quiesce lets nothing but halts begin any more, and waits for what is under way: for at most patience, then it is cut.
func (t *session) quiesce(timeout time.Duration) {
	t.mu.Lock()
	t.quiesced = true
	t.mu.Unlock()
	for _, bound := range []time.Duration{timeout, haltTimeout} {
		timer := time.NewTimer(bound)
		select {
		case t.token <- struct{}{}:
			timer.Stop()
			<-t.token
			return
		case <-timer.C:
		}
		t.mu.Lock()
		if t.cancel != nil {
			t.cancel()
		}
		t.mu.Unlock()
	}
}

// resume takes retire back.
func (t *session) resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.quiesced = false
}

// How long a halt waits for its turn, and how long it may take with its turn.
const (
	haltTimeout = time.Second
	haltBound   = 3 * time.Second
)
