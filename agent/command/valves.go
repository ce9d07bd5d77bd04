package command

import (
	"pychron-edge/agent/rules"
)

// ValveStanding is what the commander knows of one valve.
type ValveStanding struct {
	State  rules.ValveState
	Moving bool   // a command for it is under way
	Locked bool   // nobody may open it
	Owner  string // who alone may; "" = it is nobody's
}

// Valves is what the commander knows of some valves at one instant.
func (d *Commander) Valves(refs []rules.Ref) []ValveStanding {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, situation := d.env.Clock.Steady(), d.situation()
	all := make([]ValveStanding, len(refs))
	for n, r := range refs {
		all[n].State = situation.Valve(r)
		all[n].Moving = len(d.moving[r]) > 0
		if l, ok := d.locks[r.Device]; ok && !l.over(now) {
			all[n].Locked = l.owner == "" || l.outOfService
			all[n].Owner = l.owner
		}
	}
	return all
}
