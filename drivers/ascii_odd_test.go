package drivers_test

import (
	"errors"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func plain(name string, r drivers.ASCIIRead) drivers.ASCIIRead {
	r.Quantity = drivers.Quantity{Name: name, Unit: "number"}
	return r
}

// readOf is what an instrument described by o reads, where replies are its replies by request.
func readOf(t *testing.T, o drivers.ASCIIOptions, replies map[string]string) ([]drivers.Reading, error) {
	t.Helper()
	o.Proven, o.End = true, "\r"
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		reply, ok := replies[request]
		return reply, ok
	}}
	return open(t, "ascii", &o, wire).Read(t.Context())
}

// What looks like a number in one form is another in the next: a word and a status are compared in the form of the reply.
func TestASCIIWordsInTheirForm(t *testing.T) {
	status := map[string]string{"0000": "good", "1": "sensor off"}
	withStatus := `(?P<status>\S+) (?P<value>\S+)`
	for name, c := range map[string]struct {
		read  drivers.ASCIIRead
		reply string
		want  string
	}{
		"hexadecimal that looks like 0E5":      {drivers.ASCIIRead{As: "hex", Words: reads{"0000": "no sensor"}}, "00E5", "229"},
		"hexadecimal that looks like 1E2":      {drivers.ASCIIRead{As: "hex", Words: reads{"0100": "no sensor"}}, "1E2", "482"},
		"hexadecimal, zeros in front":          {drivers.ASCIIRead{As: "hex", Words: reads{"ff": "no sensor"}}, "00FF", "no sensor"},
		"a status that looks like a number":    {drivers.ASCIIRead{Match: withStatus, Status: status}, "00E0 12.5", `unknown status "00E0"`},
		"a status, zeros in front":             {drivers.ASCIIRead{Match: withStatus, Status: status}, "01 12.5", "sensor off"},
		"bytes that are letters, large, small": {drivers.ASCIIRead{As: "binary", Words: reads{"\u00e1!": "no sensor"}}, "\xC1!", "49441"},
		"bytes that are a word":                {drivers.ASCIIRead{As: "binary", Words: reads{"\u00e1!": "no sensor"}}, "\xE1!", "no sensor"},
		"bytes that are digits":                {drivers.ASCIIRead{As: "binary", Words: reads{"48": "no sensor"}}, "48", "13368"},
		"a number in bytes":                    {drivers.ASCIIRead{As: "binary", Words: reads{"65535": "no sensor"}}, "\xFF\xFF", "no sensor"},
		"a number below 0 in bytes":            {drivers.ASCIIRead{As: "signed_low", Words: reads{"-32768": "no sensor"}}, "\x00\x80", "no sensor"},
		"NaN in bytes":                         {drivers.ASCIIRead{As: "float", Words: reads{"nan": "no sensor"}}, "\x7F\xC0\x00\x00", "no sensor"},
		"a status byte that is a blank": {
			drivers.ASCIIRead{Match: `(?P<status>.)(?P<value>..)`, As: "binary", Status: reads{"\t": "sensor off", "\n": "good"}}, "\t\x00\x01", "sensor off",
		},
		"a small status byte": {
			drivers.ASCIIRead{Match: `(?P<status>.)(?P<value>..)`, As: "binary", Status: reads{"A": "good"}}, "a\x00\x01", `unknown status "a"`,
		},
		"a word in small letters":   {drivers.ASCIIRead{Words: reads{"OVER": "over range"}}, " over ", "over range"},
		"a number as it is written": {drivers.ASCIIRead{Words: reads{"9.9E37": "over range"}}, "+9.900000E+37", "over range"},
	} {
		c.read.Send = "A"
		got, err := readOf(t, drivers.ASCIIOptions{Reads: []drivers.ASCIIRead{plain("x", c.read)}}, reads{"A\r": c.reply + "\r"})
		if len(got) != 1 {
			t.Errorf("%s: Read() = %+v, %v", name, got, err)
			continue
		}
		if said := got[0].Missing; said != c.want && (said != "" || mustParse(t, c.want) != got[0].Value) {
			t.Errorf("%s: %q is %+v, want %s", name, c.reply, got[0], c.want)
		}
	}
}

// A channel that cannot be selected, and a unit that is not known, concern what hangs on them.
func TestASCIIPartlyBesideTheReply(t *testing.T) {
	pressure := drivers.ASCIIRead{Quantity: drivers.Quantity{Channel: "p", Name: "pressure", Unit: "asked"}, Send: "P"}
	unit := &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"0": "mbar", "1": "torr"}}
	second := drivers.ASCIIRead{Quantity: drivers.Quantity{Channel: "b", Name: "pressure", Unit: "torr"}, Select: "CH2", Selected: "OK", Send: "P"}
	for name, c := range map[string]struct {
		o       drivers.ASCIIOptions
		replies reads
		want    string
	}{
		"not selected": {drivers.ASCIIOptions{Reads: []drivers.ASCIIRead{temperature("A"), second}}, reads{"A\r": "20.5\r", "CH2\r": "NO CH2\r"}, `not understood: "NO CH2"`},
		"unit not known": {
			drivers.ASCIIOptions{AskUnit: unit, Reads: []drivers.ASCIIRead{temperature("A"), pressure}}, reads{"A\r": "20.5\r", "U\r": "7\r", "P\r": "1.0\r"},
			`in a unit that is not known: "1.0"`,
		},
		"unit refused": {
			drivers.ASCIIOptions{AskUnit: unit, Refusal: `\?`, Reads: []drivers.ASCIIRead{temperature("A"), pressure}}, reads{"A\r": "20.5\r", "U\r": "?\r", "P\r": "1.0\r"},
			`in a unit that is not known: "1.0"`,
		},
	} {
		got, err := readOf(t, c.o, c.replies)
		if err != nil || len(got) != 2 || got[0].Value != 20.5 || got[1].Missing != c.want {
			t.Errorf("%s: Read() = %+v, %v, want 20.5 and %s", name, got, err, c.want)
		}
	}
}

// A request that comes back is no reply, whatever a pattern finds in it.
func TestASCIIEchoIsNoReply(t *testing.T) {
	o := drivers.ASCIIOptions{Start: "#", Reads: []drivers.ASCIIRead{plain("x", drivers.ASCIIRead{Send: "01", Match: `\D*(\d+).*`})}}
	if got, err := readOf(t, o, reads{"#01\r": "#01\r"}); !errors.Is(err, drivers.ErrGarbled) || !strings.Contains(err.Error(), "echo=line") {
		t.Errorf("Read() with an echo = %+v, %v, want ErrGarbled, and what to set", got, err)
	}
	if got, err := readOf(t, o, reads{"#01\r": "#05\r"}); err != nil || got[0].Value != 5 {
		t.Errorf("Read() = %+v, %v, want 5", got, err)
	}
}

// A checksum in bytes may have the byte that ends a reply.
func TestASCIIChecksumLikeTheEnd(t *testing.T) {
	for name, c := range map[string]struct{ kind, form, body, check string }{
		"sum": {"sum", "binary", "x\x95", "\x0D"}, "CRC": {"crc16", "binary_low", "", ""}, "xor": {"xor", "binary", "AB\x0E", "\x0D"},
	} {
		o := drivers.ASCIIOptions{Checksum: &drivers.ASCIIChecksum{Kind: c.kind, Form: c.form, Requests: "none"}, ReplyEnd: "\r"}
		if c.check == "" {
			c.body, c.check = crcWithCR(t)
		}
		o.Reads = []drivers.ASCIIRead{plain("x", drivers.ASCIIRead{Send: "A", Match: `.*(.)`, As: "binary"})}
		want := float64(c.body[len(c.body)-1])
		if got, err := readOf(t, o, reads{"A\r": c.body + c.check + "\r"}); err != nil || got[0].Value != want {
			t.Errorf("%s: Read() of % X = %+v, %v, want %g", name, c.body+c.check, got, err, want)
		}
		if got, err := readOf(t, o, reads{"A\r": c.body + "z\r\r\r"}); err == nil {
			t.Errorf("%s: Read() with a wrong checksum = %+v, want an error", name, got)
		}
	}
}

// crcWithCR is a text whose CRC-16 has CR as its first byte.
func crcWithCR(t *testing.T) (body, check string) {
	t.Helper()
	for n := range 1 << 16 {
		b := []byte{'x', byte(n >> 8), byte(n)}
		crc := uint16(0xFFFF)
		for _, c := range b {
			crc ^= uint16(c)
			for range 8 {
				low := crc & 1
				crc >>= 1
				if low != 0 {
					crc ^= 0xA001
				}
			}
		}
		if byte(crc) == '\r' && !strings.Contains(string(b), "\r") {
			return string(b), string([]byte{byte(crc), byte(crc >> 8)})
		}
	}
	t.Fatal("no text has a CRC with CR")
	return "", ""
}

// Lines that come unasked stand in front of a reply that is known by its beginning.
func TestASCIIUnaskedBeforeAReplyWithAStart(t *testing.T) {
	o := drivers.ASCIIOptions{ReplyStart: "=", Reads: []drivers.ASCIIRead{
		plain("x", drivers.ASCIIRead{Send: "A", Match: "=(.*)"}), plain("y", drivers.ASCIIRead{Unasked: true, Match: "ST,(.*)"}),
	}}
	if got, err := readOf(t, o, reads{"A\r": "ST,1.5\r\nST,1.6\r\n=2.5\r\n"}); err != nil || got[0].Value != 2.5 {
		t.Errorf("Read() = %+v, %v, want 2.5", got, err)
	}
	if got, err := readOf(t, o, reads{"A\r": "ST!\n=2.5\r\n"}); !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("Read() with noise = %+v, %v, want ErrGarbled", got, err)
	}
}

// Firmware that refuses to say what it is is read all the same.
func TestDescribedWithoutAName(t *testing.T) {
	text := &drivers.ASCIIOptions{End: "\r", Proven: true, Refusal: `\?`, Identify: "*IDN?", Reads: []drivers.ASCIIRead{temperature("A")}}
	registers := &drivers.ModbusOptions{Address: 1, Identify: &drivers.ModbusText{Register: 9, Count: 4}, Reads: []drivers.ModbusRead{{Quantity: quantity("a", "number")}}}
	for model, c := range map[string]struct {
		options any
		request string
		reply   string
	}{"ascii": {text, "*IDN?\r", "?\r"}, "modbus": {registers, framed("010300090004"), framed("018302")}} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{c.request, c.reply})}
		id, err := open(t, model, c.options, wire).(drivers.Identifier).Identify(t.Context())
		if err != nil || id != (drivers.Identity{}) {
			t.Errorf("%s: Identify() = %+v, %v, want no name and no error", model, id, err)
		}
	}
}

// A block that is refused for one register, whatever a unit calls that, leaves the others as they are.
func TestModbusBlockAtFault(t *testing.T) {
	o := &drivers.ModbusOptions{Address: 1, Block: 10, Reads: []drivers.ModbusRead{{Quantity: quantity("a", "number"), Register: 1}, {Quantity: quantity("b", "number"), Register: 2}}}
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{framed("010300010002"), framed("018304")},
		drivertest.Exchange{framed("010300010001"), framed("0103020007")}, drivertest.Exchange{framed("010300020001"), framed("018304")})}
	got, err := open(t, "modbus", o, wire).Read(t.Context())
	if err != nil || got[0].Value != 7 || got[1].Missing != "refused: exception 4 (device failure)" {
		t.Errorf("Read() = %+v, %v, want 7 and a sensor at fault", got, err)
	}
}
