package config

import (
	"hash/fnv"
	"time"

	"pychron-edge/agent/rules"
)

// phases spreads the polls of devices over their periods, so that no more than a few come due at one instant. A phase follows from the
// name alone: two boards with one configuration poll alike, and a device keeps its phase when others come and go. Devices that a rule or
// a derived channel reads together have one phase, that of the first of their names, so that what is compared is of one moment.
func (k *checking) phases() {
	g := groups{}
	for _, d := range k.plan.Derived {
		g.join(d.Device, d.Value)
	}
	for _, r := range k.plan.Rules {
		g.join("", r.When)
	}
	first := map[string]string{} // of the devices of a group, by its root
	for _, d := range k.plan.Devices {
		root := g.root(d.Name)
		if name, is := first[root]; !is || d.Name < name {
			first[root] = d.Name
		}
	}
	for _, d := range k.plan.Devices {
		d.Phase = phaseOf(first[g.root(d.Name)], d.Every)
	}
}

// phaseOf is a whole number of milliseconds below every that follows from a name: what comes due in one of them wakes the board once.
func phaseOf(name string, every time.Duration) time.Duration {
	slots := uint32(min(every/time.Millisecond, 1<<31))
	if slots == 0 {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never an error
	return time.Duration(h.Sum32()%slots) * time.Millisecond
}

// groups are names that belong together: each name leads, by way of others, to the root of its group.
type groups map[string]string

func (g groups) root(name string) string {
	for g[name] != "" {
		name = g[name]
	}
	return name
}

// join puts what an expression reads into one group, with a name if that is not empty.
func (g groups) join(name string, e *rules.Expression) {
	if e == nil {
		return
	}
	for _, in := range e.Inputs {
		if name == "" {
			name = in.Device
		}
		if a, b := g.root(name), g.root(in.Device); a != b {
			g[a] = b
		}
	}
}
