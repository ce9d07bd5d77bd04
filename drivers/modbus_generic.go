package drivers

import (
	"context"
	"time"
)

// ModbusOptions describe an instrument by its Modbus registers, without Go. Register numbers are protocol addresses: the
// first is 0, what a manual calls 40001 is holding register 0.
//
// Line: 9600 8N1 unless the URL says otherwise, gap 4 ms (3.5 characters at 9600). Source: the register table in the
// instrument's manual, put into the configuration; the framing is Modbus RTU, also over TCP, or Modbus TCP (port 502).
type ModbusOptions struct {
	Address      int           `yaml:"address"`        // of the unit: 1 to 247; 0 and 255 with tcp
	TCP          bool          `yaml:"tcp"`            // Modbus TCP framing; without it RTU, also through a serial server on tcp://
	LowWordFirst bool          `yaml:"low_word_first"` // the order of the registers of one number, where it does not say otherwise
	Block        int           `yaml:"block"`          // registers that one request may read, those between included; 0 = each by itself
	Lenient      []string      `yaml:"lenient"`        // what replies need not repeat: transaction, unit, echo (see leniency)
	Identify     *ModbusText   `yaml:"identify"`       // registers that hold its name; none = it has none
	MaxOn        time.Duration `yaml:"max_on"`         // of the family laser: how long it may be on
	Reads        []ModbusRead  `yaml:"reads"`          // what is read: one entry a reading
	Sets         []ModbusSet   `yaml:"sets"`           // what can be set: one entry a control
	Vectors      []Vector      `yaml:"vectors"`        // exchanges that `agent check` runs: what is sent, what comes back, what that means

	Proven bool `yaml:"-"` // the vectors were run before the options of one device replaced an address in them
}

// ModbusText is text in registers, two characters each.
type ModbusText struct {
	Register int `yaml:"register"` // its number, 0 to 65535
	Function int `yaml:"function"` // 3 holding (also 0), 4 input register
	Count    int `yaml:"count"`    // registers: 1 to 125
}

// ModbusRead is one reading.
type ModbusRead struct {
	Quantity `yaml:",inline"`
	Register int               `yaml:"register"` // 0 to 65535
	Function int               `yaml:"function"` // 3 holding (also 0), 4 input register; 1 coil, 2 discrete input
	Type     string            `yaml:"type"`     // see modbusTypes; "" = int16, and none for functions 1 and 2
	Order    string            `yaml:"order"`    // of the bytes of a number: abcd, cdab (low word first), badc (low byte first), dcba; "" = as low_word_first says
	Count    int               `yaml:"count"`    // of type text: registers, 1 to 60
	Bit      int               `yaml:"bit"`      // of type bit: 0 (lowest) to 15
	Mask     uint64            `yaml:"mask"`     // of a whole number: these bits, moved down to the lowest; 0 = all of it
	Words    map[string]string `yaml:"words"`    // numbers or texts that are no value, and what they mean (see phrase); nan is a float's
}

// ModbusSet is one control.
type ModbusSet struct {
	Adjustable `yaml:",inline"`
	Register   int    `yaml:"register"` // its number, 0 to 65535
	Function   int    `yaml:"function"` // 6 (0, one register), 16 (0, several; also for one), 5 coil
	Type       string `yaml:"type"`     // as of a read, without bit and text. None for function 5
	Order      string `yaml:"order"`    // as of a read
}

func init() {
	register("modbus", "", About{
		Text: "An instrument with Modbus registers, RTU or TCP, described in the configuration", Reads: "what its options say",
		Sets: "what its options say", Source: "the register table of its manual; tested against libmodbus and pymodbus", Confidence: High,
		Line: LineSettings{Gap: 4 * time.Millisecond},
		Example: `
  - name: chiller
    model: modbus
    port: tcp://chiller.lab:502
    options:
      tcp: true
      reads: [{name: temperature, register: 100, type: int16, scale: 0.1, unit: celsius}]
`,
	}, ModbusOptions{Address: 1}, openModbus)
}

// modbusTypes are the kinds of numbers: their registers, and how these are read (see numberForms).
var modbusTypes = map[string]struct {
	words int
	form  string
}{
	"": {1, "signed"}, "int16": {1, "signed"}, "uint16": {1, "binary"}, "bit": {1, "binary"}, "int32": {2, "signed"}, "uint32": {2, "binary"},
	"int64": {4, "signed"}, "uint64": {4, "binary"}, "float32": {2, "float"}, "float64": {4, "float"}, "bcd16": {1, "bcd"}, "bcd32": {2, "bcd"},
	"text": {0, ""},
}

const modbusTypeList = "int16, uint16, int32, uint32, int64, uint64, float32, float64, bcd16, bcd32, bit, text"

var (
	modbusOrders     = []string{"", "abcd", "cdab", "badc", "dcba"}
	modbusLeniencies = []string{"transaction", "unit", "echo"}
)

// The most registers, and bits, that Modbus reads at once.
const (
	maxRegisters = 125
	maxBits      = 2000
)

// Points are what it reads.
func (o *ModbusOptions) Points() []Point {
	var points []Point
	for _, r := range o.Reads {
		points = append(points, r.point())
	}
	return points
}

// bits says whether r is a coil or a discrete input.
func (r *ModbusRead) bits() bool { return r.Function == readCoils || r.Function == readContacts }

// registers is how many r is made of.
func (r *ModbusRead) registers() int {
	switch {
	case r.bits():
		return 1
	case r.Type == "text":
		return r.Count
	}
	return modbusTypes[r.Type].words
}

func openModbus(w Wires, o ModbusOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return newModbusUnit(w.Port, o), nil
}

// Halt sets what is hazardous, or has the option halts, to its idle value.
func (u *modbusUnit) Halt(ctx context.Context) error {
	var steps []step
	for i := range u.options.Sets {
		if s := &u.options.Sets[i]; s.Hazard || s.Halts {
			steps = append(steps, func(ctx context.Context) error { return u.send(ctx, s, s.control().Idle) })
		}
	}
	return halting(ctx, 3, steps...)
}
