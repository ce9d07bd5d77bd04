// Package served gives Pychron's clients the valves, gauges and lasers of an agent, each on the port that its configuration says, and
// the agent what Pychron's metrics page says. It starts nothing.
package served

import (
	"log/slog"
	"net/netip"

	"pychron-edge/uplink/pychron"

	"pychron-edge/agent/config"
)

// port is one port of Pychron's clients.
type port struct {
	name string // of the service
	*pychron.Server
}

// ports are those of the plan in force: valves on one, each laser on another. None where the configuration serves nobody.
func ports(a Line, log *slog.Logger) (ports []port) {
	c := a.Plan().Config.Pychron
	if c.Listen != "" {
		ports = append(ports, port{"pychron", pychron.NewServer(a.options(log))})
	}
	for _, l := range c.Lasers {
		o := a.options(log)
		o.Listen, o.Laser, o.DeviceCommands = l.Listen, l.Device, l.Commands
		ports = append(ports, port{"pychron " + l.Device, pychron.NewServer(o)})
	}
	if c.Furnace.Listen != "" {
		o := a.options(log)
		o.Listen, o.Furnace, o.DeviceCommands = c.Furnace.Listen, c.Furnace.Device, c.Furnace.Commands
		ports = append(ports, port{"pychron furnace", pychron.NewServer(o)})
	}
	return ports
}

// options are those of the plan.
func (a Line) options(log *slog.Logger) pychron.Options {
	p := a.Plan()
	c := p.Config.Pychron
	o := pychron.Options{
		Listen: c.Listen, Networks: networks(c.Networks), UDPCommands: c.UDPCommands, Owner: c.Owner, CloseAfterReply: c.CloseAfterReply, Frame: c.Frame,
		Coolant: c.Coolant, Agent: a, Log: log,
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
