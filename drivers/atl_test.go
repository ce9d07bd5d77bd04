package drivers_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// atlLaser is the laser of atl-excimer.md whose action register holds action: it takes every write and answers polls of what it was pointed at.
func atlLaser(action string) func(string) (string, bool) {
	pointed := ""
	polls := map[string]string{
		"\x02000200090003\x03": "a\x100\x0200091770" + "0000" + action + "\x03",
		"\x02000203E90002\x03": "a\x100\x0203E9000A0000\x03",
		"\x020002000B0001\x03": "a\x100\x02000B" + action + "\x03",
	}
	return func(request string) (string, bool) {
		switch {
		case request == "A\x05":
			return "\x100", true
		case request == "a\x05":
			reply := polls[pointed]
			check := byte(0)
			for _, b := range []byte(reply[4:]) {
				check ^= b
			}
			return reply + string(rune(check&0x7F)), true
		case request == "\x101" || request == "\x04":
			return "", true
		case request[0] == 2:
			pointed = request[:len(request)-1]
			return "\x101", true
		}
		return "", false
	}
}

const atlOffFrame = "\x02000B0000\x03\x71"

var atlCase = drivertest.Case{
	Model: "atl", Options: &drivers.ATLOptions{MaxOn: time.Minute, MaxRate: 100}, Instrument: func() func(string) (string, bool) { return atlLaser("0001") },
	Exchanges: []drivertest.Exchange{ // seeds of the fuzzer
		{"A\x05", "\x100"}, {"\x02000200090003\x03", "\x101"}, {"\x04", ""}, {"a\x05", "a\x100\x0200091770000000010\x03\x0b"},
	},
	Want: []drivers.Reading{
		{Name: "enabled", Value: 1}, {Name: "running"}, {Name: "tube_pressure", Value: 600000, Unit: drivers.Pascals}, {Name: "rate", Value: 10, Unit: drivers.Hertz},
	},
	Sets: []drivertest.Setting{
		{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}, {Control: "running", Value: 1}, {Control: "running", Value: 0},
		{Control: "shot", Value: 1}, {Control: "shot", Value: 0}, {Control: "rate", Value: 10},
	},
	// A register is any number; only an action may be one that is not known. Nothing else is odd in a block with a check.
	Odd: func(_, reply string) []string {
		if len(reply) < 8 || reply[4:8] != "0009" {
			return nil
		}
		return []string{"a\x100\x0200091770" + "0000" + "0007" + "\x03\x0c"}
	},
	Kept:              []string{"tube_pressure", "rate"},
	Safe:              []string{atlOffFrame},
	AskedWhileHalting: []string{"A\x05", "\x04"},
}

func TestATL(t *testing.T) { drivertest.Conform(t, atlCase) }

func FuzzATL(f *testing.F) { drivertest.Fuzz(f, atlCase) }

// What a Set writes; the frames are the vectors of atl-excimer.md.
func TestATLWrites(t *testing.T) {
	for _, c := range []struct {
		control string
		value   float64
		action  string // before
		frame   string // "" = nothing is written
	}{
		{"enabled", 1, "0000", "02 30 30 30 42 30 30 30 31 03 70"},
		{"enabled", 0, "0001", "02 30 30 30 42 30 30 30 30 03 71"},
		{"running", 1, "0001", "02 30 30 30 42 30 30 30 33 03 72"},
		{"running", 0, "0003", "02 30 30 30 42 30 30 30 31 03 70"},
		{"running", 0, "0000", ""}, // stop would switch it on
		{"shot", 1, "0001", "02 30 30 30 42 30 30 30 32 03 73"},
		{"rate", 10, "0001", "02 30 33 45 39 30 30 30 41 30 30 30 30 03 0D"}, // the check is CR
	} {
		wire := &drivertest.Wire{T: t, Instrument: atlLaser(c.action)}
		laser := open(t, "atl", &drivers.ATLOptions{MaxOn: time.Minute, MaxRate: 100}, wire).(drivers.Actuator)
		if err := laser.Set(t.Context(), c.control, c.value); err != nil {
			t.Errorf("Set(%s, %g) = %v", c.control, c.value, err)
		}
		var written string
		for _, frame := range wire.Sent {
			if frame[0] == 2 && frame[:5] != "\x020002" {
				written += frame
			}
		}
		if written != bytesOf(t, c.frame) {
			t.Errorf("Set(%s, %g) at action %s wrote % X, want %s", c.control, c.value, c.action, written, c.frame)
		}
	}
}

// A laser that is off fires neither once nor for ever.
func TestATLOffDoesNotFire(t *testing.T) {
	for _, control := range []string{"shot", "running"} {
		wire := &drivertest.Wire{T: t, Instrument: atlLaser("0000")}
		laser := open(t, "atl", &drivers.ATLOptions{MaxOn: time.Minute, MaxRate: 100}, wire).(drivers.Actuator)
		if err := laser.Set(t.Context(), control, 1); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("Set(%s, 1) of a laser that is off = %v after %s, want ErrRefused", control, err, fmt.Sprintf("%q", wire.Sent))
		}
	}
}
