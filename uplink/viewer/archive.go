package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

var _ telemetry.Archive = (*history)(nil)

// Events implements [telemetry.Archive].
func (h *history) Events(ctx context.Context, f buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	db, err := h.get()
	if err != nil {
		return nil, h.unreadable(err)
	}
	events, err := db.Events(ctx, f)
	if err != nil {
		return nil, h.unreadable(err)
	}
	return func(yield func(buffer.Event, error) bool) {
		for e, err := range events {
			if err != nil {
				err = h.unreadable(err)
			}
			if !yield(e, err) {
				return
			}
		}
	}, nil
}

// Series implements [telemetry.Archive].
func (h *history) Series(ctx context.Context, q telemetry.SeriesQuery) (telemetry.Series, error) {
	db, err := h.get()
	if err != nil {
		return telemetry.Series{}, h.unreadable(err)
	}
	s, err := db.Series(ctx, q)
	return s, h.unreadable(err)
}

// Gaps returns the newest gaps of source ("" = all), none while nothing is stored.
func (h *history) Gaps(ctx context.Context, source string, limit int) ([]store.Gap, error) {
	db, err := h.get()
	if err != nil || h.fails() != nil {
		return nil, err
	}
	gaps, err := db.Gaps(ctx, source, limit)
	return gaps, h.unreadable(err)
}

// Boots returns the boots of all agents in order of arrival, as far as is known.
func (h *history) Boots() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.db != nil {
		return h.db.Boots("")
	}
	return h.boots
}

// unreadable makes an error of the store one that says what cannot be answered. A store that is damaged is replaced.
func (h *history) unreadable(err error) error {
	if store.Damaged(err) {
		h.failed(err)
	}
	if err == nil || errors.Is(err, buffer.ErrRange) || errors.Is(err, buffer.ErrUnknown) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", telemetry.ErrNoHistory, err)
}

// again gives what is stored of a gap of an agent, in portions, and returns the parts that are not stored.
func (h *history) again(ctx context.Context, agent string, g uplink.Gap, give func([]buffer.Event) error) (missing []uplink.Gap, err error) {
	db, err := h.get()
	if err != nil {
		return nil, h.unreadable(err)
	}
	parts, err := db.Again(ctx, store.Gap{Source: agent, Boot: g.Boot, Lane: g.Lane, First: g.From, Last: g.To}, give)
	for _, p := range parts {
		missing = append(missing, uplink.Gap{Lane: p.Lane, Boot: p.Boot, From: p.First, To: p.Last})
	}
	return missing, h.unreadable(err)
}

// housekeep deletes what is beyond the limits, and returns the size of the store in bytes.
func (h *history) housekeep(ctx context.Context, limits store.Retain) (int64, error) {
	db, err := h.get()
	if err != nil || h.fails() != nil {
		return 0, err
	}
	size, err := db.Size(ctx)
	if err != nil {
		return 0, h.unreadable(err)
	}
	n, err := db.Prune(ctx, limits, h.now())
	if n > 0 {
		h.log.Info("pruned", "events", n)
	}
	return size, h.unreadable(err)
}

// pack packs older readings, and returns how many.
func (h *history) pack(ctx context.Context, now time.Time) (int64, error) {
	db, err := h.get()
	if err != nil || h.fails() != nil {
		return 0, nil // that is told already
	}
	n, err := db.Pack(ctx, now)
	return n, h.unreadable(err)
}
