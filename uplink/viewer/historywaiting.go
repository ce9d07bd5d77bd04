package main

import (
	"context"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

// keep stores an event of the viewer itself, later. It does not block.
func (h *history) keep(e buffer.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = append(h.waiting, e)
	if len(h.waiting) > maxWaiting {
		h.drop(&h.waiting[0])
		h.waiting = h.waiting[1:]
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// drop makes a gap of an event that cannot wait any longer. The caller holds mu.
func (h *history) drop(e *buffer.Event) {
	if n := len(h.dropped); n > 0 && h.dropped[n-1].Last+1 == e.Seq && h.dropped[n-1].Lane == e.Lane {
		h.dropped[n-1].Last++
		return
	}
	h.dropped = append(h.dropped, store.Gap{Source: e.Source, Boot: e.Boot, Lane: e.Lane, First: e.Seq, Last: e.Seq, Noticed: h.now().UTC(), Declared: true})
}

// flush stores the events that wait.
func (h *history) flush(ctx context.Context, db *store.Store) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	h.mu.Lock()
	waiting, dropped := h.waiting, h.dropped
	h.waiting, h.dropped = nil, nil
	h.mu.Unlock()
	_, err := db.Append(ctx, waiting)
	for i := 0; i < len(dropped) && err == nil; i++ {
		err = db.NoteGap(ctx, dropped[i])
	}
	if err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.waiting, h.dropped = append(waiting, h.waiting...), append(dropped, h.dropped...)
	}
	return err
}
