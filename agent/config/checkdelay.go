package config

import (
	"fmt"
	"slices"
	"time"

	"pychron-edge/agent/rules"

	"pychron-edge/yamlfile"
)

// How long a rule may wait.
const (
	maxLaserDelay   = 5 * time.Second  // for and samples of a rule a laser hangs on
	maxDelay        = 60 * time.Second // of any other
	maxMissingAfter = 60 * time.Second
	maxSamples      = 100
)

// delay fills in how long a rule waits until it trips and for a value to come back, and whether it clears itself.
// It is called when what the rule acts on is known.
func (k *checking) delay(r *rules.Rule, c RuleConfig, path string) {
	r.StaleAfter, r.MissingAfter = c.StaleAfter, c.MissingAfter
	r.Delay = rules.Delay{For: c.For, Samples: c.Samples, Max: maxDelay}
	who := ""
	if k.holdsLaser(r) {
		r.Delay.Max, who = maxLaserDelay, ", for a laser hangs on it"
	}
	if c.For > r.Delay.Max {
		k.At(path+".for", "for is %v; must be at most %v%s", c.For, r.Delay.Max, who)
	}
	if c.MissingAfter > maxMissingAfter {
		k.At(path+".missing_after", "missing_after is %v; must be at most %v", c.MissingAfter, maxMissingAfter)
	}
	if _, given := k.Nodes[path+".samples"]; given {
		k.samples(r, path+".samples", who)
	}
	if r.When != nil {
		k.staleAfter(r, path+".stale_after")
	}
	if c.Latch != nil && !*c.Latch {
		r.ClearsItself = true
		if len(r.Halt) > 0 {
			k.At(path+".latch", "latch is false and the rule halts; must be true, or the rule must only forbid")
		}
	}
}

// holdsLaser says whether a laser hangs on a rule: it is halted by it, or one of its controls is forbidden.
func (k *checking) holdsLaser(r *rules.Rule) bool {
	laser := func(name string) bool {
		d := k.plan.Device(name)
		return d != nil && d.Model.Laser
	}
	return slices.ContainsFunc(r.Halt, laser) || slices.ContainsFunc(r.Forbid, func(f rules.Ref) bool { return laser(f.Device) })
}

// samples checks how many readings a rule waits for.
func (k *checking) samples(r *rules.Rule, path, who string) {
	n := r.Delay.Samples
	switch {
	case n < 2 || n > maxSamples:
		k.At(path, "samples is %d; must be 2 to %d", n, maxSamples)
		return
	case r.Delay.For > 0:
		k.At(path, "samples stands beside for; must be one of them")
		return
	case r.When == nil:
		return
	case len(r.When.Inputs) == 0:
		k.At(path, "samples counts readings and when names no channel; must be for")
		return
	}
	for _, in := range r.When.Inputs {
		if d := k.plan.Device(in.Device); d != nil && !in.Age && time.Duration(n)*d.Every > r.Delay.Max {
			k.At(path, "%d samples of %s, read every %v, take %v; must be at most %v%s", n, in.Ref, d.Every, time.Duration(n)*d.Every, r.Delay.Max, who)
			return
		}
	}
}

// staleAfter checks that a rule does not wait longer for a value than missing_after may, unless its slowest device does.
func (k *checking) staleAfter(r *rules.Rule, path string) {
	limit := maxMissingAfter
	for _, in := range r.When.Inputs {
		limit = max(limit, in.StaleAfter)
	}
	if r.StaleAfter > limit {
		k.At(path, "stale_after is %v; must be at most %v", r.StaleAfter, limit)
	}
}

// ruleNamed checks the name of a rule. Some are those of the latches every agent has.
func (k *checking) ruleNamed(name, path string) {
	why := badTitle(name)
	if why == "" && ReservedRule(name) {
		why = fmt.Sprintf("is %q, which is a latch every agent has; must be anything but %s and what begins with %q", yamlfile.Short(name), HaltRule, MaxOnPrefix)
	}
	if why != "" {
		k.At(path, "name of a rule %s", why)
	}
}
