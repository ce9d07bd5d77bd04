package command

import (
	"strings"

	"pychron-edge/agent/rules"
)

// Latch keeps everything at idle for a reason, until somebody clears it; "" latches nothing.
func (d *Commander) Latch(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.latched = why
}

// WhyLatched is why everything is kept at idle, "" if it is not.
func (d *Commander) WhyLatched() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.latched
}

// beforeRestart stands before why a rule tripped that is tripped since before the start.
const beforeRestart = "before the restart: "

// RestoreTrip takes back the trip of a rule, or that it was cleared, from before the start.
func (d *Commander) RestoreTrip(rule string, tripped bool, why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !tripped {
		delete(d.latches, rule)
		return
	}
	d.restoreTrip(rule, why)
}

// restoreTrip takes back the trip of a rule. The caller holds mu.
func (d *Commander) restoreTrip(rule, why string) {
	d.latches[rule] = &rules.Latch{Tripped: true, Since: d.env.Clock.Up(), Why: beforeRestart + strings.TrimPrefix(why, beforeRestart)}
}

// Tripped says whether a rule is tripped.
func (d *Commander) Tripped(rule string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.latches[rule]
	return l != nil && l.Tripped
}
