package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pychron-edge/buffer"
)

// guardTick is how often the supervisor looks where no reading makes it look: at values that went stale, lasers that have
// been on for too long or are no longer heard, leases that lapsed, and halts that did not succeed.
const guardTick = 100 * time.Millisecond

// lookLocked judges the rules after every Read and before every Set. The caller holds mu.
func (d *door) lookLocked() {
	if len(d.plan.Rules) > 0 {
		d.trip(trips(d.plan.Rules, d.view(), d.latches))
	}
}

// trip halts what the rules that just tripped halt, and records it. The caller holds mu: nothing that they forbid gets in
// between.
func (d *door) trip(list []Trip) {
	for _, t := range list {
		for _, name := range t.Rule.Halt {
			d.halter.later(d.env.Fleet.find(name), agentItself("rule"), "rule "+t.Rule.Name+": "+t.Why)
		}
	}
	for _, t := range list {
		d.env.Log.Error("an interlock tripped", "rule", t.Rule.Name, "why", t.Why)
		d.tellTrip(t.Rule, 1, buffer.Critical, "tripped", "why="+quoted(t.Why))
	}
}

// tellTrip records that a rule tripped (1) or was cleared (0).
func (d *door) tellTrip(r *Rule, value float64, severity buffer.Severity, status, text string) {
	d.env.Record(&buffer.Event{
		Kind: buffer.Trip, Severity: severity, Type: buffer.Gauge, Metric: "interlock_tripped", Value: value,
		Labels: buffer.MakeLabels("rule", r.Name), Status: status, Note: text,
	})
	d.env.Changed()
}

// look judges the rules on what is present now.
func (d *door) look() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lookLocked()
}

// dailyEvery is the time between what is done once a day.
const dailyEvery = 24 * time.Hour

// supervise looks at what time alone changes, until ctx is done.
func (d *door) supervise(ctx context.Context) error {
	tick := time.NewTicker(guardTick)
	defer tick.Stop()
	daily := d.env.Clock.up()
	for {
		if now := d.env.Clock.up(); now-daily >= dailyEvery {
			daily = now
			d.env.Daily()
		}
		d.look()
		d.stepAlarms()
		for _, i := range d.env.Fleet.all() {
			d.watchLaser(i)
			d.halter.again(i)
		}
		d.watchLeases()
		d.progress.Store(int64(d.env.Clock.up()))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watchLaser halts a laser that is on for longer than max_on, on and no longer heard, or on though a latch says otherwise.
func (d *door) watchLaser(i *instrument) {
	since := i.burning()
	if !i.model.Laser || since == 0 {
		return
	}
	now := d.env.Clock.up()
	c, _ := i.status()
	heard := max(c.success, since)
	switch {
	case i.maxOn > 0 && now-since >= i.maxOn:
		d.halter.once(i, "max_on", fmt.Sprintf("on for max_on, %v", i.maxOn))
	case now-heard > i.staleAfter:
		d.halter.once(i, "silence", fmt.Sprintf("on and not heard for %v", i.staleAfter))
	default:
		if why := d.mustBeOff(i.name); why != "" {
			d.halter.once(i, "rule", "found on: "+why)
		}
	}
}

// watchLeases halts the devices whose lease lapsed.
func (d *door) watchLeases() {
	d.mu.Lock()
	lapsed := d.leases.lapsed(d.env.Clock.up())
	d.mu.Unlock()
	for device, l := range lapsed {
		d.halter.later(d.env.Fleet.find(device), agentItself("lease"), "the hold of "+l.by+" lapsed")
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

// Halt makes everything inert that can be. It needs the right to halt, or to command.
func (d *door) Halt(ctx context.Context, by buffer.Principal) (buffer.HaltResult, error) {
	if !by.May(buffer.RightHalt) && !by.May(buffer.RightAdmin) {
		return buffer.HaltResult{}, fmt.Errorf("%s may not halt: %w; allowed is who has the right halt, command or admin", by.Name, buffer.ErrForbidden)
	}
	return d.halter.all(context.WithoutCancel(ctx), by, "asked for", anything), nil
}
