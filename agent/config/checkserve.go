package config

import (
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/yamlfile"
)

// serves checks the lines that are lent.
func (k *checking) serves() {
	taken := map[string]string{k.config.Agent.Listen: "the page", k.config.Pychron.Listen: "pychron", k.config.Pychron.Furnace.Listen: "the furnace"}
	for _, l := range k.config.Pychron.Lasers {
		taken[l.Listen] = l.Device
	}
	lent := map[string]string{}
	for i, d := range k.plan.Devices {
		if reflect.DeepEqual(d.Serve, ServeConfig{}) {
			continue
		}
		path := devicePath(i) + ".serve"
		k.serveAddress(d, taken, path)
		k.serveModel(d, path)
		if d.Port == "" || d.Line.Key() == "" {
			continue
		}
		if other, is := lent[d.Line.Key()]; is {
			k.At(path, "the line of %s is lent by %s already; must be lent once", d.Name, other)
		}
		lent[d.Line.Key()] = d.Name
		k.serveControl(d, path)
	}
}

// serveAddress checks where a line is lent, and to whom.
func (k *checking) serveAddress(d *DevicePlan, taken map[string]string, path string) {
	s := d.Serve
	if why := badAddress(s.Listen); why != "" {
		k.At(path, "listen %s; must be host:port such as 127.0.0.1:4001", why)
	} else if other, is := taken[s.Listen]; is && !strings.HasSuffix(s.Listen, ":0") {
		k.At(path+".listen", "listen %q is that of %s; must be an address of its own", s.Listen, other)
	}
	taken[s.Listen] = d.Name
	if len(s.Networks) == 0 && !isLoopback(s.Listen) {
		k.At(path, "serve has no networks; must be those of the clients, such as [10.0.0.0/24], unless listen is 127.0.0.1")
	}
	for n, text := range s.Networks {
		if _, err := Network(text); err != nil {
			k.At(fmt.Sprintf("%s.networks[%d]", path, n), "network is %q; must be such as 10.0.0.0/24, or one address", yamlfile.Short(text))
		}
	}
}

// serveModel refuses what cannot be lent.
func (k *checking) serveModel(d *DevicePlan, path string) {
	if k.unclear[d.Name] || d.Decoded == nil {
		return
	}
	if _, ok := drivers.RawOf(d.Decoded); !ok {
		k.At(path, "the line of a %s cannot be lent; must be one of %s", d.Model.Name, strings.Join(lendable(), ", "))
	}
	for _, other := range k.onLine(d) {
		if other.Model.Laser {
			k.At(path, "%s is a laser on this line; must be a line without one", other.Name)
		}
	}
}

// serveControl refuses to let a client write past everything that protects what hangs on the line.
func (k *checking) serveControl(d *DevicePlan, path string) {
	if !d.Serve.Control {
		return
	}
	for _, other := range k.onLine(d) {
		why := ""
		switch {
		case other.Model.Family == "valve":
			why = "is a valve"
		case other.Model.Laser:
			why = "is a laser"
		case slices.ContainsFunc(other.Moves, func(c Control) bool { return c.Hazard }):
			why = "has a hazardous control"
		case other.Model.Heats:
			why = "heats"
		case drivers.HighVoltage(other.Decoded):
			why = "makes high voltage"
		case k.ruled(other.Name):
			why = "is named by a rule"
		}
		if why != "" {
			k.At(path+".control", "control is true and %s %s; commands must go through the agent", other.Name, why)
			return
		}
	}
}

// onLine are the devices on the line of a device, itself among them.
func (k *checking) onLine(d *DevicePlan) (all []*DevicePlan) {
	for _, other := range k.plan.Devices {
		if other == d || other.Port != "" && other.Line.Key() == d.Line.Key() {
			all = append(all, other)
		}
	}
	return all
}

// ruled reports whether a rule halts, forbids or watches a device.
func (k *checking) ruled(name string) bool {
	for _, r := range k.config.Rules {
		names := append(slices.Clone(r.Halt), r.Forbid...)
		if slices.ContainsFunc(names, func(s string) bool { return s == name || strings.HasPrefix(s, name+".") }) {
			return true
		}
	}
	for _, r := range k.plan.Rules {
		if r.When == nil {
			continue
		}
		for _, in := range r.When.Inputs {
			if in.Ref.Device == name {
				return true
			}
		}
	}
	return false
}

// lendable are the models whose line can be lent.
func lendable() (names []string) {
	for _, m := range drivers.Models() {
		if m.Defaults == nil {
			continue
		}
		if _, ok := drivers.RawOf(m.Defaults()); ok {
			names = append(names, m.Name)
		}
	}
	return names
}

// isLoopback reports whether an address is of this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Clients are the networks whose clients the line is lent to.
func (s ServeConfig) Clients() (all []netip.Prefix) {
	texts := s.Networks
	if len(texts) == 0 {
		texts = Strings{"127.0.0.0/8", "::1"}
	}
	for _, text := range texts {
		if n, err := Network(text); err == nil {
			all = append(all, n)
		}
	}
	return all
}
