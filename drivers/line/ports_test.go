package line

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
)

// sysfsWith is a sysfs with ttys, and a dev with links to them. A tty is "name", "name vid pid serial" or, for a place
// without a UART, "name -".
func sysfsWith(t *testing.T, ttys ...string) (sysfs, dev string) {
	t.Helper()
	root := t.TempDir()
	sysfs, dev = filepath.Join(root, "sys"), filepath.Join(root, "dev")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(path, text string) {
		must(os.MkdirAll(filepath.Dir(path), 0o700))
		must(os.WriteFile(path, []byte(text+"\n"), 0o600))
	}
	must(os.MkdirAll(filepath.Join(dev, "serial/by-id"), 0o700))
	for _, tty := range ttys {
		f := strings.Fields(tty)
		class, device := filepath.Join(sysfs, "class/tty", f[0]), filepath.Join(sysfs, "devices", f[0])
		if len(f) == 4 {
			usb := filepath.Join(sysfs, "devices/usb1", "1-"+f[0])
			write(filepath.Join(usb, "idVendor"), f[1])
			write(filepath.Join(usb, "idProduct"), f[2])
			write(filepath.Join(usb, "serial"), f[3])
			write(filepath.Join(usb, "product"), "FT232R USB UART")
			device = filepath.Join(usb, "1-1:1.0", f[0])
			must(os.Symlink("../../"+f[0], filepath.Join(dev, "serial/by-id", "usb-"+f[3])))
		}
		must(os.MkdirAll(device, 0o700))
		must(os.MkdirAll(class, 0o700))
		must(os.Symlink("/sys/bus/drivers/x", filepath.Join(device, "driver")))
		must(os.Symlink(device, filepath.Join(class, "device")))
		if len(f) == 2 {
			write(filepath.Join(class, "type"), "0")
		}
	}
	must(os.MkdirAll(filepath.Join(sysfs, "class/tty/tty0"), 0o700)) // a console has no device
	return sysfs, dev
}

func TestListPorts(t *testing.T) {
	sysfs, dev := sysfsWith(t, "ttyUSB10 0403 6001 GAUGE2", "ttyUSB1 0403 6001 GAUGE1", "ttyAMA0", "ttyS3 -")
	got, err := ListPorts(sysfs, dev)
	want := []PortInfo{
		{Node: dev + "/ttyAMA0"},
		{Node: dev + "/ttyUSB1", VID: "0403", PID: "6001", Serial: "GAUGE1", Product: "FT232R USB UART", ByID: dev + "/serial/by-id/usb-GAUGE1", place: "1-ttyUSB1", unit: "1.0"},
		{Node: dev + "/ttyUSB10", VID: "0403", PID: "6001", Serial: "GAUGE2", Product: "FT232R USB UART", ByID: dev + "/serial/by-id/usb-GAUGE2", place: "1-ttyUSB10", unit: "1.0"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("ListPorts() = %+v, %v, want %+v", got, err, want)
	}
}

func TestListPortsWithoutSysfs(t *testing.T) {
	if got, err := ListPorts(t.TempDir(), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ListPorts() = %v, %v, want fs.ErrNotExist", got, err)
	}
}

func TestNodeByIdentity(t *testing.T) {
	sysfs, dev := sysfsWith(t, "ttyUSB0 0403 6001 GAUGE1", "ttyUSB1 0403 6001 GAUGE2", "ttyACM0 2341 0043 VALVES")
	for url, want := range map[string]string{
		"serial://?vid=0403&pid=6001&serial=GAUGE2": dev + "/ttyUSB1",
		"serial://?vid=2341&pid=0043":               dev + "/ttyACM0",
		"serial://?vid=0403&pid=6001":               "add serial=",
		"serial://?vid=0403&pid=6001&serial=GAUGE3": "file does not exist",
	} {
		a, err := ParseAddress(url, drivers.LineSettings{})
		if err != nil {
			t.Fatal(err)
		}
		node, err := a.node(sysfs, dev)
		if node != want && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("node of %s = %q, %v, want %s", url, node, err, want)
		}
		if absent := strings.Contains(want, "not exist"); absent != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("node of %s: %v; that it is absent is %v, want %v", url, err, !absent, absent)
		}
	}
}

// TestListPortsOpensNoPort watches the nodes: opening one that is in use would change its settings, or reset the board
// behind it.
func TestListPortsOpensNoPort(t *testing.T) {
	sysfs, dev := sysfsWith(t, "ttyUSB0 0403 6001 GAUGE1", "ttyAMA0")
	nodes := []string{filepath.Join(dev, "ttyUSB0"), filepath.Join(dev, "ttyAMA0")}
	watch, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(watch)
	for _, node := range nodes {
		if err := os.WriteFile(node, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := unix.InotifyAddWatch(watch, node, unix.IN_OPEN); err != nil {
			t.Fatal(err)
		}
	}
	seen := make([]byte, 4096)
	if got, err := ListPorts(sysfs, dev); err != nil || len(got) != len(nodes) {
		t.Fatalf("ListPorts() = %+v, %v, want %d ports", got, err, len(nodes))
	}
	if n, err := unix.Read(watch, seen); !errors.Is(err, unix.EAGAIN) {
		t.Errorf("after ListPorts the nodes have been opened (%d bytes of events, %v), want untouched", n, err)
	}
	if _, err := os.ReadFile(nodes[0]); err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Read(watch, seen); n <= 0 || err != nil {
		t.Errorf("opening a node was not seen: %v; the watch is blind", err)
	}
}
