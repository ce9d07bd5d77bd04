package line

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// twins are two adapters of one identity, as udev names them: both have one name by identity, which leads to the one that came last. A
// serial number of "-" is none.
func twins(t *testing.T, serial string) (sysfs, dev string) {
	t.Helper()
	sysfs, dev = sysfsWith(t, "ttyUSB0 1a86 7523 A", "ttyUSB1 1a86 7523 B", "ttyUSB2 0403 6001 GAUGE")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dev, "serial/by-path"), 0o700))
	for _, name := range []string{"ttyUSB0", "ttyUSB1", "ttyUSB2"} {
		must(os.WriteFile(filepath.Join(dev, name), nil, 0o600))
		must(os.Symlink("../../"+name, filepath.Join(dev, "serial/by-path/place-of-"+name)))
		if name != "ttyUSB2" {
			must(os.WriteFile(filepath.Join(sysfs, "devices/usb1/1-"+name, "serial"), []byte(strings.Trim(serial, "-")+"\n"), 0o600))
		}
	}
	must(os.Remove(filepath.Join(dev, "serial/by-id/usb-A")))
	return sysfs, dev
}

func TestTwinsAreToldApartByTheirPlace(t *testing.T) {
	for _, serial := range []string{"-", "0001"} {
		sysfs, dev := twins(t, serial)
		ports, err := ListPorts(sysfs, dev)
		if err != nil || len(ports) != 3 {
			t.Fatalf("ListPorts() = %+v, %v", ports, err)
		}
		for n, want := range []string{"/serial/by-path/place-of-ttyUSB0", "/serial/by-path/place-of-ttyUSB1", "/serial/by-id/usb-GAUGE"} {
			if got := ports[n].Stable(); got != dev+want {
				t.Errorf("serial %s: Stable() of %s = %s, want %s", serial, ports[n].Node, got, dev+want)
			}
		}
		if ports[0].Alike != dev+"/ttyUSB1" || ports[1].Alike != dev+"/ttyUSB0" || ports[2].Alike != "" {
			t.Errorf("serial %s: alike are %q, %q, %q", serial, ports[0].Alike, ports[1].Alike, ports[2].Alike)
		}
	}
}

func TestTwinsAreRefusedByTheirCommonName(t *testing.T) {
	sysfs, dev := twins(t, "0001")
	byID := Address{Scheme: "serial", Node: dev + "/serial/by-id/usb-B"}
	node, err := byID.node(sysfs, dev)
	if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "are alike (1a86:7523 0001)") || !strings.Contains(err.Error(), "place-of-ttyUSB1") {
		t.Errorf("node by the common name = %q, %v, want that it leads to either", node, err)
	}
	for _, path := range []string{"/serial/by-path/place-of-ttyUSB0", "/serial/by-id/usb-GAUGE", "/ttyUSB1"} {
		a := Address{Scheme: "serial", Node: dev + path}
		if node, err := a.node(sysfs, dev); err != nil || node != a.Node {
			t.Errorf("node of %s = %q, %v", path, node, err)
		}
	}
	identity := Address{Scheme: "serial", VID: "1a86", PID: "7523", Serial: "0001"}
	if node, err := identity.node(sysfs, dev); err == nil || !strings.Contains(err.Error(), "by-path") {
		t.Errorf("node by the common identity = %q, %v, want both named, and by-path", node, err)
	}
	if err := os.RemoveAll(filepath.Join(sysfs, "class/tty/ttyUSB0")); err != nil { // the other is unplugged
		t.Fatal(err)
	}
	if node, err := byID.node(sysfs, dev); err != nil || node == "" {
		t.Errorf("node of the only one = %q, %v", node, err)
	}
}

func TestUnsteadyNames(t *testing.T) {
	sysfs, dev := twins(t, "-")
	for path, want := range map[string]string{
		"/ttyUSB2":                         "is numbered in the order in which adapters are plugged in; must be " + dev + "/serial/by-id/usb-GAUGE",
		"/ttyUSB0":                         "must be " + dev + "/serial/by-path/place-of-ttyUSB0",
		"/serial/by-id/usb-B":              "are alike",
		"/serial/by-id/usb-GAUGE":          "",
		"/serial/by-path/place-of-ttyUSB1": "",
		"/serial/by-id/usb-NOT-THERE":      "",
	} {
		got := Address{Scheme: "serial", Node: dev + path}.unsteady(sysfs, dev)
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("unsteady(%s) = %q, want %q", path, got, want)
		}
	}
	if err := os.RemoveAll(filepath.Join(sysfs, "class/tty/ttyUSB0")); err != nil {
		t.Fatal(err)
	}
	if got := (Address{Scheme: "serial", Node: dev + "/serial/by-id/usb-B"}).unsteady(sysfs, dev); !strings.Contains(got, "has no serial number") {
		t.Errorf("unsteady by identity without a serial number = %q", got)
	}
}

// Whoever must not touch a port asks for all that may be it.
func TestWhatMayLeadToAPort(t *testing.T) {
	sysfs, dev := twins(t, "0001")
	ports, err := ListPorts(sysfs, dev)
	if err != nil {
		t.Fatal(err)
	}
	node := func(path string) Address { return Address{Scheme: "serial", Node: dev + path} }
	for _, c := range []struct {
		a    Address
		port int
		want bool
	}{
		{Address{Scheme: "serial", VID: "1a86", PID: "7523", Serial: "0001"}, 0, true}, {Address{Scheme: "serial", VID: "1a86", PID: "7523"}, 1, true},
		{Address{Scheme: "serial", VID: "0403", PID: "6001"}, 0, false}, {Address{Scheme: "tcp"}, 0, false},
		{node("/serial/by-id/usb-B"), 0, true}, {node("/serial/by-id/usb-B"), 1, true}, {node("/serial/by-id/usb-B"), 2, false},
		{node("/serial/by-path/place-of-ttyUSB0"), 0, true}, {node("/serial/by-path/place-of-ttyUSB0"), 1, false}, {node("/gone"), 0, false},
	} {
		if got := c.a.mayLeadTo(ports[c.port], sysfs, dev); got != c.want {
			t.Errorf("%+v may lead to %s: %v, want %v", c.a, ports[c.port].Node, got, c.want)
		}
	}
}
