package main

import (
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

// failed records that something was not stored, or that what is stored cannot be read.
func (h *history) failed(err error) {
	h.mu.Lock()
	now := h.now()
	first := h.trouble == nil || !h.reported
	if h.trouble == nil && now.Sub(h.storedAt) > time.Minute {
		h.delay = 0
	}
	h.delay = min(max(2*h.delay, minReopen), maxReopen)
	h.trouble, h.reported, h.failedAt, h.retryAt = err, true, now, now.Add(h.delay)
	if first {
		h.since = now
	}
	h.mu.Unlock()
	if !first {
		return
	}
	h.log.Error("nothing is stored; the live view goes on", "store", store.Redact(h.where), "error", err)
	h.report(&buffer.Event{Time: now.UTC(), Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter,
		Metric: "viewer_store_failures_total", Value: 1, Status: "failed", Note: fmt.Sprintf("%.400s", err)})
}

// works records that all that waited is stored.
func (h *history) works() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trouble == nil {
		return
	}
	if h.reported {
		h.log.Info("events are stored again", "store", store.Redact(h.where))
	}
	h.trouble, h.reported, h.storedAt = nil, false, h.now()
}

// fails returns why nothing is stored, nil if it is.
func (h *history) fails() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.trouble
}

// troubleSince returns when trouble began, false if there is none.
func (h *history) troubleSince() (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.since, h.trouble != nil
}

// failing is fails, and for some time after: trouble that comes and goes is one alarm.
func (h *history) failing(now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.reported && (h.failedAt.IsZero() || now.Sub(h.failedAt) > 2*maxReopen) {
		return nil
	}
	if h.trouble != nil {
		return h.trouble
	}
	return errors.New("it failed a moment ago")
}

// about says what became of an earlier database, "" if nothing did.
func (h *history) about() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.notice
}
