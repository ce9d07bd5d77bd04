package command

import (
	"context"
	"runtime"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// supervisePeriod is how often the supervisor looks where no reading makes it look: at values that went stale, lasers that have
// been on for too long or are no longer heard, leases that lapsed, and halts that did not succeed.
const supervisePeriod = 100 * time.Millisecond

// judgeRulesLocked judges the rules after every Read and before every Set. The caller holds mu.
func (d *Commander) judgeRulesLocked() {
	if len(d.plan.Rules) == 0 {
		return
	}
	v := d.view()
	for _, end := range rules.EndBypasses(d.plan.Rules, v.Now, d.latches) {
		d.recordBypassEnd(end)
	}
	d.trip(rules.Trips(d.plan.Rules, v, d.latches))
	for _, r := range rules.ClearThemselves(d.plan.Rules, v.Now, d.latches) {
		d.RecordTrip(r, 0, buffer.Warning, "cleared", "why="+buffer.Quoted("good for "+rules.ClearAfter.String()))
	}
}

// trip halts what the rules that just tripped halt, and records it. The caller holds mu: nothing that they forbid gets in
// between.
func (d *Commander) trip(list []rules.Trip) {
	for _, t := range list {
		for _, name := range t.Rule.Halt {
			d.Halter.later(d.env.Fleet.Find(name), buffer.AgentItself("rule"), "rule "+t.Rule.Name+": "+t.Why)
		}
	}
	if len(list) > 0 {
		runtime.Gosched() // to what was begun: on one processor it would wait until all of this is logged, recorded and encoded
	}
	for _, t := range list {
		d.env.Log.Error("an interlock tripped", "rule", t.Rule.Name, "why", t.Why)
		d.RecordTrip(t.Rule, 1, buffer.Critical, "tripped", "why="+buffer.Quoted(t.Why))
	}
}

// RecordTrip records that a rule tripped (1) or was cleared (0).
func (d *Commander) RecordTrip(r *rules.Rule, value float64, severity buffer.Severity, status, text string) {
	d.env.Record(&buffer.Event{
		Kind: buffer.Trip, Severity: severity, Type: buffer.Gauge, Metric: "interlock_tripped", Value: value,
		Labels: buffer.MakeLabels("rule", r.Name), Status: status, Note: text,
	})
	d.env.Changed()
}

// judgeRules judges the rules on what is present now.
func (d *Commander) judgeRules() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.judgeRulesLocked()
}

// dailyEvery is the time between what is done once a day.
const dailyEvery = 24 * time.Hour

// Supervise looks at what time alone changes, until ctx is done.
func (d *Commander) Supervise(ctx context.Context) error {
	tick := time.NewTicker(supervisePeriod)
	defer tick.Stop()
	daily := d.env.Clock.Up()
	for {
		if now := d.env.Clock.Up(); now-daily >= dailyEvery {
			daily = now
			d.env.Daily()
		}
		d.judgeRules()
		d.stepAlarms()
		for _, i := range d.env.Fleet.All() {
			d.watchLaser(i)
			d.Halter.again(i)
		}
		d.watchLeases()
		d.recordRepeated(false)
		d.Progress.Store(int64(d.env.Clock.Up()))
		select {
		case <-ctx.Done():
			d.recordRepeated(true)
			return nil
		case <-tick.C:
		}
	}
}

// watchLeases halts the devices whose lease lapsed.
func (d *Commander) watchLeases() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.endLeases(d.env.Clock.Up())
}

// endLeases halts the devices whose lease ran out. The caller holds mu: nobody's lease takes the place of one that is not halted yet.
func (d *Commander) endLeases(now time.Duration) {
	for device, l := range d.leases.lapsed(now) {
		d.Halter.later(d.env.Fleet.Find(device), buffer.AgentItself("lease"), "the hold of "+l.by+" lapsed")
	}
}

// Stop stops what moves of one device, as a halt of it alone: nobody's lock or rule stands in the way of that. It needs the right to
// command the device, or to halt.
func (d *Commander) Stop(ctx context.Context, by buffer.Principal, name string) error {
	i := d.env.Fleet.Find(name)
	switch err := d.mayTouch(by, name); {
	case err != nil && !by.May(buffer.RightHalt):
		d.recordCallRefusal(by, "stop", "device", name, err)
		return err
	case i == nil || !i.IsActuator():
		return refuse("unavailable", buffer.ErrConflict, "%s is not in operation", name)
	}
	return d.Halter.One(context.WithoutCancel(ctx), i, by, "asked to stop")
}
