package main

import (
	"net/netip"

	"pychron-edge/uplink/pychron"

	"pychron-edge/agent/config"
	"pychron-edge/agent/task"
)

// startPychron serves Pychron's clients, where the configuration says so: valves on one port, each laser on another.
func (a *agent) startPychron(g *task.Group) {
	c := a.plan().Config.Pychron
	if c.Listen != "" {
		a.servePychron(g, "pychron", a.pychronOptions())
	}
	for _, l := range c.Lasers {
		o := a.pychronOptions()
		o.Listen, o.Laser, o.LaserCommands = l.Listen, l.Device, l.Commands
		a.servePychron(g, "pychron "+l.Device, o)
	}
}

// servePychron starts one port. An address that is taken stops nothing else.
func (a *agent) servePychron(g *task.Group, name string, o pychron.Options) {
	server := pychron.NewServer(o)
	a.services.addPychron(server)
	a.services.add(name, func() (int, string) {
		up, err := server.Listening()
		switch {
		case up:
			return serviceHealthy, ""
		case err != nil:
			return serviceUnavailable, err.Error()
		}
		return serviceUnknown, ""
	})
	g.Start(name, server.Run)
}

// pychronOptions are those of the plan.
func (a *agent) pychronOptions() pychron.Options {
	p := a.plan()
	c := p.Config.Pychron
	o := pychron.Options{
		Listen: c.Listen, Networks: networks(c.Networks), UDPCommands: c.UDPCommands, Owner: c.Owner, CloseAfterReply: c.CloseAfterReply, Frame: c.Frame,
		Coolant: c.Coolant, Agent: pychronAgent{a}, Log: a.log,
	}
	for _, name := range c.Flags {
		o.Flags = append(o.Flags, pychron.Flag{Name: name})
	}
	for _, name := range c.TimedFlags {
		o.Flags = append(o.Flags, pychron.Flag{Name: name, Timed: true})
	}
	for _, name := range config.SortedKeys(c.ValveFlags) {
		o.Flags = append(o.Flags, pychron.Flag{Name: name, Valves: pychronNames(p, c.ValveFlags[name])})
	}
	return o
}

// networks are those of the configuration, which was checked.
func networks(texts []string) (all []netip.Prefix) {
	for _, text := range texts {
		if n, err := config.Network(text); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// pychronNames are valves of the configuration as Pychron's clients name them.
func pychronNames(p *config.Plan, valves []string) (names []string) {
	for _, v := range p.PychronValves() {
		for _, name := range valves {
			if v.Ref.String() == name || v.Point == "open" && v.Device == name {
				names = append(names, v.Name)
			}
		}
	}
	return names
}
