package portlist

import (
	"strings"
	"testing"

	"pychron-edge/drivers/line"
)

func TestPortsThatAreAlike(t *testing.T) {
	var out strings.Builder
	err := Write(&out, []line.PortInfo{
		{Node: "/dev/ttyUSB0", VID: "1a86", PID: "7523", ByPath: "/dev/serial/by-path/one", Alike: "/dev/ttyUSB1"},
		{Node: "/dev/ttyUSB1", VID: "1a86", PID: "7523", ByID: "/dev/serial/by-id/usb-1a86", ByPath: "/dev/serial/by-path/two", Alike: "/dev/ttyUSB0"},
	}, map[string][]string{"serial:///dev/ttyUSB7": {"pump"}})
	const want = `PORT          VID:PID    SERIAL  PRODUCT  NAME THAT STAYS          DEVICES
/dev/ttyUSB0  1a86:7523  -       -        /dev/serial/by-path/one  -
/dev/ttyUSB1  1a86:7523  -       -        /dev/serial/by-path/two  -
alike: /dev/ttyUSB0 and /dev/ttyUSB1; nothing but the place they are plugged in tells them apart
not there: serial:///dev/ttyUSB7, for pump
`
	if err != nil || out.String() != want {
		t.Errorf("Write() = %v:\n%swant\n%s", err, out.String(), want)
	}
}

func TestPortsTable(t *testing.T) {
	var out strings.Builder
	users := map[string][]string{"/dev/ttyS77": {"laser"}, portKey(line.PortInfo{Node: "/dev/ttyS9"}): {"ion1", "ion2"}}
	if err := Write(&out, []line.PortInfo{{Node: "/dev/ttyS9", VID: "0403", PID: "6001", Serial: "A5"}, {Node: "/dev/ttyS8"}}, users); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(out.String(), "\n")
	for i, want := range []string{"PORT VID:PID SERIAL PRODUCT NAME THAT STAYS DEVICES", "/dev/ttyS9 0403:6001 A5 - - ion1, ion2", "/dev/ttyS8 - - - - -", "not there: /dev/ttyS77, for laser"} {
		if got := strings.Join(strings.Fields(rows[i]), " "); got != want {
			t.Errorf("row %d = %q, want %q", i, got, want)
		}
	}
}
