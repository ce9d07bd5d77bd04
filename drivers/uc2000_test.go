package drivers_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// bytesOf is hex with blanks.
func bytesOf(t testing.TB, text string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var uc2000Case = drivertest.Case{
	OneFrame: "five bytes hold everything; 3F in their place is a refusal of all",
	Model:    "uc2000", Options: &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 95},
	Exchanges: []drivertest.Exchange{
		{"\x7e", "\xaa\xb8\x22\x64\x64\x5d"},
		{"\x5b\x75\x8a", "\xaa"}, {"\x5b\x76\x89", "\xaa"}, {"\x5b\x7f\x00\x80", "\xaa"}, {"\x5b\x7f\x64\x1c", "\xaa"},
	},
	Want: []drivers.Reading{
		{Name: "enabled", Value: 1}, {Name: "power", Value: 50, Unit: drivers.Percent}, {Name: "output", Value: 50, Unit: drivers.Percent},
		{Name: "remote", Value: 1},
	},
	Foreign: []drivertest.Exchange{{"\x7e", "\xaa\xb8\x22\x64\x64\x5e"}, {"\x7e", "\xaa\xbe\x22\x64\x64\x57"}},
	Sets: []drivertest.Setting{
		{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}, {Control: "power", Value: 50}, {Control: "power", Value: 0},
	},
	Safe: []string{"\x5b\x7f\x00\x80", "\x5b\x76\x89"},
}

func TestUC2000(t *testing.T) { drivertest.Conform(t, uc2000Case) }

func FuzzUC2000(f *testing.F) { drivertest.Fuzz(f, uc2000Case) }

// The vectors of synrad-uc2000.md that set the duty, and the two values whose frames would hold a 7E. Left out, because the driver does not
// send them: modes 70 to 74, frequencies 77 to 79, gate 7A and 7B, maximum 7C and 7D, lase on power-up 30 and 31 (a person's at the front panel).
func TestUC2000Duty(t *testing.T) {
	for _, c := range []struct {
		percent float64
		off     bool
		frame   string
	}{
		{0, false, "5B 7F 00 80"}, {10, false, "5B 7F 14 6C"}, {50, false, "5B 7F 64 1C"}, {62.5, false, "5B 7F 7D 03"}, {95, false, "5B 7F BE C2"},
		{10, true, "5B 7F 14"},
		{63, false, "5B 7F 7D 03"}, {63, true, "5B 7F 7D"}, {1, false, "5B 7F 01 7F"}, {1, true, "5B 7F 02"}, {50.4, false, "5B 7F 64 1C"},
	} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "\xaa", true }}
		laser := open(t, "uc2000", &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 95, ChecksumOff: c.off}, wire).(drivers.Actuator)
		if err := laser.Set(t.Context(), "power", c.percent); err != nil || len(wire.Sent) != 1 || wire.Sent[0] != bytesOf(t, c.frame) {
			t.Errorf("Set(power, %g) with checksum off %v = %v, sent % X, want %s", c.percent, c.off, err, wire.Sent, c.frame)
		}
	}
}

// With the checksum off the status has five bytes, and sets end without it: 5B 75, 5B 76.
func TestUC2000ChecksumOff(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if request == "\x7e" {
			return "\xaa\xb8\x22\x64\x64", true
		}
		return "\xaa", true
	}}
	laser := open(t, "uc2000", &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 95, ChecksumOff: true}, wire).(drivers.Actuator)
	if r, err := laser.Read(t.Context()); err != nil || r[1].Value != 50 {
		t.Errorf("Read() = %+v, %v, want 50 percent", r, err)
	}
	if err := errors.Join(laser.Set(t.Context(), "enabled", 1), laser.Halt(t.Context())); err != nil {
		t.Error(err)
	}
	if got, want := strings.Join(wire.Sent, ""), "\x7e\x5b\x7f\x00\x5b\x75\x5b\x7f\x00\x5b\x76"; got != want {
		t.Errorf("sent % X, want % X", got, want)
	}
}

// A refusal (3F) is ErrRefused.
func TestUC2000Refuses(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "\x3f", true }}
	laser := open(t, "uc2000", &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 95}, wire).(drivers.Actuator)
	_, read := laser.Read(t.Context())
	for what, err := range map[string]error{"Read": read, "Set": laser.Set(t.Context(), "power", 50), "Halt": laser.Halt(t.Context())} {
		if !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("%s() = %v, want ErrRefused", what, err)
		}
	}
}
