package line

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// PortInfo is a serial port of this machine, as sysfs describes it.
type PortInfo struct {
	Node    string // "/dev/ttyUSB0"
	VID     string // USB identity, four hex digits; "" = not on USB
	PID     string
	Serial  string
	Product string // what a USB adapter calls itself
	ByID    string // link to Node by identity and serial number; "" = there is none
	ByPath  string // link to Node by its place on the bus; "" = there is none
	Alike   string // node of another adapter with the same identity and serial number; "" = there is none

	place, unit string // of a USB adapter: where it is plugged in, and which of its ports it is
}

// ListPorts lists the serial ports, by node. It reads sysfs (sysfs "" = /sys) and the links in dev ("" = /dev), and never
// opens a port: opening a port reconfigures it while another program uses it (satpulse#117).
func ListPorts(sysfs, dev string) ([]PortInfo, error) {
	sysfs, dev = cmp.Or(sysfs, "/sys"), cmp.Or(dev, "/dev")
	names, err := os.ReadDir(filepath.Join(sysfs, "class/tty"))
	if err != nil {
		return nil, fmt.Errorf("list serial ports: %w", err)
	}
	ids, paths := linksIn(dev, byIDFolder), linksIn(dev, "serial/by-path")
	var ports []PortInfo
	for _, name := range names {
		p, ok := portInfo(sysfs, dev, name.Name())
		if ok {
			p.ByID, p.ByPath = ids[p.Node], paths[p.Node]
			ports = append(ports, p)
		}
	}
	markAlike(ports)
	slices.SortFunc(ports, func(a, b PortInfo) int {
		return cmp.Or(len(a.Node)-len(b.Node), strings.Compare(a.Node, b.Node))
	})
	return ports, nil
}

// portInfo describes one tty; false for consoles, pseudo-terminals and the places of UARTs that are not fitted. A tty that
// vanishes meanwhile is not there.
func portInfo(sysfs, dev, name string) (PortInfo, bool) {
	device := filepath.Join(sysfs, "class/tty", name, "device")
	if driver, err := os.Readlink(filepath.Join(device, "driver")); err != nil || filepath.Base(driver) == "" {
		return PortInfo{}, false
	}
	if sysText(filepath.Join(sysfs, "class/tty", name, "type")) == "0" { // PORT_UNKNOWN: no UART behind ttyS2
		return PortInfo{}, false
	}
	p := PortInfo{Node: filepath.Join(dev, name)}
	if usb, ok := usbDevice(device); ok {
		p.VID, p.PID = sysText(filepath.Join(usb, "idVendor")), sysText(filepath.Join(usb, "idProduct"))
		p.Serial, p.Product = sysText(filepath.Join(usb, "serial")), sysText(filepath.Join(usb, "product"))
		p.place, p.unit = filepath.Base(usb), unitOf(device)
	}
	return p, true
}

// usbDevice climbs from a tty's device to the USB device that has it: two steps for ttyUSB, one for ttyACM.
func usbDevice(device string) (string, bool) {
	at, err := filepath.EvalSymlinks(device)
	if err != nil {
		return "", false
	}
	for range 4 {
		if _, err := os.Stat(filepath.Join(at, "idVendor")); err == nil {
			return at, true
		}
		at = filepath.Dir(at)
	}
	return "", false
}

// sysText is the text of a small sysfs file; "" if it cannot be had.
func sysText(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// linksIn maps nodes to the links to them in a folder.
func linksIn(dev, folder string) map[string]string {
	links := map[string]string{}
	dir := filepath.Join(dev, folder)
	names, err := os.ReadDir(dir)
	if err != nil {
		return links
	}
	for _, name := range names {
		link := filepath.Join(dir, name.Name())
		if to, err := os.Readlink(link); err == nil {
			if !filepath.IsAbs(to) {
				to = filepath.Join(dir, to)
			}
			links[to] = link
		}
	}
	return links
}

// node is the device node of a serial line. The error wraps fs.ErrNotExist while it is not plugged in.
func (a Address) node(sysfs, dev string) (string, error) {
	if a.Node != "" {
		if _, err := os.Stat(a.Node); err != nil {
			return "", a.notThere(err)
		}
		return a.Node, a.ambiguous(sysfs, dev)
	}
	names, err := os.ReadDir(filepath.Join(sysfs, "class/tty"))
	if err != nil {
		return "", fmt.Errorf("look for adapter %s:%s: %w", a.VID, a.PID, err)
	}
	var found []string
	for _, name := range names {
		if !strings.HasPrefix(name.Name(), "ttyUSB") && !strings.HasPrefix(name.Name(), "ttyACM") {
			continue
		}
		if p, ok := portInfo(sysfs, dev, name.Name()); ok && a.matches(p) {
			found = append(found, p.Node)
		}
	}
	return a.only(found)
}

func (a Address) matches(p PortInfo) bool {
	return strings.EqualFold(p.VID, a.VID) && strings.EqualFold(p.PID, a.PID) && (a.Serial == "" || p.Serial == a.Serial)
}

// only refuses to choose between adapters that look alike.
func (a Address) only(found []string) (string, error) {
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no adapter %s:%s %s: %w", a.VID, a.PID, a.Serial, fs.ErrNotExist)
	case 1:
		return found[0], nil
	}
	if a.Serial != "" {
		return "", fmt.Errorf("%s are alike (%s:%s %s); must be a path below /dev/serial/by-path", strings.Join(found, " and "), a.VID, a.PID, a.Serial)
	}
	return "", fmt.Errorf("%s have USB identity %s:%s; add serial=, or use a path below /dev/serial/by-id or by-path", strings.Join(found, " and "), a.VID, a.PID)
}

func (a Address) notThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not plugged in: %w", a.Node, fs.ErrNotExist)
	}
	return err
}
