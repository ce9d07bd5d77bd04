package drivers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// ModbusOptions describe an instrument by its Modbus registers, without Go. Register numbers are protocol addresses: the
// first is 0, what a manual calls 40001 is holding register 0.
//
// Line: 9600 8N1 unless the URL says otherwise, gap 4 ms (3.5 characters at 9600). Source: the register table in the
// instrument's manual, put into the configuration; the framing is Modbus RTU, or Modbus TCP (port 502).
type ModbusOptions struct {
	Address      int          `yaml:"address"`        // of the unit: 1 to 247; 0 and 255 with tcp
	TCP          bool         `yaml:"tcp"`            // Modbus TCP framing; without it RTU, also over a serial server
	LowWordFirst bool         `yaml:"low_word_first"` // the order of the two registers of 32 bits
	Reads        []ModbusRead `yaml:"reads"`          // what is read, one or more
	Sets         []ModbusSet  `yaml:"sets"`           // what may be set
}

// ModbusRead is one reading.
type ModbusRead struct {
	Quantity `yaml:",inline"`
	Register int            `yaml:"register"` // 0 to 65535
	Function int            `yaml:"function"` // 3 holding (also 0), 4 input register; 1 coil, 2 discrete input
	Type     string         `yaml:"type"`     // int16 (also ""), uint16, int32, uint32, float32; bit of a register. None for functions 1 and 2
	Bit      int            `yaml:"bit"`      // of type bit: 0 (lowest) to 15
	Words    map[int]string `yaml:"words"`    // numbers that are none, and what they mean (see phrase)
}

// ModbusSet is one control.
type ModbusSet struct {
	Adjustable `yaml:",inline"`
	Register   int    `yaml:"register"` // 0 to 65535
	Function   int    `yaml:"function"` // 6 (0, 16 bits), 16 (0, 32 bits; also for 16), 5 coil
	Type       string `yaml:"type"`     // as of a read, without bit. None for function 5
}

func init() {
	register("modbus", "", About{
		Text: "An instrument with Modbus registers, RTU or TCP, described in the configuration", Reads: "what its options say",
		Sets: "what its options say", Source: "the register table of its manual; tested against libmodbus and pymodbus", Confidence: High,
		Line: LineSettings{Gap: 4 * time.Millisecond},
	}, ModbusOptions{Address: 1}, openModbus)
}

// modbusTypes are the kinds of numbers: registers, and the lowest and the highest number.
var modbusTypes = map[string]struct {
	words     int
	low, high float64
}{
	"": {1, math.MinInt16, math.MaxInt16}, "int16": {1, math.MinInt16, math.MaxInt16}, "uint16": {1, 0, math.MaxUint16}, "bit": {1, 0, 1},
	"int32": {2, math.MinInt32, math.MaxInt32}, "uint32": {2, 0, math.MaxUint32}, "float32": {2, -math.MaxFloat32, math.MaxFloat32},
}

// Points are what it reads.
func (o *ModbusOptions) Points() []Point {
	var points []Point
	for _, r := range o.Reads {
		points = append(points, r.point())
	}
	return points
}

// Check says what is wrong with o.
func (o *ModbusOptions) Check() error {
	var errs []error
	if !(o.Address >= 1 && o.Address <= 247 || o.TCP && (o.Address == 0 || o.Address == 255)) {
		errs = append(errs, fmt.Errorf("address: %d; must be 1 to 247, with tcp also 0 and 255", o.Address))
	}
	if len(o.Reads) == 0 {
		errs = append(errs, errors.New("reads: none; must be one or more"))
	}
	for i, r := range o.Reads {
		if err := r.checkRead(); err != nil {
			errs = append(errs, within(fmt.Sprintf("reads[%d]", i), err))
		}
	}
	for i, s := range o.Sets {
		if err := s.check(); err != nil {
			errs = append(errs, within(fmt.Sprintf("sets[%d]", i), err))
		}
		if slices.ContainsFunc(o.Sets[:i], func(t ModbusSet) bool { return t.Control == s.Control }) {
			errs = append(errs, fmt.Errorf("sets[%d]: control %s is given twice; must be given once", i, s.Control))
		}
	}
	return errors.Join(errs...)
}

func (r *ModbusRead) checkRead() error {
	errs := []error{r.check(), checkRegister(r.Register, r.Type, r.Function <= readContacts && r.Function > 0)}
	if r.Function < 0 || r.Function > readInput {
		errs = append(errs, fmt.Errorf("function: %d; must be 1, 2, 3 or 4", r.Function))
	}
	if r.Bit < 0 || r.Bit > 15 || r.Bit > 0 && r.Type != "bit" {
		errs = append(errs, fmt.Errorf("bit: %d; must be 0 to 15, of type bit", r.Bit))
	}
	if len(r.Words) > 0 && (r.bits() || r.Type == "bit" || r.Type == "float32") {
		errs = append(errs, errors.New("words: the type must be a whole number"))
	}
	for _, n := range slices.Sorted(maps.Keys(r.Words)) {
		if p, err := parsePhrase(r.Words[n]); err != nil || p.numbered {
			errs = append(errs, fmt.Errorf("words: %d: %q; must be at most ..., at least ..., is ..., or why there is no value", n, r.Words[n]))
		}
	}
	return errors.Join(errs...)
}

func (s *ModbusSet) check() error {
	errs := []error{s.Adjustable.check(), checkRegister(s.Register, s.Type, s.Function == writeCoil)}
	t := modbusTypes[s.Type]
	switch {
	case s.Type == "bit":
		errs = append(errs, errors.New("type: a bit of a register cannot be set alone; must be int16, uint16, int32, uint32 or float32, or function 5"))
	case s.Function != 0 && s.Function != writeCoil && s.Function != writeRegister && s.Function != writeMany,
		s.Function == writeRegister && t.words == 2, s.Function == writeCoil && s.Unit != "":
		errs = append(errs, fmt.Errorf("function: %d; must be 6 for 16 bits, 16, or 5 for a control without a unit", s.Function))
	default:
		for _, v := range []float64{s.control().Min, s.control().Max} {
			if n := math.Round(s.number(v)); !(n >= t.low && n <= t.high) {
				errs = append(errs, fmt.Errorf("min, max: %g would be sent; must be, in %s, %g to %g", n, s.Type, t.low, t.high))
			}
		}
	}
	return errors.Join(errs...)
}

func checkRegister(register int, kind string, coil bool) error {
	t, ok := modbusTypes[kind]
	if !ok || coil && kind != "" {
		return fmt.Errorf("type: %q; must be int16, uint16, int32, uint32, float32 or bit, or empty for coils and discrete inputs", kind)
	}
	if last := math.MaxUint16 + 1 - t.words; register < 0 || register > last {
		return fmt.Errorf("register: %d; must be 0 to %d", register, last)
	}
	return nil
}

// bits says whether r is a coil or a discrete input.
func (r *ModbusRead) bits() bool { return r.Function == readCoils || r.Function == readContacts }

type modbusUnit struct {
	modbus
	options ModbusOptions
}

func openModbus(w Wires, o ModbusOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &modbusUnit{modbus{port: w.Port, address: byte(o.Address), tcp: o.TCP, lowFirst: o.LowWordFirst}, o}, nil
}

var _ Actuator = (*modbusUnit)(nil)

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
