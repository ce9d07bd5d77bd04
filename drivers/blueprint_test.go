package drivers_test

import (
	"errors"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// ex1Case is an EX1 with two gauges; each exchange has its place in the manual or the sheet beside it.
var ex1Case = drivertest.Case{
	Model: "blueprint", OneByte: "numbers without a check, of any form",
	Options: &drivers.EX1Options{Channels: map[int]string{1: "ig", 2: "ig2"}, Switched: []string{"ig"}},
	Exchanges: []drivertest.Exchange{
		{"ID\r", "EX1,1.02,12345\r\n"},
		{"P1\r", "1.20E-07\r\n"},
		{"P2\r", "<1.00E-10\r\n"},
		{"F1\r", "1\r\n"},
		{"F1=1\r", "OK\r\n"},
		{"F1=0\r", "OK\r\n"},
	},
	Identity: drivers.Identity{Model: "EX1 1.02", Serial: "12345"},
	Want: []drivers.Reading{
		{Channel: "ig", Name: "pressure", Value: 1.2e-5, Unit: drivers.Pascals},
		{Channel: "ig2", Name: "pressure", Value: 1e-8, Unit: drivers.Pascals, Bound: drivers.AtMost},
		{Name: "ig_on", Value: 1},
	},
	Odd:  drivertest.Words, // what may stand in place of each answer: it makes that reading missing, and no other
	Sets: []drivertest.Setting{{Control: "ig_on", Value: 1}, {Control: "ig_on", Value: 0}},
	Safe: []string{"F1=0\r"}, // what a Halt sends, and nothing else
}

// Conform runs the rules that every driver keeps: noise, silence, late and cut-off replies, halts at every point.
func TestBlueprint(t *testing.T) { drivertest.Conform(t, ex1Case) }

func FuzzBlueprint(f *testing.F) { drivertest.Fuzz(f, ex1Case) }

// The vectors of the sheet: what a reply to P1 means.
func TestBlueprintReplies(t *testing.T) {
	for reply, c := range map[string]struct {
		want drivers.Reading
		err  error
	}{
		"9.99E-01":  {want: drivers.Reading{Value: 99.9}},
		">1.00E+00": {want: drivers.Reading{Value: 100, Bound: drivers.AtLeast}},
		"OFF":       {want: drivers.Reading{Missing: "filament off"}},
		"12..5":     {want: drivers.Reading{Missing: "12..5"}}, // a word that is not known is why there is no value
		"\x7f\x7f":  {err: drivers.ErrGarbled},                 // noise
	} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"P1\r", reply + "\r\n"})}
		device := open(t, "blueprint", &drivers.EX1Options{Channels: map[int]string{1: "ig"}}, wire)
		c.want.Channel, c.want.Name, c.want.Unit = "ig", "pressure", drivers.Pascals
		got, err := device.Read(t.Context())
		if !errors.Is(err, c.err) || c.err == nil && (len(got) != 1 || got[0] != c.want) {
			t.Errorf("%q = %+v, %v, want %+v, %v", reply, got, err, c.want, c.err)
		}
	}
}

// The driver and its simulator were written apart, from one sheet: what is set on the one is read back through the other.
func TestBlueprintAgainstItsSimulator(t *testing.T) {
	device, bench := onBench(t, "blueprint", &drivers.EX1Options{Channels: map[int]string{1: "ig"}, Switched: []string{"ig"}})
	reads := func(when, missing string, on float64) {
		t.Helper()
		got, err := device.Read(t.Context())
		if err != nil || len(got) != 2 || got[0].Missing != missing || got[1].Value != on {
			t.Errorf("%s: Read() = %+v, %v, want missing %q, filament %g", when, got, err, missing, on)
		}
	}
	reads("as found", "", 1)
	if err := device.(drivers.Actuator).Halt(t.Context()); err != nil {
		t.Errorf("Halt() = %v", err)
	}
	bench.Step(time.Second)
	reads("after Halt", "filament off", 0)
	if err := device.(drivers.Actuator).Set(t.Context(), "ig_on", 1); err != nil {
		t.Errorf("Set(ig_on, 1) = %v", err)
	}
	reads("after Set", "", 1)
}
