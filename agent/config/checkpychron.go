package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"pychron-edge/agent/rules"

	"pychron-edge/lazyregexp"
	"pychron-edge/yamlfile"
)

// defaultOwner is the word for an owner who is no client of Pychron's protocol.
const defaultOwner = "edge"

var ownerPattern = lazyregexp.New(`^[A-Za-z0-9_]+$`)

// pychron checks how Pychron's clients are served.
func (k *checking) pychron() {
	c := &k.config.Pychron
	if reflect.DeepEqual(*c, PychronConfig{}) {
		return
	}
	c.Owner = cmp.Or(c.Owner, defaultOwner)
	switch why := badAddress(c.Listen); {
	case c.Listen == "" && (len(c.Lasers) > 0 || c.Metrics.URL != "" || c.Furnace.Listen != ""):
	case c.Listen == "":
		k.At("pychron", "pychron has no listen; must be host:port such as 0.0.0.0:1061")
	case why != "":
		k.At("pychron.listen", "listen %s; must be host:port such as 0.0.0.0:1061", why)
	case c.Listen == k.config.Agent.Listen && !strings.HasSuffix(c.Listen, ":0"):
		k.At("pychron.listen", "listen is that of the page; must be an address of its own")
	}
	k.pychronMetrics()
	k.pychronNetworks()
	if !ownerPattern.MatchString(c.Owner) {
		k.At("pychron.owner", "owner is %q; must be letters, digits and _", yamlfile.Short(c.Owner))
	}
	if c.Coolant != "" && k.plan.Device(c.Coolant) == nil {
		k.At("pychron.coolant", "device %q is unknown; %s", yamlfile.Short(c.Coolant), k.plan.oneDevice())
	}
	for i, name := range c.Switches {
		k.valve(name, fmt.Sprintf("pychron.switches[%d]", i))
	}
	k.pychronLasers()
	k.pychronFurnace()
	k.pychronFlags()
	k.pychronNames()
}

// pychronNetworks checks who is served.
func (k *checking) pychronNetworks() {
	if c := k.config.Pychron; len(c.Networks) == 0 && (c.Listen != "" || len(c.Lasers) > 0 || c.Furnace.Listen != "") {
		k.At("pychron", "pychron has no networks; must be those of the clients, such as [10.0.0.0/24]")
	}
	for i, text := range k.config.Pychron.Networks {
		at := fmt.Sprintf("pychron.networks[%d]", i)
		switch network, err := Network(text); {
		case err != nil:
			k.At(at, "network is %q; must be such as 10.0.0.0/24, or one address", yamlfile.Short(text))
		case network.Bits() == 0:
			k.Warn(at, "network %s is everybody; whoever reaches this address can move the valves", text)
		}
	}
}

// Network is a network or one address as the file has it.
func Network(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := netip.ParsePrefix(text)
	return n.Masked(), err
}

// pychronLasers checks the ports of lasers.
func (k *checking) pychronLasers() {
	taken := map[string]bool{k.config.Pychron.Listen: true, k.config.Agent.Listen: true}
	seen := k.uniqueNames("laser")
	for i, l := range k.config.Pychron.Lasers {
		at := fmt.Sprintf("pychron.lasers[%d]", i)
		seen.add(l.Device, at+".device")
		if d := k.plan.Device(l.Device); d == nil || !d.Model.Laser {
			k.At(at, "device %q is no laser; %s", yamlfile.Short(l.Device), k.plan.oneLaser())
		}
		if why := badAddress(l.Listen); why != "" {
			k.At(at, "listen %s; must be host:port such as 0.0.0.0:1067", why)
		} else if taken[l.Listen] && !strings.HasSuffix(l.Listen, ":0") {
			k.At(at+".listen", "listen %q is taken; must be an address of its own", l.Listen)
		}
		taken[l.Listen] = true
		if l.Pyrometer != "" && k.plan.Device(l.Pyrometer) == nil {
			k.At(at+".pyrometer", "device %q is unknown; %s", yamlfile.Short(l.Pyrometer), k.plan.oneDevice())
		}
		k.pychronStage(&l, at+".stage")
	}
}

// pychronFurnace checks the port of a furnace.
func (k *checking) pychronFurnace() {
	c, f := &k.config.Pychron, k.config.Pychron.Furnace
	if f == (PychronFurnaceConfig{}) {
		return
	}
	if k.plan.Device(f.Device) == nil {
		k.At("pychron.furnace", "device %q is unknown; %s", yamlfile.Short(f.Device), k.plan.oneDevice())
	}
	taken := []string{c.Listen, k.config.Agent.Listen}
	for _, l := range c.Lasers {
		taken = append(taken, l.Listen)
	}
	if why := badAddress(f.Listen); why != "" {
		k.At("pychron.furnace", "listen %s; must be host:port such as 0.0.0.0:8000", why)
	} else if slices.Contains(taken, f.Listen) && !strings.HasSuffix(f.Listen, ":0") {
		k.At("pychron.furnace.listen", "listen %q is taken; must be an address of its own", f.Listen)
	}
}

// pychronFlags checks the flags: each has a name of its own that can be asked for.
func (k *checking) pychronFlags() {
	c := &k.config.Pychron
	seen := map[string]bool{}
	add := func(name, at string) {
		switch {
		case strings.TrimSpace(name) != name || name == "" || strings.ContainsAny(name, ", \t(){}"):
			k.At(at, "flag is %q; must be a name without blanks, commas and brackets", yamlfile.Short(name))
		case seen[name]:
			k.At(at, "flag %q is given twice; must be given once", name)
		case k.plan.Device(name) != nil:
			k.At(at, "flag %q is a device, too; must be a name of its own", name)
		}
		seen[name] = true
	}
	for i, name := range c.Flags {
		add(name, fmt.Sprintf("pychron.flags[%d]", i))
	}
	for i, name := range c.TimedFlags {
		add(name, fmt.Sprintf("pychron.timed_flags[%d]", i))
	}
	for _, name := range SortedKeys(c.ValveFlags) {
		at := "pychron.valve_flags." + name
		add(name, at)
		for i, valve := range c.ValveFlags[name] {
			k.valve(valve, fmt.Sprintf("%s[%d]", at, i))
		}
	}
}

// pychronNames checks the names of valves: a client splits its words at commas and colons, and takes a name to end at a hyphen.
func (k *checking) pychronNames() {
	taken := map[string]string{}
	for _, v := range k.plan.PychronValves() {
		i := slices.IndexFunc(k.plan.Devices, func(d *DevicePlan) bool { return d.Name == v.Device })
		at := devicePath(i)
		banned := ",:{}()"
		if !v.Manual {
			banned += "-"
		}
		switch other, is := taken[v.Name]; {
		case strings.ContainsAny(v.Name, banned) || strings.TrimSpace(v.Name) != v.Name:
			k.At(at, "Pychron's clients cannot ask for a valve called %q; its first alias must be a name without - , : and brackets", yamlfile.Short(v.Name))
		case strings.HasSuffix(v.Name, "Flag"):
			k.At(at, "Pychron's clients take %q for a flag; the first alias of a valve must not end with Flag", yamlfile.Short(v.Name))
		case is:
			k.At(at, "%s and %s are both %q for Pychron's clients; must be names of their own", other, v.Ref, v.Name)
		}
		taken[v.Name] = v.Ref.String()
	}
}

// PychronValve is a valve as Pychron's clients know it.
type PychronValve struct {
	rules.Ref
	Name           string   // its first alias, else its own
	Others         []string // its other names, which it may be asked for by
	Manual, Switch bool
}

// PychronValves are the valves that Pychron's clients are served, in the order of the file.
func (p *Plan) PychronValves() (valves []PychronValve) {
	for _, d := range p.Devices {
		if d.Off || d.Model.Family != "valve" {
			continue
		}
		for n := range d.Moves {
			if c := &d.Moves[n]; c.IsSwitch() {
				valves = append(valves, p.pychronValve(d, c.Name))
			}
		}
	}
	return valves
}

// pychronValve is one of them.
func (p *Plan) pychronValve(d *DevicePlan, control string) PychronValve {
	own, long, aliases := control, d.Name+"."+control, []string(nil)
	if point := d.Point(control); point != nil {
		aliases = append(aliases, point.Alias...)
	}
	if control == "open" {
		own, long, aliases = d.Name, d.Name, append(slices.Clone([]string(d.Alias)), aliases...)
	}
	v := PychronValve{Ref: rules.Ref{Device: d.Name, Point: control}, Name: own, Manual: d.Model.Manual, Switch: slices.Contains(p.Config.Pychron.Switches, long)}
	if len(aliases) > 0 {
		v.Name, v.Others = aliases[0], append(aliases[1:], own)
	}
	if long != own {
		v.Others = append(v.Others, long)
	}
	return v
}
