package drivers_test

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// framed is a Modbus RTU frame, given in hexadecimal without its checksum.
func framed(body string) string {
	frame, err := hex.DecodeString(strings.ReplaceAll(body, " ", ""))
	if err != nil {
		panic(err)
	}
	crc := uint16(0xFFFF)
	for _, b := range frame {
		crc ^= uint16(b)
		for range 8 {
			odd := crc&1 != 0
			if crc >>= 1; odd {
				crc ^= 0xA001
			}
		}
	}
	return string(binary.LittleEndian.AppendUint16(frame, crc))
}

// chiller has a bath, a status word with two bits in it, a pump's coil, a flow in 32 bits and a set point.
func chiller() *drivers.ModbusOptions {
	return &drivers.ModbusOptions{
		Address: 1,
		Reads: []drivers.ModbusRead{
			{Quantity: drivers.Quantity{Channel: "bath", Name: "temperature", Unit: "celsius", Scale: 0.1}, Register: 1, Words: map[string]string{"-32768": "no sensor", "32767": "at least 2500"}},
			{Quantity: drivers.Quantity{Name: "running"}, Register: 16, Function: 4, Type: "bit", Bit: 0},
			{Quantity: drivers.Quantity{Name: "fault"}, Register: 16, Function: 4, Type: "bit", Bit: 3},
			{Quantity: drivers.Quantity{Name: "pump"}, Register: 19, Function: 1},
			{Quantity: drivers.Quantity{Channel: "speed", Name: "rotation", Unit: "rpm"}, Register: 32770, Type: "float32"},
			{Quantity: drivers.Quantity{Channel: "worked", Name: "time", Unit: "hours"}, Register: 40, Type: "uint32"},
		},
		Sets: []drivers.ModbusSet{
			{Adjustable: drivers.Adjustable{Control: "setpoint", Unit: "celsius", Scale: 0.1, Min: -10, Max: 60, Idle: 20}, Register: 2},
			{Adjustable: drivers.Adjustable{Control: "pump", Hazard: true}, Register: 19, Function: 5},
			{Adjustable: drivers.Adjustable{Control: "limit", Unit: "celsius", Max: 90, Idle: 40, Halts: true}, Register: 50, Type: "float32"},
			{Adjustable: drivers.Adjustable{Control: "ramp", Unit: "percent", Max: 100, Scale: -0.01}, Register: 60, Type: "int32"},
		},
	}
}

func chillerCase() drivertest.Case {
	return drivertest.Case{
		Model: "modbus", Options: chiller(),
		Odd: func(request, reply string) []string { return modbusOdd(request, reply)[:1] }, // other words are numbers in registers
		Exchanges: []drivertest.Exchange{
			{framed("010300010001"), framed("010302 00E6")}, {framed("010400100001"), framed("010402 0009")},
			{framed("010100130001"), framed("010101 01")}, {framed("010380020002"), framed("010304 42F60000")}, {framed("010300280002"), framed("010304 00010002")},
			{framed("010600020104"), framed("010600020104")}, {framed("01050013FF00"), framed("01050013FF00")}, {framed("010500130000"), framed("010500130000")},
			{framed("0110003200020442200000"), framed("011000320002")}, {framed("0110003C000204FFFFEC78"), framed("0110003C0002")},
		},
		Want: []drivers.Reading{
			{Channel: "bath", Name: "temperature", Unit: drivers.Celsius, Value: 23}, {Name: "running", Value: 1}, {Name: "fault", Value: 1}, {Name: "pump", Value: 1},
			{Channel: "speed", Name: "rotation", Unit: drivers.Hertz, Value: 123.0 / 60}, {Channel: "worked", Name: "time", Unit: drivers.Seconds, Value: 65538 * 3600},
		},
		Foreign: []drivertest.Exchange{{framed("010300010001"), framed("020302 00E6")}, {framed("010300010001"), framed("010402 00E6")}},
		Sets:    []drivertest.Setting{{Control: "setpoint", Value: 26}, {Control: "pump", Value: 1}, {Control: "limit", Value: 40}, {Control: "ramp", Value: 50}},
		Safe:    []string{framed("010500130000"), framed("0110003200020442200000")},
		End:     "\x00none",
	}
}

func TestModbusConforms(t *testing.T) { drivertest.Conform(t, chillerCase()) }

func FuzzModbusGeneric(f *testing.F) { drivertest.Fuzz(f, chillerCase()) }

func TestModbusNumbers(t *testing.T) {
	q := drivers.Quantity{Channel: "x", Name: "temperature", Unit: "celsius"}
	for name, c := range map[string]struct {
		read  drivers.ModbusRead
		low   bool
		reply string
		want  drivers.Reading
		err   bool
	}{
		"negative":            {drivers.ModbusRead{Quantity: q}, false, "010302 FFF6", drivers.Reading{Value: -10}, false},
		"without sign":        {drivers.ModbusRead{Quantity: q, Type: "uint16"}, false, "010302 FFF6", drivers.Reading{Value: 65526}, false},
		"32 bits":             {drivers.ModbusRead{Quantity: q, Type: "int32"}, false, "010304 FFFFFFF6", drivers.Reading{Value: -10}, false},
		"low word first":      {drivers.ModbusRead{Quantity: q, Type: "uint32"}, true, "010304 00020001", drivers.Reading{Value: 65538}, false},
		"float":               {drivers.ModbusRead{Quantity: q, Type: "float32"}, false, "010304 41BC0000", drivers.Reading{Value: 23.5}, false},
		"float low first":     {drivers.ModbusRead{Quantity: q, Type: "float32"}, true, "010304 000041BC", drivers.Reading{Value: 23.5}, false},
		"float is no number":  {drivers.ModbusRead{Quantity: q, Type: "float32"}, false, "010304 7FC00000", drivers.Reading{Missing: "not a number (NaN)"}, false},
		"float is infinite":   {drivers.ModbusRead{Quantity: q, Type: "float32"}, false, "010304 7F800000", drivers.Reading{Missing: "no measurement: [7F80 0000] (too large or too small a number)"}, false},
		"word for none":       {drivers.ModbusRead{Quantity: q, Words: map[string]string{"-32768": "no sensor"}}, false, "010302 8000", drivers.Reading{Missing: "no sensor"}, false},
		"word for the end":    {drivers.ModbusRead{Quantity: q, Words: map[string]string{"32767": "at least 1000"}}, false, "010302 7FFF", drivers.Reading{Value: 1000, Bound: drivers.AtLeast}, false},
		"illegal address":     {drivers.ModbusRead{Quantity: q}, false, "018302", drivers.Reading{}, true},
		"too many registers":  {drivers.ModbusRead{Quantity: q}, false, "010304 00020001", drivers.Reading{}, true},
		"of another function": {drivers.ModbusRead{Quantity: q}, false, "010402 0002", drivers.Reading{}, true},
	} {
		o := &drivers.ModbusOptions{Address: 1, LowWordFirst: c.low, Reads: []drivers.ModbusRead{c.read}}
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return framed(c.reply), true }}
		got, err := open(t, "modbus", o, wire).Read(t.Context())
		if (err != nil) != c.err {
			t.Errorf("%s: Read() = %+v, %v, want an error: %v", name, got, err, c.err)
			continue
		}
		if c.err {
			continue
		}
		c.want.Channel, c.want.Name, c.want.Unit = "x", "temperature", drivers.Celsius
		if got[0] != c.want {
			t.Errorf("%s: Read() = %+v, want %+v", name, got[0], c.want)
		}
	}
}

func TestModbusOptionsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drivers.ModbusOptions)
		want   string
	}{
		"address 0":           {func(o *drivers.ModbusOptions) { o.Address = 0 }, "address: 0; must be 1 to 247"},
		"no reads":            {func(o *drivers.ModbusOptions) { o.Reads = nil }, "reads: none"},
		"register 65536":      {func(o *drivers.ModbusOptions) { o.Reads[0].Register = 65536 }, "reads[0]: register: 65536; must be 0 to 65535"},
		"half outside":        {func(o *drivers.ModbusOptions) { o.Reads[4].Register = 65535 }, "reads[4]: register: 65535; must be 0 to 65534"},
		"40001":               {func(o *drivers.ModbusOptions) { o.Reads[0].Function = 6 }, "reads[0]: function: 6"},
		"type unknown":        {func(o *drivers.ModbusOptions) { o.Reads[0].Type = "float" }, `reads[0]: type: "float"; must be one of int16`},
		"coil with a type":    {func(o *drivers.ModbusOptions) { o.Reads[3].Type = "uint16" }, `reads[3]: type:`},
		"bit 16":              {func(o *drivers.ModbusOptions) { o.Reads[1].Bit = 16 }, "reads[1]: bit: 16"},
		"word of no number":   {func(o *drivers.ModbusOptions) { o.Reads[4].Words = map[string]string{"OFF": "off"} }, "reads[4]: words: OFF: must be a number"},
		"word of no sense":    {func(o *drivers.ModbusOptions) { o.Reads[0].Words["1"] = "good" }, "reads[0]: words: 1: "},
		"range does not fit":  {func(o *drivers.ModbusOptions) { o.Sets[0].Max = 4000 }, "sets[0]: min, max: 40000 does not fit; must be -32768 to 32767"},
		"write of a bit":      {func(o *drivers.ModbusOptions) { o.Sets[0].Type = "bit" }, "sets[0]: type: a bit of a register"},
		"one write of a pair": {func(o *drivers.ModbusOptions) { o.Sets[2].Function = 6 }, "sets[2]: function: 6"},
		"control twice":       {func(o *drivers.ModbusOptions) { o.Sets[2].Control = "pump" }, "sets[2]: control pump is given twice"},
	} {
		o := chiller()
		c.change(o)
		m, _ := drivers.Find("modbus")
		if err := m.Check(o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check() = %v, want %q in it", name, err, c.want)
		}
	}
}
