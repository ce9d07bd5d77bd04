package config

import (
	"hash/fnv"
	"time"

	"pychron-edge/agent/rules"
)

// perWake is how many devices come due at one instant, about: fewer cost the board a wake-up each, and more wait for each other.
const perWake = 12

// phases spreads the polls of many devices of one period over it. A phase follows from the name and from how many devices have the
// period: two boards with one configuration poll alike. Devices that a rule or a derived channel reads together have one phase, so that
// what is compared is of one moment, as far as their periods let it.
func (k *checking) phases() {
	g := groups{}
	for _, d := range k.plan.Derived {
		g.join(d.Device, d.Value)
	}
	for _, r := range k.plan.Rules {
		g.join("", r.When)
	}
	of, alike := map[string]group{}, map[time.Duration]int{}
	for _, d := range k.plan.Devices {
		alike[d.Every]++
		root := g.root(d.Name)
		of[root] = of[root].with(d)
	}
	for _, d := range k.plan.Devices {
		one := of[g.root(d.Name)]
		d.Phase = phaseOf(one.first, one.every, (alike[one.every]+perWake-1)/perWake)
	}
}

// group is what is known of devices that are polled together.
type group struct {
	first string        // of their names
	every time.Duration // the shortest
}

func (g group) with(d *DevicePlan) group {
	if g.first == "" {
		return group{d.Name, d.Every}
	}
	return group{min(g.first, d.Name), min(g.every, d.Every)}
}

// phaseOf is the beginning of one of so many equal parts of a period, in whole milliseconds, that follows from a name.
func phaseOf(name string, every time.Duration, parts int) time.Duration {
	if parts <= 1 {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never an error
	part := time.Duration(h.Sum32() % uint32(parts))
	return (part * every / time.Duration(parts)).Truncate(time.Millisecond)
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
