package line

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Stable is the name of a port that leads to it after adapters were plugged in another order: the link by its serial number, or by its
// place where another adapter has, or may have, the same name; "" if there is neither.
func (p PortInfo) Stable() string {
	if p.Alike != "" || p.VID != "" && p.Serial == "" {
		return cmp.Or(p.ByPath, p.ByID)
	}
	return cmp.Or(p.ByID, p.ByPath)
}

// markAlike notes which adapters nothing but their place tells apart.
func markAlike(ports []PortInfo) {
	for i := range ports {
		for j := range ports {
			if ports[i].alike(&ports[j]) {
				ports[i].Alike = ports[j].Node
			}
		}
	}
}

// alike says whether two ports are on two adapters of one identity.
func (p *PortInfo) alike(q *PortInfo) bool {
	return p.VID != "" && p.VID == q.VID && p.PID == q.PID && p.Serial == q.Serial && p.Product == q.Product && p.unit == q.unit && p.place != q.place
}

const byIDFolder = "serial/by-id"

// ambiguous says why a path does not always lead to the same adapter; nil if it does, as far as can be seen.
func (a Address) ambiguous(sysfs, dev string) error {
	if a.Node == "" || filepath.Dir(a.Node) != filepath.Join(dev, byIDFolder) {
		return nil
	}
	ports, err := ListPorts(sysfs, dev)
	real, gone := filepath.EvalSymlinks(a.Node)
	if err != nil || gone != nil {
		return nil // what is not there is said by who opens it
	}
	for _, p := range ports {
		if p.Node == real && p.Alike != "" {
			return fmt.Errorf("%s and %s are alike (%s:%s %s), and %s leads to either; must be %s", p.Node, p.Alike, p.VID, p.PID, p.Serial, a.Node, p.byPlace())
		}
	}
	return nil
}

// MayLeadTo says whether an address leads to a port, or may: by an identity or a name that another adapter has, too. It opens nothing.
func (a Address) MayLeadTo(p PortInfo) bool { return a.mayLeadTo(p, "/sys", "/dev") }

func (a Address) mayLeadTo(p PortInfo, sysfs, dev string) bool {
	switch {
	case a.Scheme != "serial":
		return false
	case a.Node == "":
		return a.matches(p)
	}
	real, err := filepath.EvalSymlinks(a.Node)
	if err != nil || real == p.Node {
		return err == nil
	}
	ports, err := ListPorts(sysfs, dev)
	return err == nil && filepath.Dir(a.Node) == filepath.Join(dev, byIDFolder) &&
		slices.ContainsFunc(ports, func(q PortInfo) bool { return q.Node == real && q.alike(&p) })
}

func (p PortInfo) byPlace() string { return cmp.Or(p.ByPath, "a path below /dev/serial/by-path") }

// Unsteady says why the path of a serial line may lead to another adapter one day, and what it must be; "" if it does not, or if the
// adapter is not there. It opens nothing.
func (a Address) Unsteady() string { return a.unsteady("/sys", "/dev") }

func (a Address) unsteady(sysfs, dev string) string {
	if a.Scheme != "serial" || a.Node == "" {
		return ""
	}
	if err := a.ambiguous(sysfs, dev); err != nil {
		return err.Error()
	}
	real, err := filepath.EvalSymlinks(a.Node)
	if err != nil {
		return ""
	}
	ports, err := ListPorts(sysfs, dev)
	if err != nil {
		return ""
	}
	for _, p := range ports {
		if p.Node != real || p.VID == "" {
			continue
		}
		switch {
		case a.Node == p.Node:
			return fmt.Sprintf("%s is numbered in the order in which adapters are plugged in; must be %s", p.Node, cmp.Or(p.Stable(), "a name that stays"))
		case p.Serial == "" && filepath.Dir(a.Node) == filepath.Join(dev, byIDFolder):
			return fmt.Sprintf("%s has no serial number, and another adapter of its make (%s:%s) would be called the same; must be %s", p.Node, p.VID, p.PID, p.byPlace())
		}
	}
	return ""
}

// unitOf is which of the ports of an adapter a tty is: the interface in "1-1.4:1.0".
func unitOf(device string) string {
	at, err := filepath.EvalSymlinks(device)
	if err != nil {
		return ""
	}
	for range 4 {
		if _, unit, ok := strings.Cut(filepath.Base(at), ":"); ok {
			return unit
		}
		at = filepath.Dir(at)
	}
	return ""
}
