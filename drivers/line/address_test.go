package line_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

func TestParseAddress(t *testing.T) {
	model := drivers.LineSettings{Baud: 19200, Gap: 7 * time.Millisecond, Resync: []byte{3}}
	for _, c := range []struct {
		url, place string
		want       drivers.LineSettings
	}{
		{"serial:///dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0?baud=9600&parity=even&bits=7&stop=2", "serial:///dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0",
			drivers.LineSettings{Baud: 9600, Bits: 7, Parity: "even", Stop: 2, Gap: 7 * time.Millisecond, Resync: []byte{3}}},
		{"serial://?vid=0403&pid=6001&serial=GAUGE1&gap=20ms&deadline=1s&flush=10ms&settle=2s&echo=line&rtscts=true", "serial://?vid=0403&pid=6001&serial=GAUGE1",
			drivers.LineSettings{Baud: 19200, Gap: 20 * time.Millisecond, Deadline: time.Second, Flush: 10 * time.Millisecond, Settle: 2 * time.Second, Echo: "line", RTSCTS: true, Resync: []byte{3}}},
		{"serial:///dev/ttyS1?dtr=off&hupcl=false&rs485=kernel&parity=mark", "serial:///dev/ttyS1",
			drivers.LineSettings{Baud: 19200, Parity: "mark", DTR: "off", KeepDTR: true, RS485: "kernel", Gap: 7 * time.Millisecond, Resync: []byte{3}}},
		{"serial:///dev/ttyS1?hupcl=true&rs485=rts&parity=space", "serial:///dev/ttyS1",
			drivers.LineSettings{Baud: 19200, Parity: "space", RS485: "rts", Gap: 7 * time.Millisecond, Resync: []byte{3}}},
		{"serial://?vid=0A5C&pid=00fF", "serial://?vid=0a5c&pid=00ff", model},
		{"tcp://Moxa.lab:4001?resync=0d0a", "tcp://moxa.lab:4001", drivers.LineSettings{Baud: 19200, Gap: 7 * time.Millisecond, Resync: []byte("\r\n")}},
		{"udp://[::1]:1061?resync=none", "udp://[::1]:1061", drivers.LineSettings{Baud: 19200, Gap: 7 * time.Millisecond}},
	} {
		a, err := line.ParseAddress(c.url, model)
		if err != nil {
			t.Errorf("ParseAddress(%q) = %v", c.url, err)
			continue
		}
		got := a.Line
		if string(got.Resync) != string(c.want.Resync) {
			t.Errorf("ParseAddress(%q).Line.Resync = %q, want %q", c.url, got.Resync, c.want.Resync)
		}
		got.Resync, c.want.Resync = nil, nil
		if a.String() != c.place || !sameSettings(got, c.want) {
			t.Errorf("ParseAddress(%q) = %v %+v, want %s %+v", c.url, a, got, c.place, c.want)
		}
	}
}

func sameSettings(a, b drivers.LineSettings) bool {
	return a.Baud == b.Baud && a.Bits == b.Bits && a.Parity == b.Parity && a.Stop == b.Stop && a.RTSCTS == b.RTSCTS && a.DTR == b.DTR && a.KeepDTR == b.KeepDTR && a.RS485 == b.RS485 && a.Gap == b.Gap &&
		a.Settle == b.Settle && a.Deadline == b.Deadline && a.Flush == b.Flush && a.Echo == b.Echo
}

func TestParseAddressWrong(t *testing.T) {
	for url, want := range map[string]string{
		"":                                          "must be serial, tcp or udp",
		"/dev/ttyUSB0":                              "must be serial:///dev/ttyUSB0",
		"/dev/ttyUSB0?baud=9600":                    "must be serial:///dev/ttyUSB0?baud=9600",
		"/dev/serial/by-id/usb-FTDI-if00":           "must be serial:///dev/serial/by-id/usb-FTDI-if00",
		"ttyACM0":                                   "must be serial:///dev/ttyACM0",
		"COM3":                                      "must be serial:///dev/NODE",
		"moxa.lab:4001":                             "must be tcp://moxa.lab:4001",
		"10.0.0.7:4001?gap=5ms":                     "must be tcp://10.0.0.7:4001?gap=5ms",
		"usb:///dev/ttyUSB0":                        "must be serial, tcp or udp",
		"serial://dev/ttyUSB0":                      "three slashes",
		"serial:dev/ttyUSB0":                        "",
		"serial:///dev/../etc/passwd":               "whole path",
		"serial://":                                 "it has no place",
		"serial://?baud=9600":                       "it has no place",
		"serial://?vid=0403":                        "it has no place",
		"serial://?vid=403&pid=6001":                "four hex digits",
		"serial:///dev/ttyS0?vid=0403":              "must be one of them",
		"serial:///dev/ttyS0?baud=fast":             "50 to 4000000",
		"serial:///dev/ttyS0?baud=0":                "50 to 4000000",
		"serial:///dev/ttyS0?bits=9":                "7 to 8",
		"serial:///dev/ttyS0?parity=both":           "none, even, odd, mark, space",
		"serial:///dev/ttyS0?dtr=1":                 "on, off",
		"serial:///dev/ttyS0?hupcl=off":             "true or false",
		"serial:///dev/ttyS0?rs485=yes":             "kernel, rts",
		"serial:///dev/ttyS0?rs485=rts&rtscts=true": "must be one of them",
		"tcp://moxa.lab:4001?dtr=on":                "must be one of deadline",
		"serial:///dev/ttyS0?stop=1.5":              "1 to 2",
		"serial:///dev/ttyS0?rtscts=1":              "true or false",
		"serial:///dev/ttyS0?speed=9600":            "must be one of baud, bits, deadline",
		"serial:///dev/ttyS0?baud=1&baud=2":         "must be given once",
		"serial:///dev/ttyS0?gap=-1s":               "0s to 10s",
		"serial:///dev/ttyS0?gap=%2B1s":             "0s to 10s",
		"serial:///dev/ttyS0?baud=%2B9600":          "50 to 4000000",
		"serial:///dev/ttyS0?baud=09600":            "50 to 4000000",
		"serial:///dev/ttyS0?deadline=0s":           "1ms to 1m0s",
		"serial:///dev/ttyS0?deadline=NaN":          "1ms to 1m0s",
		"serial:///dev/ttyS0?resync=xyz":            "in hex",
		"serial:///dev/ttyS0#x":                     "fragment",
		"serial:///dev/ttyS0?baud=%zz":              "",
		"tcp://moxa.lab":                            "host:port",
		"tcp://:4001":                               "host:port",
		"tcp://moxa.lab:0":                          "1 to 65535",
		"tcp://moxa.lab:04001":                      "1 to 65535",
		"tcp://moxa.lab:65536":                      "1 to 65535",
		"tcp://moxa.lab:4001/x":                     "must be empty",
		"tcp://moxa.lab:4001?baud=9600":             "must be one of deadline",
		"tcp://me:secret@moxa.lab:4001":             "user",
		"udp://moxa.lab:4001?parity=even":           "must be one of deadline",
		"serial:///dev/ttyS0\x00":                   "",
		"serial:///dev/ttyS0%00?baud=9600":          "whole path",
		"serial://?vid=0403&pid=6001&serial":        "serial number",
	} {
		a, err := line.ParseAddress(url, drivers.LineSettings{})
		if err == nil || !strings.Contains(err.Error(), want) || a.Scheme != "" {
			t.Errorf("ParseAddress(%q) = %v, %v, want nothing and an error with %q", url, a, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("serial:///dev/ttyUSB0?baud=9600&parity=even&bits=7")
	f.Add("serial://?vid=0403&pid=6001&serial=GAUGE1")
	f.Add("tcp://moxa.lab:4001?deadline=1s")
	f.Fuzz(func(t *testing.T, url string) {
		a, err := line.ParseAddress(url, drivers.LineSettings{})
		if err != nil {
			return
		}
		again, err := line.ParseAddress(a.String(), a.Line)
		if err != nil || again.String() != a.String() || !again.Same(a) {
			t.Errorf("ParseAddress(%q) = %v, and of that = %v, %v, want the same", url, a, again, err)
		}
	})
}

func TestAddressKey(t *testing.T) {
	dir := t.TempDir()
	node, link := filepath.Join(dir, "ttyUSB0"), filepath.Join(dir, "gauge")
	parse := func(url string) line.Address {
		a, err := line.ParseAddress(url, drivers.LineSettings{})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	absent := parse("serial://" + link)
	if key := absent.Key(); key != "serial://"+link {
		t.Errorf("absent: Key() = %q, want its place", key)
	}
	if err := os.WriteFile(node, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(node, link); err != nil {
		t.Fatal(err)
	}
	if a, b := parse("serial://"+link), parse("serial://"+node+"?parity=odd"); a.Key() != b.Key() || a.Same(b) {
		t.Errorf("Key() = %q and %q, Same = %v, want one line with two settings", a.Key(), b.Key(), a.Same(b))
	}
	if key := absent.Key(); key != "serial://"+link {
		t.Errorf("appeared meanwhile: Key() = %q, want it as it was", key)
	}
	if a, b := parse("tcp://Moxa:1?gap=1s"), parse("tcp://moxa:1"); a.Key() != b.Key() || !a.Same(b) {
		t.Errorf("Key() = %q and %q, Same = %v, want one line", a.Key(), b.Key(), a.Same(b))
	}
	if key := (line.Address{}).Key(); key != "" {
		t.Errorf("Key() of no address = %q, want none", key)
	}
}
