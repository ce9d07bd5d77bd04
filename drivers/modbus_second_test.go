package drivers_test

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func quantity(channel, unit string) drivers.Quantity {
	return drivers.Quantity{Channel: channel, Name: "value", Unit: unit}
}

// Every type of number in every order. The bytes of 123.456 and of 1234567890123 are those of IEEE 754 and of two's complement.
func TestModbusTypes(t *testing.T) {
	for name, c := range map[string]struct {
		read  drivers.ModbusRead
		reply string
		want  float64
		none  string
	}{
		"int64":            {drivers.ModbusRead{Type: "int64"}, "010308 0000011F71FB04CB", 1234567890123, ""},
		"int64, negative":  {drivers.ModbusRead{Type: "int64"}, "010308 FFFFFFFFFFFFFFFE", -2, ""},
		"uint64":           {drivers.ModbusRead{Type: "uint64", Order: "cdab"}, "010308 04CB71FB011F0000", 1234567890123, ""},
		"float32, abcd":    {drivers.ModbusRead{Type: "float32", Order: "abcd"}, "010304 42F6E979", 123.456, ""},
		"float32, cdab":    {drivers.ModbusRead{Type: "float32", Order: "cdab"}, "010304 E97942F6", 123.456, ""},
		"float32, badc":    {drivers.ModbusRead{Type: "float32", Order: "badc"}, "010304 F64279E9", 123.456, ""},
		"float32, dcba":    {drivers.ModbusRead{Type: "float32", Order: "dcba"}, "010304 79E9F642", 123.456, ""},
		"float64":          {drivers.ModbusRead{Type: "float64"}, "010308 405EDD2F1A9FBE77", 123.456, ""},
		"float64, dcba":    {drivers.ModbusRead{Type: "float64", Order: "dcba"}, "010308 77BE9F1A2FDD5E40", 123.456, ""},
		"uint16, badc":     {drivers.ModbusRead{Type: "uint16", Order: "badc"}, "010302 D204", 1234, ""},
		"bcd16":            {drivers.ModbusRead{Type: "bcd16"}, "010302 1234", 1234, ""},
		"bcd32":            {drivers.ModbusRead{Type: "bcd32"}, "010304 12345678", 12345678, ""},
		"not BCD":          {drivers.ModbusRead{Type: "bcd16"}, "010302 12A4", 0, "no measurement: [12A4] (12 A4 is not BCD)"},
		"bit field":        {drivers.ModbusRead{Type: "uint16", Mask: 0x0F0}, "010302 0A5C", 5, ""},
		"field of a sign":  {drivers.ModbusRead{Mask: 0xF000}, "010302 F000", 15, ""},
		"NaN":              {drivers.ModbusRead{Type: "float32"}, "010304 7FC00000", 0, "not a number (NaN)"},
		"NaN is told":      {drivers.ModbusRead{Type: "float32", Words: map[string]string{"nan": "no sensor"}}, "010304 7FC00000", 0, "no sensor"},
		"sentinel":         {drivers.ModbusRead{Type: "float32", Words: map[string]string{"9.9E37": "open circuit"}}, "010304 7E94F56A", 0, "open circuit"},
		"sentinel of 1e30": {drivers.ModbusRead{Type: "float64", Words: map[string]string{"1e30": "off"}}, "010308 46293E5939A08CEA", 0, "off"},
		"subnormal":        {drivers.ModbusRead{Type: "float32"}, "010304 0000002A", 0, "no measurement: [0000 002A] (so small that it is no measurement (subnormal))"},
		"zero is a value":  {drivers.ModbusRead{Type: "float32"}, "010304 00000000", 0, ""},
		"text, a state":    {drivers.ModbusRead{Type: "text", Count: 3, Quantity: drivers.Quantity{States: map[int]string{0: "off", 4: "run"}}}, "010306 52554E202000", 4, ""},
		"text, a word":     {drivers.ModbusRead{Type: "text", Count: 2, Words: map[string]string{"OPEN": "no probe"}}, "010304 4F50454E", 0, "no probe"},
		"text, unknown":    {drivers.ModbusRead{Type: "text", Count: 2, Words: map[string]string{"OPEN": "no probe"}}, "010304 41424344", 0, `not understood: "ABCD"`},
		"state":            {drivers.ModbusRead{Quantity: drivers.Quantity{States: map[int]string{0: "off", 4: "run"}}}, "010302 0004", 4, ""},
		"unknown state":    {drivers.ModbusRead{Quantity: drivers.Quantity{States: map[int]string{0: "off", 4: "run"}}}, "010302 0003", 0, "unknown state 3"},
	} {
		c.read.Channel, c.read.Name = "x", "value"
		if c.read.Unit = "number"; c.read.States != nil {
			c.read.Unit = ""
		}
		o := &drivers.ModbusOptions{Address: 1, Reads: []drivers.ModbusRead{c.read, {Quantity: quantity("y", "number"), Register: 99}}}
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request == framed("010300630001") {
				return framed("010302 0001"), true
			}
			return framed(c.reply), true
		}}
		got, err := open(t, "modbus", o, wire).Read(t.Context())
		if err != nil || len(got) != 2 || math.Abs(got[0].Value-c.want) > 1e-5*math.Abs(c.want) || got[0].Missing != c.none || got[1].Value != 1 {
			t.Errorf("%s: Read() = %+v, %v, want %g or %q, and 1", name, got, err, c.want, c.none)
		}
	}
}

// registersOf answers reads of holding registers as a unit that has some, and remembers what was asked.
func registersOf(values map[int]uint16, asked *[]string) func(string) (string, bool) {
	return func(request string) (string, bool) {
		*asked = append(*asked, hex.EncodeToString([]byte(request[:len(request)-2])))
		first, n := int(request[2])<<8|int(request[3]), int(request[4])<<8|int(request[5])
		reply := []byte{1, 3, byte(2 * n)}
		for i := range n {
			v, ok := values[first+i]
			if !ok {
				return framed("018302"), true
			}
			reply = append(reply, byte(v>>8), byte(v))
		}
		return framed(hex.EncodeToString(reply)), true
	}
}

// Registers near each other are read in one request; a block with one in it that is refused is read register by register from then on, and
// only that one is missing.
func TestModbusBlocks(t *testing.T) {
	o := &drivers.ModbusOptions{Address: 1, Block: 10, Reads: []drivers.ModbusRead{
		{Quantity: quantity("c", "number"), Register: 5}, {Quantity: quantity("a", "number"), Register: 1},
		{Quantity: quantity("b", "number"), Register: 2, Type: "uint32"}, {Quantity: quantity("far", "number"), Register: 100},
	}}
	values := map[int]uint16{1: 11, 2: 0, 3: 22, 4: 0, 5: 55, 100: 7}
	var asked []string
	d := open(t, "modbus", o, &drivertest.Wire{T: t, Instrument: registersOf(values, &asked)})
	got, err := d.Read(t.Context())
	if err != nil || got[0].Value != 55 || got[1].Value != 11 || got[2].Value != 22 || got[3].Value != 7 {
		t.Errorf("Read() = %+v, %v, want 55, 11, 22, 7", got, err)
	}
	if want := "010300010005 010300640001"; strings.Join(asked, " ") != want {
		t.Errorf("asked %v, want %s", asked, want)
	}
	delete(values, 5)
	for n := range 2 {
		asked = nil
		got, err = d.Read(t.Context())
		if err != nil || got[0].Missing != "refused: exception 2 (illegal data address)" || got[1].Value != 11 || got[2].Value != 22 || got[3].Value != 7 {
			t.Errorf("Read() without register 5 = %+v, %v, want it missing and the others", got, err)
		}
		if want := []int{5, 4}[n]; len(asked) != want {
			t.Errorf("asked %v, want %d requests", asked, want)
		}
	}
	clear(values)
	if got, err := d.Read(t.Context()); !errors.Is(err, drivers.ErrRefused) || got != nil {
		t.Errorf("Read() when all is refused = %+v, %v, want ErrRefused", got, err)
	}
}

func TestModbusCoilsInABlock(t *testing.T) {
	o := &drivers.ModbusOptions{Address: 1, Block: 16, Reads: []drivers.ModbusRead{
		{Quantity: drivers.Quantity{Channel: "v1", Name: "open"}, Function: 1, Register: 19}, {Quantity: drivers.Quantity{Channel: "v2", Name: "open"}, Function: 1, Register: 28},
	}}
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{framed("01010013000A"), framed("010102 0102")})}
	got, err := open(t, "modbus", o, wire).Read(t.Context())
	if err != nil || got[0].Value != 1 || got[1].Value != 1 {
		t.Errorf("Read() = %+v, %v, want both open", got, err)
	}
}

// A gateway that answers transaction 0, another unit, or writes that it does not repeat is refused, unless it is named.
func TestModbusLeniency(t *testing.T) {
	const request = "\x00\x01\x00\x00\x00\x06\x05\x03\x00\x01\x00\x01"
	for _, c := range []struct{ lenient, reply string }{
		{"transaction", "\x00\x00\x00\x00\x00\x05\x05\x03\x02\x04\xD2"}, {"unit", "\x00\x01\x00\x00\x00\x05\xFF\x03\x02\x04\xD2"},
	} {
		o := &drivers.ModbusOptions{Address: 5, TCP: true, Reads: []drivers.ModbusRead{{Quantity: quantity("x", "number"), Register: 1}}}
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{request, c.reply})}
		if got, err := open(t, "modbus", o, wire).Read(t.Context()); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("%s: Read() = %+v, %v, want ErrGarbled", c.lenient, got, err)
		}
		o.Lenient = []string{c.lenient}
		wire = &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{request, c.reply})}
		if got, err := open(t, "modbus", o, wire).Read(t.Context()); err != nil || got[0].Value != 1234 {
			t.Errorf("lenient %s: Read() = %+v, %v, want 1234", c.lenient, got, err)
		}
	}
	o := &drivers.ModbusOptions{
		Address: 1, Reads: []drivers.ModbusRead{{Quantity: quantity("x", "number"), Register: 1}},
		Sets: []drivers.ModbusSet{{Adjustable: drivers.Adjustable{Control: "x", Unit: "number", Max: 10}, Register: 1}},
	}
	set := func() error {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{framed("010600010005"), framed("010600010000")})}
		return open(t, "modbus", o, wire).(drivers.Actuator).Set(t.Context(), "x", 5)
	}
	if err := set(); !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("Set() that is not repeated = %v, want ErrGarbled", err)
	}
	o.Lenient = []string{"echo"}
	if err := set(); err != nil {
		t.Errorf("lenient echo: Set() = %v", err)
	}
}

func TestModbusReadBack(t *testing.T) {
	o := &drivers.ModbusOptions{
		Address: 1, Reads: []drivers.ModbusRead{{Quantity: quantity("x", "celsius"), Register: 7, Type: "int32"}},
		Sets: []drivers.ModbusSet{{Adjustable: drivers.Adjustable{Control: "x", Unit: "celsius", Max: 100, Tolerance: 0.5}, Register: 7, Type: "int32", Order: "cdab"}},
		Vectors: []drivers.Vector{
			{Send: drivers.Wire(framed("010300070002")), Reply: drivers.Wire(framed("01030400000019")), Reads: reads{"x": "25"}},
			{Send: drivers.Wire(framed("010300070002")), Reply: drivers.Wire(framed("018302")), Error: "refused"},
			{Steps: []drivers.WireExchange{
				{drivers.Wire(framed("01100007000204 00190000")), drivers.Wire(framed("011000070002"))}, {drivers.Wire(framed("010300070002")), drivers.Wire(framed("01030400000019"))},
			}, Set: "x", Value: 25},
			{Steps: []drivers.WireExchange{
				{drivers.Wire(framed("01100007000204 00190000")), drivers.Wire(framed("011000070002"))}, {drivers.Wire(framed("010300070002")), drivers.Wire(framed("01030400000018"))},
			}, Set: "x", Value: 25, Error: "refused"},
		},
	}
	if err := o.Check(); err != nil {
		t.Error(err)
	}
	o.Vectors = o.Vectors[1:2]
	if err := o.Check(); err == nil || !strings.Contains(err.Error(), "reads[0]: x has no vector") {
		t.Errorf("Check() without a vector of x = %v, want it named", err)
	}
}

func TestModbusIdentify(t *testing.T) {
	o := &drivers.ModbusOptions{
		Address: 1, Identify: &drivers.ModbusText{Register: 10, Count: 2}, Reads: []drivers.ModbusRead{{Quantity: quantity("x", "number")}},
	}
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{framed("0103000A0002"), framed("010304 4E582D31")})}
	if id, err := open(t, "modbus", o, wire).(drivers.Identifier).Identify(t.Context()); err != nil || id.Model != "NX-1" {
		t.Errorf("Identify() = %+v, %v, want NX-1", id, err)
	}
}

func TestModbusSecondFormRefused(t *testing.T) {
	read := func(r drivers.ModbusRead) *drivers.ModbusOptions {
		r.Name, r.Unit = "value", "number"
		return &drivers.ModbusOptions{Address: 1, Reads: []drivers.ModbusRead{r}}
	}
	for want, o := range map[string]*drivers.ModbusOptions{
		`block: 126; must be 0 to 125`:                     {Address: 1, Block: 126},
		`lenient: "transaction"; must be unit, echo, or`:   {Address: 1, Lenient: []string{"transaction"}},
		`identify: register 0, count 0, function 0; must`:  {Address: 1, Identify: &drivers.ModbusText{}},
		`order: "abdc"; must be abcd`:                      read(drivers.ModbusRead{Order: "abdc"}),
		`mask: 1; must be of a whole number`:               read(drivers.ModbusRead{Type: "float32", Mask: 1}),
		`type: text is no number; must have states`:        read(drivers.ModbusRead{Type: "text", Count: 2}),
		`count: 2; must be 1 to 60 registers of type text`: read(drivers.ModbusRead{Count: 2}),
		`register: 65534; must be 0 to 65532`:              read(drivers.ModbusRead{Type: "float64", Register: 65534}),
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check() = %v, want %q", err, want)
		}
	}
}

// FuzzModbusTypes: whatever registers hold, nothing that is not finite leaves.
func FuzzModbusTypes(f *testing.F) {
	types := []string{"int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "bcd16", "bcd32", "bit"}
	f.Add(uint8(6), uint8(1), []byte{0x7F, 0xC0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, kind, order uint8, data []byte) {
		data = append(data, make([]byte, 8)...)[:8]
		r := drivers.ModbusRead{Quantity: quantity("x", "number"), Type: types[int(kind)%len(types)], Order: []string{"", "abcd", "cdab", "badc", "dcba"}[order%5]}
		o := &drivers.ModbusOptions{Address: 1, Reads: []drivers.ModbusRead{r}}
		got, err := open(t, "modbus", o, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			n := 2 * int(request[5])
			return framed(hex.EncodeToString(append([]byte{1, 3, byte(n)}, data[:n]...))), true
		}}).Read(t.Context())
		if err != nil || len(got) != 1 || math.IsNaN(got[0].Value) || math.IsInf(got[0].Value, 0) {
			t.Errorf("%s of % X: Read() = %+v, %v, want a finite number or why there is none", r.Type, data, got, err)
		}
	})
}
