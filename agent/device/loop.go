package device

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"pychron-edge/agent/task"
	"pychron-edge/drivers"
)

// loop is that of one device: it polls, listens to what comes unasked, and identifies the device whenever its line was opened anew. Commands
// and halts come from elsewhere and take turns with it. A goroutine runs it while it has something to do, one at a time, and none in between:
// one that waited would keep its stack, which is a good part of what an instrument takes of the memory.
type loop struct {
	device *Device
	ctx    context.Context
	start  func(func()) // runs a function on a goroutine
	ended  func(error)
	resume func()      // run: named as a method, it would be allocated anew each time
	timer  *time.Timer // of the next poll
	due    atomic.Bool // the timer has fired
	parked atomic.Bool // no goroutine runs it
	seen   uint64      // openings of the line that were polled
}

// errParked means that there is nothing to do.
var errParked = errors.New("idle")

// Start begins the loop of a device and returns at once. run runs a function on a goroutine; ended is called once, when ctx is done and the loop
// is over. A panic in it is an error. What it gives is to be called when ctx is done.
func (i *Device) Start(ctx context.Context, run func(func()), ended func(error)) (wake func()) {
	l := &i.loop
	l.device, l.ctx, l.start, l.ended, l.resume = i, ctx, run, ended, l.run
	l.timer = time.AfterFunc(openTimeout, func() {
		l.due.Store(true)
		l.Wake()
	})
	if i.Line != nil {
		i.Line.Watch(l)
	}
	l.parked.Store(true)
	l.Wake()
	return l.Wake
}

// Wake runs the loop on where it is parked. It may be called by anybody, before Start too, and never blocks.
func (l *loop) Wake() {
	if l.parked.Swap(false) {
		l.start(l.resume)
	}
}

// run runs the loop until it is parked or over.
func (l *loop) run() {
	err := task.Recovered(l.ctx, l.device.Name, l.attend)
	if errors.Is(err, errParked) {
		return // it is another goroutine's by now, or none's
	}
	l.timer.Stop()
	if l.device.Line != nil {
		l.device.Line.Unwatch(l)
	}
	l.ended(err)
}

// attend polls and listens as long as there is something to do.
func (l *loop) attend(ctx context.Context) error {
	i := l.device
	for ctx.Err() == nil {
		if opens, open := i.lineOpens(); open && opens != l.seen {
			l.seen = opens
			i.PollNow()
		}
		select {
		case text := <-i.unasked:
			i.listen(ctx, text)
			continue
		case <-i.wake:
		default:
			if l.due.Load() {
				break
			}
			if l.park() {
				return errParked
			}
			continue
		}
		begun := i.env.Clock.Up()
		i.Poll(ctx)
		l.due.Store(false) // a poll that came due meanwhile is the one that has just been
		l.timer.Reset(i.next(begun))
	}
	return nil
}

// park leaves the loop to whoever wakes it; false where there is something to do. Where it is true, nothing of the loop may be touched
// any more.
func (l *loop) park() bool {
	i := l.device
	seen := l.seen
	l.parked.Store(true)
	opens, open := i.lineOpens()
	busy := l.due.Load() || len(i.wake) > 0 || len(i.unasked) > 0 || open && opens != seen || l.ctx.Err() != nil
	return !busy || !l.parked.CompareAndSwap(true, false)
}

// openTimeout is how long a line may take to open at the start before that is a failure.
const openTimeout = 500 * time.Millisecond

// changed is closed at the next opening or loss of the line; nil, which never is, without a line.
func (i *Device) changed() <-chan struct{} {
	if i.Line == nil {
		return nil
	}
	return i.Line.Changed()
}

// next is how long to wait from now for the next poll. A device that answers is polled at the multiples of its period, each at its
// phase within it, so that its rate does not drift and not all devices of one period are polled at one instant; one that fails, after
// its pause.
func (i *Device) next(begun time.Duration) time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.env.Clock.Up()
	if i.condition.failures > 0 {
		i.retryAt = begun + i.condition.pause(i.every, i.alone.Load())
		return max(i.retryAt-now, 0)
	}
	i.retryAt = 0
	return i.ticks.after(now, i.every, i.Plan().Phase) - now
}

// ticks are the moments at which a device is polled. The zero value is ready to use.
type ticks struct{ last, phase time.Duration }

// after is tick, without its division where the last moment has just passed.
func (t *ticks) after(now, every, phase time.Duration) time.Duration {
	if late := now - t.last; phase == t.phase && late >= 0 && late < every {
		t.last += every
	} else {
		t.last, t.phase = tick(now, every, phase), phase
	}
	return t.last
}

// tick is the first moment after now that is phase behind a multiple of every: at most every later, also after a poll out of turn.
func tick(now, every, phase time.Duration) time.Duration {
	if now < phase {
		return phase
	}
	return (now - phase).Truncate(every) + every + phase
}

// Poll reads the device once. A halt that cuts it is no failure.
func (i *Device) Poll(ctx context.Context) {
	ctx, end, err := i.session.takePoll(ctx)
	if err != nil {
		return
	}
	defer end()
	first := i.readsFirst()
	readings, err := i.read(ctx, first)
	if err == nil {
		i.answered()
		i.accept(readings, i.readAt, i.readUp)
		if first {
			err = i.askIdentity(ctx)
		}
	}
	if err != nil && ctx.Err() == nil {
		i.failed(err)
	}
}

// read identifies the device where its line is new, and reads it. A lost request or answer is asked for once more, but not
// of a device that has been failing: its line belongs to the others. first means that it is identified after it was read.
func (i *Device) read(ctx context.Context, first bool) ([]drivers.Reading, error) {
	if err := i.prepare(ctx, first); err != nil {
		return nil, err
	}
	readings, err := i.ask(ctx)
	if errors.Is(err, drivers.ErrUnitChanged) {
		i.known = false
		if err = i.identify(ctx); err == nil {
			readings, err = i.ask(ctx)
		}
	}
	if err != nil && repeatable(err) && ctx.Err() == nil {
		if c, _ := i.Status(); c.failures == 0 && c.Success > 0 {
			readings, err = i.ask(ctx)
		}
	}
	return readings, err
}

// ask is one Read, counted and timed.
func (i *Device) ask(ctx context.Context) ([]drivers.Reading, error) {
	begun := i.env.Clock.Up()
	if i.Shared != nil {
		i.Shared.Polled()
	}
	readings, err := i.driver.Read(ctx)
	i.readAt, i.readUp = i.env.Clock.Both()
	if i.Shared != nil {
		i.lent = i.Shared.Polled()
	}
	i.suspect(err)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	i.reads.Done(err, i.readUp-begun, i.readAt)
	return readings, err
}

// listen gives the driver a line that came unasked.
func (i *Device) listen(ctx context.Context, text []byte) {
	_, end, err := i.session.take(ctx, i.session.mark())
	if err != nil {
		return
	}
	defer end()
	listener, ok := i.driver.(drivers.Listener)
	if !ok {
		return
	}
	if readings := listener.Unasked(text); len(readings) > 0 {
		i.merge(readings)
	}
}

// answered notes a good Read, the last, and tells the end of a failure.
func (i *Device) answered() {
	i.mu.Lock()
	first := i.condition.Success == 0
	recovered, failures := i.condition.succeed(i.readUp)
	i.mu.Unlock()
	switch {
	case recovered:
		i.reportRecovery(failures)
	case first:
		i.env.Gauge("device_up", LabelsOf(i.Name, ""), 1)
	}
}

// failed notes a failed poll, tells it where that is due, and takes away the numbers that are no longer answered for.
func (i *Device) failed(err error) {
	i.mu.Lock()
	report := i.condition.fail(err, i.env.Clock.Up())
	failures, class := i.condition.failures, i.condition.class
	i.mu.Unlock()
	i.lose(class)
	if report {
		i.reportFailure(err, class, failures)
	}
}
