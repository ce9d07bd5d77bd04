package command

import "fmt"

// Tripping names the first thing that stands since it tripped, and why: a halt that nobody cleared, a laser that was on for too long or
// whose halt is not sent yet, a rule. "" where nothing does.
func (d *Commander) Tripping() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.latched != "" {
		return fmt.Sprintf("%s: %s", HaltRule, d.latched)
	}
	if h := d.halted; h != nil {
		return fmt.Sprintf("%s: asked for by %s", HaltRule, h.By.Name)
	}
	for _, s := range d.maxOnStandings() {
		return fmt.Sprintf("%s: %s", s.Rule.Name, s.Latch.Why)
	}
	for _, i := range d.env.Fleet.All() {
		if i.Model.Laser && i.PendingHalt() {
			return fmt.Sprintf("halt: %s may be on, its halt is not sent yet", i.Name)
		}
	}
	for _, r := range d.plan.Rules {
		if l := d.latches[r.Name]; l != nil && l.Tripped {
			return fmt.Sprintf("%s: %s", r.Name, l.Why)
		}
	}
	return ""
}
