package drivers_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

type reads = map[string]string

func temperature(send drivers.Wire) drivers.ASCIIRead {
	return drivers.ASCIIRead{Quantity: drivers.Quantity{Channel: "t", Name: "temperature", Unit: "celsius"}, Send: send}
}

// described are instruments of every kind, each with its exchanges as they are on the wire. Check runs them; a right exchange with one byte
// of its reply changed must be noticed where frames are checked.
var described = map[string]*drivers.ASCIIOptions{
	// Pfeiffer's telegram (docs/protocols/pfeiffer-vacuum.md): sum of all before it, three decimal digits.
	"decimal sum": {
		End: "\r", Checksum: &drivers.ASCIIChecksum{Kind: "sum", Form: "decimal"},
		Reads: []drivers.ASCIIRead{{
			Quantity: drivers.Quantity{Name: "rotation", Unit: "hertz"}, Send: "1230030902=?", Match: `1231030906(\d{6})`,
		}},
		Vectors: []drivers.Vector{{Send: "1230030902=?112\r", Reply: "1231030906000633037\r", Reads: reads{"rotation": "633"}}},
	},
	// Bisynch (docs/protocols/eurotherm.md): XOR of what is between STX and BCC, which may be any byte, CR included.
	"BCC after the end": {
		Start: "\x04", End: "\x05", ReplyEnd: "\x03", Checksum: &drivers.ASCIIChecksum{Kind: "xor", Form: "binary", ReplySkip: new(1), AfterEnd: true, Requests: "none"},
		Reads:   []drivers.ASCIIRead{{Quantity: drivers.Quantity{Name: "temperature", Unit: "celsius"}, Send: "0011PV", Match: `\x02PV(.*)`}},
		Vectors: []drivers.Vector{{Send: "\x040011PV\x05", Reply: "\x02PV16.4\x03\x18", Reads: reads{"temperature": "16.4"}}},
	},
	// Neslab's NC protocol (its manuals, "Serial Communications Protocol"): one's complement of the sum after the CA, which counts its own bytes.
	"binary, counted": {
		Start: "\xCA\x00\x01", ReplyStart: "\xCA", ReplyCount: &drivers.ASCIICount{At: 4, More: 1}, Checksum: &drivers.ASCIIChecksum{Kind: "ones", Form: "binary", Skip: 1},
		Reads: []drivers.ASCIIRead{{
			Quantity: drivers.Quantity{Channel: "bath", Name: "temperature", Unit: "celsius", Scale: 0.1},
			Send:     "\x20\x00", Match: `\xCA\x00\x01\x20\x03\x11(..)`, As: "signed",
		}},
		Vectors: []drivers.Vector{{Send: "\xCA\x00\x01\x20\x00\xDE", Reply: "\xCA\x00\x01\x20\x03\x11\x02\x71\x57", Reads: reads{"bath": "62.5"}}},
	},
	"hexadecimal words, a bit, a mask, a state, BCD": {
		End: "\r", Handshake: "",
		Reads: []drivers.ASCIIRead{
			{Quantity: drivers.Quantity{Name: "position", Unit: "counts"}, Send: "S", Match: `S(....)....`, As: "hex_signed"},
			{Quantity: drivers.Quantity{Name: "running"}, Send: "S", Match: `S....(..)..`, As: "hex", Bit: new(3)},
			{Quantity: drivers.Quantity{Name: "state", States: map[int]string{0: "off", 4: "running", 5: "error"}}, Send: "S", Match: `S....(..)..`, As: "hex", Mask: 0x70},
			{Quantity: drivers.Quantity{Name: "level", Unit: "percent"}, Send: "S", Match: `S......(..)`, As: "bcd"},
		},
		Vectors: []drivers.Vector{
			{Send: "S\r", Reply: "SFFFE48\x12\x34\r", Reads: reads{"position": "-2", "running": "1", "state": "running", "level": "1234"}},
			{Send: "S\r", Reply: "S0010F0\x00\x09\r", Reads: reads{"position": "16", "running": "0", "state": "unknown state 7", "level": "9"}},
		},
	},
	// A Pfeiffer TPG (docs/protocols/pfeiffer-tpg.md) asked in two steps.
	"ACK and ENQ": {
		End: "\r", Handshake: "enq",
		AskUnit: &drivers.ASCIIUnit{Send: "UNI", Units: map[string]string{"0": "mbar", "1": "torr", "2": "pascals"}},
		Reads: []drivers.ASCIIRead{{
			Quantity: drivers.Quantity{Channel: "ig", Name: "pressure", Unit: "asked", Gauge: "ion"}, Send: "PR1",
			Match: `(?P<status>\d),(?P<value>.*)`, Status: map[string]string{"0": "good", "1": "at most", "2": "at least", "4": "sensor off"},
		}},
		Sets: []drivers.ASCIISet{{Adjustable: drivers.Adjustable{Control: "degas", Hazard: true}, On: "DGS,1", Off: "DGS,0"}},
		Vectors: []drivers.Vector{
			{Steps: []drivers.WireExchange{{"UNI\r", "\x06\r\n"}, {"\x05", "1\r\n"}}, Unit: "torr"},
			{Steps: []drivers.WireExchange{{"PR1\r", "\x06\r\n"}, {"\x05", "0,+1.2300E-03\r\n"}}, Unit: "torr", Reads: reads{"ig": "0.163987"}},
			{Steps: []drivers.WireExchange{{"PR1\r", "\x06\r\n"}, {"\x05", "1,+5.0000E-11\r\n"}}, Unit: "mbar", Reads: reads{"ig": "at most 5e-9"}},
			{Send: "PR1\r", Reply: "\x15\r\n", Error: "refused"},
			{Send: "DGS,1\r", Reply: "\x06\r\n", Set: "degas", Value: 1},
		},
	},
	"select, then read": {
		End: "\r\n",
		Reads: []drivers.ASCIIRead{
			{Quantity: drivers.Quantity{Channel: "a", Name: "pressure", Unit: "torr"}, Select: "CH1", Selected: "OK", Send: "P?"},
			{Quantity: drivers.Quantity{Channel: "b", Name: "pressure", Unit: "torr"}, Select: "CH2", Selected: "OK", Send: "P?"},
		},
		Vectors: []drivers.Vector{
			{Steps: []drivers.WireExchange{{"CH1\r\n", "OK\r\n"}, {"P?\r\n", "1.0\r\n"}}, Reads: reads{"a": "133.322"}},
			{Steps: []drivers.WireExchange{{"CH2\r\n", "OK\r\n"}, {"P?\r\n", "2.0\r\n"}}, Reads: reads{"b": "266.645"}},
			{Send: "CH2\r\n", Reply: "NO\r\n", Error: "garbled"},
		},
	},
	"startup, a comma, a set with exponent that is read back": {
		End: "\r", DecimalComma: true, Startup: []drivers.ASCIIStep{{Send: "REMOTE", Answer: "OK"}, {Send: "QUIET"}}, Identify: "ID",
		Reads: []drivers.ASCIIRead{{Quantity: drivers.Quantity{Name: "flow", Unit: "sccm"}, Send: "F?"}},
		Sets:  []drivers.ASCIISet{{Adjustable: drivers.Adjustable{Control: "flow", Unit: "sccm", Max: 200, Tolerance: 0.5}, Send: "F {value}", Exponent: true, Digits: 2, Answer: "OK"}},
		Vectors: []drivers.Vector{
			{Steps: []drivers.WireExchange{{"REMOTE\r", "OK\r"}, {"QUIET\r", ""}, {"ID\r", "FLOW 1\r"}}, Identity: "FLOW 1"},
			{Send: "F?\r", Reply: "1,234\r", Reads: reads{"flow": "1.234"}},
			{Send: "F?\r", Reply: "1.234\r", Error: "garbled"},
			{Steps: []drivers.WireExchange{{"F 1.50E+02\r", "OK\r"}, {"F?\r", "150,4\r"}}, Set: "flow", Value: 150},
			{Steps: []drivers.WireExchange{{"F 1.50E+02\r", "OK\r"}, {"F?\r", "149,4\r"}}, Set: "flow", Value: 150, Error: "refused"},
		},
	},
	"sets in hexadecimal and binary": {
		End:   "\r",
		Reads: []drivers.ASCIIRead{temperature("T")},
		Sets: []drivers.ASCIISet{
			{Adjustable: drivers.Adjustable{Control: "speed", Unit: "number", Min: -100, Max: 100}, Send: "S{value}", As: "hex_signed", Width: 4, Answer: "!"},
			{Adjustable: drivers.Adjustable{Control: "level", Unit: "percent", Max: 100, Scale: 0.1}, Send: "L{value}", As: "binary_low", Width: 2, Answer: "!"},
			{Adjustable: drivers.Adjustable{Control: "setpoint", Unit: "celsius", Min: -50, Max: 200}, Send: "W{value}", Digits: 2, Width: 7, Answer: "!"},
		},
		Vectors: []drivers.Vector{
			{Send: "T\r", Reply: "23.5\r", Reads: reads{"t": "23.5"}},
			{Send: "SFFFE\r", Reply: "!\r", Set: "speed", Value: -2},
			{Send: "L\xE8\x03\r", Reply: "!\r", Set: "level", Value: 100},
			{Send: "W-001.50\r", Reply: "!\r", Set: "setpoint", Value: -1.5},
		},
	},
	// A balance that streams (docs of many: "ST,+00012.34  g"), and a full-range gauge head that sends a frame of 9 bytes every 20 ms:
	// 07 05 status error high low version type sum, law 10^((256 high + low)/4000 - 12.5) mbar (Inficon BPG400).
	"unasked lines": {
		Reads: []drivers.ASCIIRead{{Quantity: drivers.Quantity{Name: "mass", Unit: "grams"}, Unasked: true, Match: `ST,(.*) g`, Words: map[string]string{"OL": "over range"}}},
		Vectors: []drivers.Vector{
			{Unasked: "ST,+00012.34  g\r", Reads: reads{"mass": "12.34"}}, {Unasked: "ST,OL g", Reads: reads{"mass": "over range"}}, {Unasked: "US,+1 g"},
		},
	},
	"unasked frames": {
		UnaskedEnd: "\x07\x05", Checksum: &drivers.ASCIIChecksum{Kind: "sum", Form: "binary", Prefix: "\x05"},
		Reads: []drivers.ASCIIRead{{
			Quantity: drivers.Quantity{Channel: "ig", Name: "pressure", Unit: "mbar", Law: "exponent", Scale: 1.0 / 4000, Offset: -12.5}, Unasked: true,
			Match: `.\x00(..).\x0A`, As: "binary",
		}},
		Vectors: []drivers.Vector{
			{Unasked: "\x00\x00\xF2\x30\x14\x0A\x45", Reads: reads{"ig": "99999.9"}},
			{Unasked: "\x00\x00\xF2\x30\x14\x0A\x46"},
		},
	},
}

func TestDescribedInstruments(t *testing.T) {
	for name, o := range described {
		if err := o.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A byte of a frame that is checked may not change without being noticed.
func TestChecksumsAreChecked(t *testing.T) {
	for _, name := range []string{"decimal sum", "BCC after the end", "binary, counted"} {
		o := *described[name]
		v := o.Vectors[0]
		for i := range v.Reply {
			bent := []byte(v.Reply)
			bent[i] ^= 1
			v.Reply = drivers.Wire(bent)
			o.Vectors = []drivers.Vector{v}
			if o.Check() == nil {
				t.Errorf("%s: reply % X with a wrong byte %d passes", name, bent, i)
			}
			v = described[name].Vectors[0]
		}
	}
}

// One request that is refused, and one value that is not known, leave the others as they are.
func TestASCIIPartly(t *testing.T) {
	o := &drivers.ASCIIOptions{End: "\r", Refusal: `\?.*`, Proven: true, Reads: []drivers.ASCIIRead{
		temperature("A"), {Quantity: drivers.Quantity{Channel: "p", Name: "pressure", Unit: "torr"}, Send: "B", Match: "P=(.*)"},
	}}
	for reply, want := range map[string]string{
		"?SYNTAX\r": `refused: "?SYNTAX"`, "P=OVER\r": `not understood: "OVER" (not a number)`, "P=NaN\r": `not understood: "NaN" (not a number)`,
		"P=9.9E999\r": `not understood: "9.9E999" (too large or too small a number)`, "HELLO\r": `not understood: "HELLO"`,
		"P=1,234\r": `not understood: "1,234" (not a number)`, "P=\r": `not understood: "" (not a number)`,
	} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"A\r", "20.5\r"}, drivertest.Exchange{"B\r", reply})}
		got, err := open(t, "ascii", o, wire).Read(t.Context())
		if err != nil || len(got) != 2 || got[0].Value != 20.5 || got[1].Missing != want {
			t.Errorf("Read() with %q = %+v, %v, want 20.5 and %s", reply, got, err, want)
		}
	}
	for reply, want := range map[string]error{"P=\x01\x02\r": drivers.ErrGarbled, "\xA5\xA5\r": drivers.ErrGarbled} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"A\r", "20.5\r"}, drivertest.Exchange{"B\r", reply})}
		if got, err := open(t, "ascii", o, wire).Read(t.Context()); !errors.Is(err, want) || got != nil {
			t.Errorf("Read() with noise %q = %+v, %v, want %v", reply, got, err, want)
		}
	}
}

// A unit that is changed at the instrument between two readings takes them back: the number of the same pressure jumps. One that moves
// with the unit so that it does not is found out within ten reads.
func TestASCIIUnitChanged(t *testing.T) {
	for reply, maxReads := range map[string]int{"0.750": 1, "1.0": 11} {
		unit, number := "0", "1.0"
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return map[string]string{"U\r": unit + "\r", "P\r": number + "\r"}[request], true
		}}
		d := open(t, "ascii", askedPressure("mbar", "torr"), wire)
		if got, err := d.Read(t.Context()); err != nil || got[0].Value != 100 {
			t.Fatalf("Read() = %+v, %v, want 100 Pa", got, err)
		}
		unit, number = "1", reply
		var err error
		reads := 0
		for ; err == nil && reads < 20; reads++ {
			_, err = d.Read(t.Context())
		}
		if !errors.Is(err, drivers.ErrUnitChanged) || reads > maxReads {
			t.Errorf("after the unit changed, with reply %s: read %d gave %v, want ErrUnitChanged by read %d", reply, reads, err, maxReads)
		}
		if id, err := d.(drivers.Identifier).Identify(t.Context()); err != nil || id.Unit != "torr" {
			t.Errorf("Identify() = %+v, %v, want torr", id, err)
		}
		if got, err := d.Read(t.Context()); err != nil || math.Abs(got[0].Value/133.322368-mustParse(t, reply)) > 1e-3 {
			t.Errorf("Read() = %+v, %v, want %s torr", got, err, reply)
		}
	}
}

// The units of a temperature are so close to each other that its number tells nothing: it is not believed before the unit was asked
// for. A calm pressure is the last thing asked for.
func TestASCIIAsksForTheUnitBehindWhatDoesNotJump(t *testing.T) {
	for unit, want := range map[string]string{"mbar": "P\r", "celsius": "U\r"} {
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return map[string]string{"U\r": "0\r", "P\r": "1.0\r"}[request], true
		}}
		o := askedPressure(unit, unit)
		o.Reads[0].Name = map[string]string{"mbar": "pressure", "celsius": "temperature"}[unit]
		d := open(t, "ascii", o, wire)
		for range 3 {
			if _, err := d.Read(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if last := wire.Sent[len(wire.Sent)-1]; last != want {
			t.Errorf("a read of %s ends with %q, want %q", unit, last, want)
		}
	}
}

// askedPressure is a reading in the unit that the instrument says: "0" or "1".
func askedPressure(zero, one string) *drivers.ASCIIOptions {
	return &drivers.ASCIIOptions{
		End: "\r", Proven: true, AskUnit: &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"0": zero, "1": one}},
		Reads: []drivers.ASCIIRead{{Quantity: drivers.Quantity{Channel: "p", Name: "pressure", Unit: "asked"}, Send: "P"}},
	}
}

func mustParse(t *testing.T, number string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A line that comes unasked while a reply is awaited is no reply.
func TestASCIIUnaskedBeforeAReply(t *testing.T) {
	o := &drivers.ASCIIOptions{End: "\r", Proven: true, Reads: []drivers.ASCIIRead{
		temperature("T"), {Quantity: drivers.Quantity{Name: "mass", Unit: "grams"}, Unasked: true, Match: `M(.*)`},
	}}
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"T\r", "M 12\r\n20.5\r\n"})}
	d := open(t, "ascii", o, wire)
	if got, err := d.Read(t.Context()); err != nil || len(got) != 2 || got[0].Value != 20.5 || got[1].Missing != "has not come yet" {
		t.Errorf("Read() = %+v, %v, want 20.5, and the mass not yet", got, err)
	}
	if got := d.(drivers.Listener).Unasked([]byte("M 12")); len(got) != 1 || got[0].Value != 12 {
		t.Errorf("Unasked() = %+v, want 12 g", got)
	}
	if got, err := d.Read(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("Read() once the mass has come = %+v, %v, want 20.5 alone", got, err)
	}
}

func TestASCIISecondFormRefused(t *testing.T) {
	for want, o := range map[string]*drivers.ASCIIOptions{
		`checksum: kind: "md5"; must be one of`:             {Checksum: &drivers.ASCIIChecksum{Kind: "md5"}},
		`checksum: form: "octal"; must be hex`:              {Checksum: &drivers.ASCIIChecksum{Kind: "sum", Form: "octal"}},
		`handshake: "ack"; must be enq`:                     {Handshake: "ack"},
		`startup[0]: send: empty`:                           {Startup: []drivers.ASCIIStep{{}}},
		`ask_unit: units: 1: "furlong"; must be a unit`:     {AskUnit: &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"1": "furlong"}}},
		`ask_unit: units: 1: "Mpa"; must be MPa`:            {AskUnit: &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"1": "Mpa"}}},
		`ask_unit: units: torr and celsius; must be of one`: {AskUnit: &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"0": "torr", "1": "celsius"}}},
		`reads[0]: as: "roman"; must be one of hex`:         {Reads: []drivers.ASCIIRead{{As: "roman"}}},
		`reads[0]: bit: 60; must be 0 to 52`:                {Reads: []drivers.ASCIIRead{{Bit: new(60)}}},
		`reads[0]: unasked: must have a match`:              {Reads: []drivers.ASCIIRead{{Unasked: true}}},
		`sets[0]: width: 0; must be digits or bytes of hex`: {Sets: []drivers.ASCIISet{{Send: "{value}", As: "hex"}}},
		`sets[0]: min, max: 300 does not fit; must be 0 to 255`: {Sets: []drivers.ASCIISet{{
			Adjustable: drivers.Adjustable{Control: "x", Unit: "number", Max: 300}, Send: "{value}", As: "hex", Width: 2}}},
		`sets[0]: tolerance: there is no reading x`: {Sets: []drivers.ASCIISet{{
			Adjustable: drivers.Adjustable{Control: "x", Unit: "number", Max: 300, Tolerance: 1}, Send: "{value}"}}},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check() = %v, want %q", err, want)
		}
	}
}

// FuzzASCIIUnasked: whatever comes unasked, what leaves is finite, and among the points.
func FuzzASCIIUnasked(f *testing.F) {
	f.Add(true, []byte("\x00\x00\xF2\x30\x14\x0A\x45"))
	f.Add(false, []byte("ST,+00012.34  g\r"))
	f.Fuzz(func(t *testing.T, frames bool, line []byte) {
		o := described["unasked lines"]
		if frames {
			o = described["unasked frames"]
		}
		for _, r := range open(t, "ascii", o, &drivertest.Wire{T: t}).(drivers.Listener).Unasked(line) {
			if r.Missing == "" && (r.Value != r.Value || r.Value-r.Value != 0) {
				t.Errorf("%q gives %+v", line, r)
			}
		}
	})
}
