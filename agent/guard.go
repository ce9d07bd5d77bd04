package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// guardTick is how often the supervisor looks where no reading makes it look: at values that went stale, lasers that have
// been on for too long or are no longer heard, leases that lapsed, and halts that did not succeed.
const guardTick = 100 * time.Millisecond

// look judges the rules on what is present now.
func (h *house) look() {
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	h.door.lookLocked()
}

// lookLocked judges the rules after every Read and before every Set. The caller holds mu.
func (d *door) lookLocked() {
	if len(d.plan.Rules) > 0 {
		d.house.tripped(trips(d.plan.Rules, d.view(), d.latches))
	}
}

// tripped halts what the rules that just tripped halt, and tells it. The caller holds the door's lock: nothing that they
// forbid gets in between.
func (h *house) tripped(list []Trip) {
	for _, t := range list {
		for _, name := range t.Rule.Halt {
			h.haltLater(h.instrument(name), agentItself("rule"), "rule "+t.Rule.Name+": "+t.Why)
		}
	}
	for _, t := range list {
		h.log.Error("an interlock tripped", "rule", t.Rule.Name, "why", t.Why)
		h.tellTrip(t.Rule, 1, buffer.Critical, "tripped", "why="+quoted(t.Why))
	}
}

// tellTrip records that a rule tripped (1) or was cleared (0).
func (h *house) tellTrip(r *Rule, value float64, severity buffer.Severity, status, text string) {
	h.record(&buffer.Event{
		Kind: buffer.Trip, Severity: severity, Type: buffer.Gauge, Metric: "interlock_tripped", Value: value,
		Labels: buffer.MakeLabels("rule", r.Name), Status: status, Note: text,
	})
	h.republish()
}

func quoted(s string) string {
	n := &note{}
	n.add("x", s)
	return strings.TrimPrefix(n.String(), "x=")
}

// supervise looks at what time alone changes, until ctx is done.
func (h *house) supervise(ctx context.Context) error {
	tick := time.NewTicker(guardTick)
	defer tick.Stop()
	noted := h.clock.up()
	for {
		if now := h.clock.up(); now-noted >= noteEvery {
			noted = now
			h.tellOdometers()
		}
		h.look()
		h.stepAlarms()
		for _, i := range h.all() {
			h.watchLaser(i)
			h.haltAgain(i)
		}
		h.watchLeases()
		h.progress.Store(int64(h.clock.up()))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watchLaser halts a laser that is on for longer than max_on, on and no longer heard, or on though a latch says otherwise.
func (h *house) watchLaser(i *instrument) {
	since := i.burning()
	if !i.model.Laser || since == 0 {
		return
	}
	now := h.clock.up()
	c, _ := i.status()
	heard := max(c.success, since)
	switch {
	case i.maxOn > 0 && now-since >= i.maxOn:
		h.haltOnce(i, "max_on", fmt.Sprintf("on for max_on, %v", i.maxOn))
	case now-heard > i.staleAfter:
		h.haltOnce(i, "silence", fmt.Sprintf("on and not heard for %v", i.staleAfter))
	default:
		if why := h.door.mustBeOff(i.name); why != "" {
			h.haltOnce(i, "rule", "found on: "+why)
		}
	}
}

// mustBeOff says which latch a device may not be on under, "" if there is none: for one that is on all the same, by a hand
// at its panel or from before a restart.
func (d *door) mustBeOff(device string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.latched != "" {
		return d.latched
	}
	for _, r := range d.plan.Rules {
		if l := d.latches[r.Name]; l != nil && l.Tripped && slices.Contains(r.Halt, device) {
			return "rule " + r.Name + ": " + l.Why
		}
	}
	return ""
}

// watchLeases halts the devices whose lease lapsed.
func (h *house) watchLeases() {
	h.door.mu.Lock()
	lapsed := h.door.leases.lapsed(h.clock.up())
	h.door.mu.Unlock()
	for device, l := range lapsed {
		h.haltLater(h.instrument(device), agentItself("lease"), "the hold of "+l.by+" lapsed")
	}
}

// health is the word for a device's health.
func (h *house) health(device string) string {
	i := h.instrument(device)
	if i == nil {
		if d := h.plan().Device(device); d != nil && d.Off {
			return "disabled"
		}
		return string(unknown)
	}
	c, _ := i.status()
	if c.health == "" {
		return string(unknown)
	}
	return string(c.health)
}

// Halt makes everything inert that can be. It needs the right to halt, or to command.
func (d *door) Halt(ctx context.Context, by telemetry.Principal) (telemetry.HaltResult, error) {
	if !by.May(telemetry.Stop) && !by.May(telemetry.Admin) {
		return telemetry.HaltResult{}, fmt.Errorf("%s may not halt: %w; allowed is who has the right halt, command or admin", by.Name, telemetry.ErrForbidden)
	}
	return d.house.haltAll(context.WithoutCancel(ctx), by, "asked for", anything), nil
}
