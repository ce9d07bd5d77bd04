package drivers_test

import (
	"errors"
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var espCase = drivertest.Case{
	Model: "esp301", OneByte: "numbers without a check", Options: &drivers.ESP301Options{Axes: map[int]drivers.Axis{1: {Name: "x", Max: 0.025}}},
	Exchanges: []drivertest.Exchange{
		{"VE?\r", "ESP301 Version 3.0.1 6/1/99\r\n"}, {"1TP?\r", "10.0000\r\n"}, {"1MD?\r", "1\r\n"}, {"1MO?\r", "1\r\n"},
		{"TE?\r", "0\r\n"}, {"1PA10.0000\r", ""}, {"1PA0.0000\r", ""}, {"ST\r", ""},
	},
	Odd:      drivertest.Words,
	Identity: drivers.Identity{Model: "ESP301 Version 3.0.1 6/1/99"},
	Want: []drivers.Reading{
		{Channel: "x", Name: "position", Value: 0.01, Unit: drivers.Meters}, {Name: "x_moving"}, {Name: "x_on", Value: 1},
	},
	Sets:              []drivertest.Setting{{Control: "x", Value: 0.01}, {Control: "x", Value: 0}},
	Safe:              []string{"ST\r"},
	AskedWhileHalting: []string{"TE?\r"},
}

// Left out of the vectors of newport-esp301.md: TS (whose bits are asked for axis by axis with MD? and MO?) and TB? (TE? is its number).
func TestESP301(t *testing.T) { drivertest.Conform(t, espCase) }

func FuzzESP301(f *testing.F) { drivertest.Fuzz(f, espCase) }

// The error of a refused move has its number; an error from before is not blamed on it; a move is sent once.
func TestESP301Refuses(t *testing.T) {
	for name, c := range map[string]struct {
		exchanges []drivertest.Exchange
		err       error
	}{
		"motor off": {[]drivertest.Exchange{{"TE?\r", "0\r\n"}, {"1PA10.0000\r", ""}, {"TE?\r", "113\r\n"}}, drivers.ErrRefused},
		"an older error": {[]drivertest.Exchange{
			{"TE?\r", "106\r\n"}, {"TE?\r", "7\r\n"}, {"TE?\r", "0\r\n"}, {"1PA10.0000\r", ""}, {"TE?\r", "0\r\n"}}, nil},
		"answer lost": {[]drivertest.Exchange{{"TE?\r", "0\r\n"}, {"1PA10.0000\r", ""}, {"TE?\r", ""}}, drivers.ErrTimeout},
	} {
		device := open(t, "esp301", espCase.Options, drivertest.NewScript(t, c.exchanges...)).(drivers.Actuator)
		if err := device.Set(t.Context(), "x", 0.01); !errors.Is(err, c.err) {
			t.Errorf("%s: Set(x, 0.01) = %v, want %v", name, err, c.err)
		}
	}
	device := open(t, "esp301", espCase.Options, drivertest.NewScript(t,
		drivertest.Exchange{"1TP?\r", "-0.5000\r\n"}, drivertest.Exchange{"1MD?\r", "0\r\n"}, drivertest.Exchange{"1MO?\r", "1\r\n"}))
	if r, err := device.Read(t.Context()); err != nil || r[1].Value != 1 || math.Abs(r[0].Value+0.0005) > 1e-12 {
		t.Errorf("Read() of a moving axis at -0.5 mm = %+v, %v", r, err)
	}
}

func mdriveCase(name string, checksum bool) drivertest.Case {
	end := "\r"
	if name != "" {
		end = "\n"
	}
	seal := func(command string) string {
		if !checksum {
			return name + command + end
		}
		sum := byte(0)
		for i := range len(command) {
			sum -= command[i]
		}
		return name + command + string([]byte{sum | 0x80}) + end
	}
	done := ""
	if checksum {
		done = "\x06"
	}
	return drivertest.Case{
		Model: "mdrive", OneByte: "whole numbers without a check", Options: &drivers.MDriveOptions{Name: name, StepsPerMeter: 51200000, Max: 0.025, Checksum: checksum},
		Exchanges: []drivertest.Exchange{
			{seal("EM 2"), done}, {seal("PR VR"), "4.100\r\n"}, {seal("PR SN"), "123456789\r\n"},
			{seal("PR P"), "12345\r\n"}, {seal("PR MV"), "0\r\n"}, {seal("PR EF"), "0\r\n"}, {seal("PR ER"), "0\r\n"},
			{seal("ER 0"), done}, {seal("MA 51200"), done}, {seal("SL 0"), done},
		},
		Odd:      drivertest.Words,
		Identity: drivers.Identity{Model: "MDrive 4.100", Serial: "123456789"},
		Want: []drivers.Reading{
			{Name: "position", Value: 12345.0 / 51200000, Unit: drivers.Meters}, {Name: "moving"}, {Name: "error"},
		},
		Opaque:            []string{"4.100\r\n", "123456789\r\n", "12345\r\n"},
		Sets:              []drivertest.Setting{{Control: "position", Value: 0.001}},
		Safe:              []string{seal("SL 0")},
		AskedWhileHalting: []string{seal("PR MV")},
	}
}

// Left out of the vectors of mdrive.md: "MR 1" with its checksum, because the driver moves to absolute positions only: TestMDriveChecksum.
func TestMDrive(t *testing.T) {
	for name, c := range map[string]drivertest.Case{"alone": mdriveCase("", false), "party": mdriveCase("A", false), "checksum": mdriveCase("", true)} {
		t.Run(name, func(t *testing.T) { drivertest.Conform(t, c) })
	}
}

func FuzzMDrive(f *testing.F) { drivertest.Fuzz(f, mdriveCase("", true)) }

// An echo is skipped and not taken for the answer: echo modes 0 and 1, and the banner's prompt.
func TestMDriveEchoes(t *testing.T) {
	for _, reply := range []string{"PR P\r\n12345\r\n>", "\r\n>12345\r\n>", "12345\r\n"} {
		device := open(t, "mdrive", nil, drivertest.NewScript(t,
			drivertest.Exchange{"PR P\r", reply}, drivertest.Exchange{"PR MV\r", "1\r\n"}, drivertest.Exchange{"PR EF\r", "0\r\n"}))
		if r, err := device.Read(t.Context()); err != nil || r[0].Value != 12345.0/51200000 || r[1].Value != 1 {
			t.Errorf("Read() with reply %q = %+v, %v, want 12345 steps, moving", reply, r, err)
		}
	}
}

// Refusals: an error number after the move, NAK to a check byte. The move is not sent again.
func TestMDriveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		checksum  bool
		exchanges []drivertest.Exchange
	}{
		"limit": {false, []drivertest.Exchange{{"ER 0\r", ""}, {"MA 51200\r", ""}, {"PR ER\r", "83\r\n"}}},
		"NAK":   {true, []drivertest.Exchange{{"ER 0\x99\r", "\x06"}, {"MA 51200\xda\r", "\x15"}}},
	} {
		o := &drivers.MDriveOptions{StepsPerMeter: 51200000, Max: 0.025, Checksum: c.checksum}
		device := open(t, "mdrive", o, drivertest.NewScript(t, c.exchanges...)).(drivers.Actuator)
		if err := device.Set(t.Context(), "position", 0.001); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("%s: Set(position, 0.001) = %v, want ErrRefused", name, err)
		}
	}
}
