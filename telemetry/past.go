package telemetry

import (
	"context"
	"iter"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// ReadingsArchive is an [Archive] that keeps readings which the ring of readings has overwritten, and yields no events.
type ReadingsArchive interface {
	// ReadingsOf yields every reading of a time that is held, in no order.
	ReadingsOf(since, until time.Time) iter.Seq[*buffer.Event]
	// Hold is how long a reading counts as the value until the next.
	Hold() time.Duration
}

var _ ReadingsArchive = (*History)(nil)

// Hold implements [ReadingsArchive].
func (h *History) Hold() time.Duration { return h.Silence() }

// ReadingsOf implements [ReadingsArchive]: those of the blocks, then those that are in no block yet. Each is valid until the next.
func (h *History) ReadingsOf(since, until time.Time) iter.Seq[*buffer.Event] {
	return func(yield func(*buffer.Event) bool) {
		var it block.Iterator
		more := true
		position := h.Long.Each(func(k *block.Key, s *block.Summary) bool {
			return k.Kind == buffer.Reading && s.LastTime >= since.UnixMicro()-1 && s.FirstTime <= until.UnixMicro()
		}, func(held *block.Held) bool {
			for more = held.Open(&it) == nil && more; more && it.Next(); {
				more = yield(&it.Event)
			}
			return more
		})
		follow := h.Readings.Follow(position, batchSize)
		for events, _ := follow.Next(); more && len(events) > 0; events, _ = follow.Next() {
			for i := range events {
				if e := &events[i]; more && !e.Time.Before(since) && !e.Time.After(until) {
					more = yield(e)
				}
			}
		}
	}
}

// holdOfStore is how long a reading of a store counts as the value until the next: two and a half heartbeats of the default.
const holdOfStore = 150 * time.Second

// hold is how long a reading of the archive counts.
func (l *eventLog) hold() time.Duration {
	if a, ok := l.archive.(ReadingsArchive); ok {
		return a.Hold()
	}
	return holdOfStore
}

// past gives f what matches of the past: from the store, or where there is none from the rings. Events are valid until f returns.
func (l *eventLog) past(ctx context.Context, f buffer.Filter, each func(*buffer.Event)) error {
	if l.archive != nil {
		asked := f
		asked.Since = l.cleared.since(f.Since)
		stored, err := l.archive.Events(ctx, asked)
		if err != nil {
			return err
		}
		if stored != nil {
			for e, err := range stored {
				if err != nil {
					return err
				}
				each(&e)
			}
			return ctx.Err()
		}
	}
	h := &ringReader{lanes: l.lanes, boots: l.backend.Boots, end: l.lanes.Now()}
	from := l.cleared.from(buffer.Positions{})
	if !slices.Contains(f.Lanes, buffer.Readings) && len(f.Lanes) > 0 {
		from.Readings = h.end.Readings // nothing of it is asked for
	}
	begin, _ := h.begin(from, &f)
	for e := range h.oldest(begin, &f, 0) {
		each(e)
	}
	return ctx.Err()
}

// pastReadings gives f the readings of one agent in a time, and its other events.
func (l *eventLog) pastReadings(ctx context.Context, source string, since, until time.Time, each func(*buffer.Event)) error {
	f := buffer.Filter{Sources: []string{source}, Since: since, Until: until.Add(time.Microsecond)}
	if a, ok := l.archive.(ReadingsArchive); ok {
		f.Lanes = []buffer.Lane{buffer.Audit, buffer.Ingest}
		for e := range a.ReadingsOf(l.cleared.since(since), until) {
			each(e)
		}
	}
	return l.past(ctx, f, each)
}
