package blackbox

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
)

// Limits of what is kept.
const (
	maxFrozen = 16        // pieces
	maxBytes  = 768 << 10 // of all of them, compressed; at least the newest is kept
	maxOthers = 8         // of them that are not about a trip
)

// haltsFirst is how long a box waits before it looks at what happened. To copy what all lines have is several milliseconds of both processors,
// with the collection that it brings about, and the first byte of a halt had to wait for that. A line that is read 50 times a second has one
// exchange more by then.
const haltsFirst = 20 * time.Millisecond

// Env is what a box uses of its agent. Every field is needed; Publish may be nil.
type Env struct {
	Source, Boot string
	Up           func() time.Duration // monotonic, since the start
	ZeroWall     func() time.Time     // what wall time the start is believed to be
	Lanes        buffer.Lanes
	Plan         func() *config.Plan // in force: its alarms are about the devices that are watched
	Fleet        *device.Fleet       // whose exchanges are kept
	Publish      func(packed []byte) // takes what is frozen; must not block
	Log          *slog.Logger
}

// Box keeps the last ten minutes and freezes what is around a cause. Add and Note may be called from any goroutine, Run from one. It implements
// [telemetry.Trips].
type Box struct {
	env Env

	watched   func(device string) bool // whether an alarm is about the device
	exchanges func() []telemetry.ShownExchange

	memory memory
	wake   chan struct{} // capacity 1: a window was opened, or ends later

	mu      sync.Mutex // below
	windows windows
	packing []*window // that are over and not kept yet
	frozen  []frozen  // oldest first
}

var _ telemetry.Trips = (*Box)(nil)

// frozen is one that is over.
type frozen struct {
	telemetry.TripSummary
	packed []byte
}

// New makes an empty box. It does no I/O.
func New(env Env) *Box {
	return &Box{env: env, wake: make(chan struct{}, 1), watched: func(device string) bool { return watched(env.Plan(), device) },
		exchanges: func() []telemetry.ShownExchange { return exchangesOf(env.Fleet) }}
}

// Add keeps the samples of a poll. A sample that was given before is not kept again. It allocates nothing but for a new point, a new reason
// and the first pages.
func (b *Box) Add(samples []buffer.Sample) {
	b.memory.mu.Lock()
	defer b.memory.mu.Unlock()
	for i := range samples {
		b.memory.add(&samples[i])
	}
}

// Note takes an event that was recorded. It does not block.
func (b *Box) Note(e *buffer.Event) {
	kind := kindOf(e, b.watched)
	if kind == "" || e.Boot != b.env.Boot {
		return
	}
	b.mu.Lock()
	b.windows.note(causeOf(e, kind))
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run freezes each window when it is over, until ctx is done.
func (b *Box) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		b.takeExchanges()
		b.freeze(b.due(b.env.Up()))
		timer.Reset(b.wait())
		select {
		case <-ctx.Done():
			return nil
		case <-b.wake:
			timer.Reset(haltsFirst)
			select {
			case <-ctx.Done():
				return nil
			case <-timer.C:
			}
		case <-timer.C:
		}
	}
}

// Close freezes the windows that are open, as far as they have come: the agent stops.
func (b *Box) Close() {
	b.takeExchanges()
	b.freeze(b.due(math.MaxInt64))
}

// wait is how long nothing is over.
func (b *Box) wait() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	next, ok := b.windows.next()
	if !ok {
		return time.Hour
	}
	return max(next-b.env.Up(), 0)
}

func (b *Box) due(now time.Duration) []*window {
	b.mu.Lock()
	defer b.mu.Unlock()
	over := b.windows.due(now)
	b.packing = append(b.packing, over...)
	return over
}

// takeExchanges takes the exchanges of the windows that were opened: a line keeps only the last few.
func (b *Box) takeExchanges() {
	b.mu.Lock()
	fresh := slices.DeleteFunc(slices.Clone(b.windows.open), func(w *window) bool { return w.exchanges != nil })
	b.mu.Unlock()
	if len(fresh) == 0 {
		return
	}
	taken := merged(nil, b.exchanges())
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range fresh {
		w.exchanges = taken
	}
}

// freeze keeps windows that nobody else has any more, and publishes them.
func (b *Box) freeze(over []*window) {
	for _, w := range over {
		t := b.recall(b.copied(w), b.env.Up())
		if t.Recording { // it was ended before its time
			t.Recording, t.Why = false, "the agent stopped"
		}
		packed, err := pack(t)
		b.keep(w, frozen{t.TripSummary, packed})
		if err != nil {
			b.env.Log.Error("what was around a trip is lost", "id", t.ID, "err", err)
			continue
		}
		if b.env.Publish != nil {
			b.env.Publish(packed)
		}
	}
}

// keep puts one to the others, and drops what is too much: first what is about no trip, then the oldest.
func (b *Box) keep(w *window, k frozen) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.packing = slices.DeleteFunc(b.packing, func(other *window) bool { return other == w })
	if k.packed != nil {
		b.frozen = append(b.frozen, k)
	}
	for b.tooMany() {
		at := slices.IndexFunc(b.frozen, func(k frozen) bool { return !k.isTrip() })
		if at < 0 || at == len(b.frozen)-1 {
			at = 0
		}
		b.frozen = slices.Delete(b.frozen, at, at+1)
	}
}

func (k *frozen) isTrip() bool {
	return slices.ContainsFunc(k.Causes, func(c telemetry.TripCause) bool { return c.Kind == tripKind })
}

// tooMany reports whether one must go. The caller holds mu.
func (b *Box) tooMany() bool {
	size, others := 0, 0
	for i := range b.frozen {
		size += len(b.frozen[i].packed)
		if !b.frozen[i].isTrip() {
			others++
		}
	}
	return len(b.frozen) > 1 && (len(b.frozen) > maxFrozen || size > maxBytes || others > maxOthers)
}
