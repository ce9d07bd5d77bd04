package drivers_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// labjackUnit is a T7 with its lines; writing one makes it an output. It fails the test when a line is read by its own register, which would make it an
// input. The vectors of labjack-t.md are marked by number; left out: 2 (four inputs at once), 3 (an analog output), 6 (a bank).
func labjackUnit(t testing.TB, states uint32, indicators map[int][2]int) func(string) (string, bool) {
	directions := uint32(0)
	floats := map[int]uint32{0: 0x40200000, 2: 0xC1280000, 60000: 0x40E00000} // 1: AIN0 at 2.5 V; AIN1 at -10.5 V; 7: a T7
	return func(request string) (string, bool) {
		if len(request) != 12 {
			return "", false
		}
		register, n := int(request[8])<<8|int(request[9]), int(request[10])<<8|int(request[11])
		if request[7] == 3 && register >= 2000 && register <= 2022 {
			t.Errorf("a poll reads register %d, which makes a line an input", register)
		}
		if request[7] == 6 && register >= 2000 && register <= 2022 { // 4
			line := register - 2000
			states = states&^(1<<line) | uint32(n)<<line
			directions |= 1 << line
			for valve, at := range indicators {
				if valve == line {
					states = states&^(1<<at[0]|1<<at[1]) | uint32(n)<<at[0] | uint32(1-n)<<at[1]
				}
			}
			return request, true
		}
		value, ok := floats[register]
		switch register {
		case 2800: // 5
			value, ok = states, true
		case 2850:
			value, ok = directions, true
		case 60028:
			value, ok = 470012345, true
		}
		if !ok { // 8
			return request[:5] + "\x03" + request[6:7] + string([]byte{request[7] | 0x80}) + "\x02", true
		}
		return request[:5] + "\x07" + request[6:8] + "\x04" + string([]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
	}
}

// tcpOdd is an exception in answer to a request, with its transaction.
func tcpOdd(request, _ string) []string {
	odd := []string{request[:5] + "\x03" + request[6:7] + string([]byte{request[7] | 0x80}) + "\x02"}
	if request[8] == 0 && request[11] == 2 { // a float
		odd = append(odd, request[:5]+"\x07"+request[6:8]+"\x04\x7F\xC0\x00\x00")
	}
	return odd
}

func TestLabJackValves(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "labjack-valves", OneByte: "bytes without a check of their own",
		Options: &drivers.LabJackValvesOptions{Channels: map[int]string{4: "A", 5: "B"}, Opened: map[int]int{4: 8}, Closed: map[int]int{4: 9}, Travel: time.Second},
		Instrument: func() func(string) (string, bool) {
			unit := labjackUnit(t, 1<<9, map[int][2]int{4: {8, 9}})
			unit("\x00\x04\x00\x00\x00\x06\x01\x06\x07\xd4\x00\x00") // both are outputs, low
			unit("\x00\x04\x00\x00\x00\x06\x01\x06\x07\xd5\x00\x00")
			return func(request string) (string, bool) { return unit(request) }
		},
		End:      "none",
		Identity: drivers.Identity{Model: "LabJack T7", Serial: "470012345"},
		Want: []drivers.Reading{
			{Channel: "A", Name: "open"}, {Name: "A_commanded"}, {Channel: "B", Name: "open"}, {Name: "B_commanded"},
		},
		Odd: tcpOdd, Shared: []string{"\x03\x0a\xf0\x00\x02"}, // the states
		Sets: []drivertest.Setting{{Control: "A", Value: 1}, {Control: "A"}, {Control: "B", Value: 1}},
		Safe: []string{"\x06\x07\xd4\x00\x00", "\x06\x07\xd5\x00\x00"}, Bare: func(request string) string { return request[7:] }, // behind the header
	})
}

// What closes and opens, at either level; a halt closes. A line that is no output yet is neither open nor closed; one that does not follow is refused.
func TestLabJackValvesOnTheWire(t *testing.T) {
	for _, low := range []bool{false, true} {
		wire := &drivertest.Wire{T: t, Instrument: labjackUnit(t, 0x15, nil)} // 5: lines 0, 2 and 4 are high
		device := open(t, "labjack-valves", &drivers.LabJackValvesOptions{Channels: map[int]string{4: "A"}, Low: low}, wire).(drivers.Actuator)
		if got, err := device.Read(t.Context()); err != nil || got[0].Missing == "" || got[1].Missing == "" {
			t.Errorf("Read() before the first write = %+v, %v, want no state", got, err)
		}
		if err := device.Set(t.Context(), "A", 1); err != nil {
			t.Errorf("Set(A, 1) with low %v = %v", low, err)
		}
		if got, err := device.Read(t.Context()); err != nil || got[0].Value != 1 || got[1].Value != 1 {
			t.Errorf("Read() of an open valve = %+v, %v", got, err)
		}
		wire.Sent = nil
		if err := device.Halt(t.Context()); err != nil || len(wire.Sent) != 1 || wire.Sent[0][6:] != "\x01\x06\x07\xd4\x00"+map[bool]string{false: "\x00", true: "\x01"}[low] {
			t.Errorf("Halt() with low %v = %v, sent % X", low, err, wire.Sent)
		}
	}
	stuck := labjackUnit(t, 0, nil)
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if request[7] == 6 {
			return request, true // a line of a T4 that stays analog
		}
		return stuck(request)
	}}
	if err := open(t, "labjack-valves", nil, wire).(drivers.Actuator).Set(t.Context(), "A", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(A, 1) of a line that stays as it is = %v, want ErrRefused", err)
	}
}

func TestLabJackInputs(t *testing.T) {
	low, high := 0.0, 100.0
	drivertest.Conform(t, drivertest.Case{
		Model: "labjack-inputs", OneByte: "bytes without a check of their own",
		Options: &drivers.LabJackInputsOptions{
			Analog: map[int]drivers.Quantity{
				0: {Channel: "head", Name: "pressure", Unit: "torr", Scale: 10, Min: &low, Max: &high}, 1: {Channel: "raw", Name: "voltage", Unit: "volts"},
			},
			Digital: map[int]string{4: "door", 5: "water"},
		},
		Instrument: func() func(string) (string, bool) { return labjackUnit(t, 0x15, nil) },
		End:        "none",
		Bare:       func(request string) string { return request[2:] }, // without the number of the transaction
		Untold:     map[string]string{"end wrong": "the network checks what it carries, the protocol does not"},
		Identity:   drivers.Identity{Model: "LabJack T7", Serial: "470012345"},
		Want: []drivers.Reading{
			{Channel: "head", Name: "pressure", Value: 25 * torr, Unit: drivers.Pascals},
			{Channel: "raw", Name: "voltage", Value: -10.5, Unit: drivers.Volts, Bound: drivers.AtMost}, {Name: "door", Value: 1}, {Name: "water"},
		},
		Odd: tcpOdd,
	})
}

// The requests and replies of labjack-t.md as they are on the wire: 1, 4, 5, 7; and a T4, which has no line 0.
func TestLabJackVectors(t *testing.T) {
	inputs := open(t, "labjack-inputs", nil, drivertest.NewScript(t, hexExchange("00 01 00 00 00 06 01 03 00 00 00 02", "00 01 00 00 00 07 01 03 04 40 20 00 00")))
	if got, err := inputs.Read(t.Context()); err != nil || math.Abs(got[0].Value-2.5) > 1e-9 {
		t.Errorf("Read() of AIN0 = %+v, %v, want 2.5 V", got, err)
	}
	valves := open(t, "labjack-valves", nil, drivertest.NewScript(t,
		hexExchange("00 01 00 00 00 06 01 06 07 D4 00 01", "00 01 00 00 00 06 01 06 07 D4 00 01"),
		hexExchange("00 02 00 00 00 06 01 03 0A F0 00 02", "00 02 00 00 00 07 01 03 04 00 00 00 15"),
		hexExchange("00 03 00 00 00 06 01 03 0B 22 00 02", "00 03 00 00 00 07 01 03 04 00 00 00 10"))).(drivers.Actuator)
	if err := valves.Set(t.Context(), "A", 1); err != nil {
		t.Errorf("Set(A, 1) = %v", err)
	}
	t4 := open(t, "labjack-valves", &drivers.LabJackValvesOptions{Channels: map[int]string{0: "A"}}, drivertest.NewScript(t,
		hexExchange("00 01 00 00 00 06 01 03 EA 60 00 02", "00 01 00 00 00 07 01 03 04 40 80 00 00")))
	if _, err := t4.(drivers.Identifier).Identify(t.Context()); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "T4") {
		t.Errorf("Identify() of a T4 with a valve on line 0 = %v, want ErrRefused", err)
	}
}

func TestLabJackOptions(t *testing.T) {
	a := map[int]string{4: "A"}
	for i, o := range []interface{ Check() error }{
		&drivers.LabJackValvesOptions{}, &drivers.LabJackValvesOptions{Channels: map[int]string{23: "A"}}, &drivers.LabJackValvesOptions{Channels: a, Opened: map[int]int{4: 4}},
		&drivers.LabJackValvesOptions{Channels: a, Opened: map[int]int{5: 8}}, &drivers.LabJackValvesOptions{Channels: a, Opened: map[int]int{4: 8}, Closed: map[int]int{4: 8}},
		&drivers.LabJackValvesOptions{Channels: a, Travel: time.Hour}, &drivers.LabJackInputsOptions{},
		&drivers.LabJackInputsOptions{Analog: map[int]drivers.Quantity{14: {Name: "voltage", Unit: "volts"}}}, &drivers.LabJackInputsOptions{Digital: map[int]string{4: "1x"}},
		&drivers.LabJackInputsOptions{Analog: map[int]drivers.Quantity{0: {Name: "voltage", Unit: "ell"}}},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("Check() of %d, %s = nil, want an error", i, fmt.Sprintf("%+v", o))
		}
	}
}

func FuzzLabJack(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "labjack-valves", Instrument: func() func(string) (string, bool) { return labjackUnit(f, 0x15, nil) },
		Exchanges: []drivertest.Exchange{{"", octets("00 02 00 00 00 07 01 03 04 00 00 00 15")}, {"", octets("00 08 00 00 00 03 01 83 02")}}})
}
