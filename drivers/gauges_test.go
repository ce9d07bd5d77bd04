package drivers_test

import (
	"errors"
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func TestXGS600(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "xgs600", OneByte: drivertest.OnlyDigits,
		Odd: func(_, _ string) []string { return []string{"?FF\r", ">WHAT IS THIS\r", ">NaN\r", ">1E999\r"} }, Shared: []string{"#0013\r"},
		Options: &drivers.XGS600Options{
			Channels: map[string]string{"UGATE": "ig", "UION1": "ion", "T1": "cg1"}, Switched: []string{"ion"},
		},
		Identity: drivers.Identity{Model: "firmware 0122,0101", Unit: "Torr"},
		Want: []drivers.Reading{
			{Channel: "cg1", Name: "pressure", Value: 101325, Unit: drivers.Pascals},
			{Channel: "ig", Name: "pressure", Value: 1e-7 * torr, Unit: drivers.Pascals},
			{Channel: "ion", Name: "pressure", Value: 2.5e-9 * torr, Unit: drivers.Pascals},
			{Name: "ion_on", Value: 1},
		},
		Instrument: func() func(string) (string, bool) {
			on := true // vectors 8, 9 and 10
			rest := drivertest.Answers(
				drivertest.Exchange{"#0005\r", ">0122,0101\r"},
				drivertest.Exchange{"#0013\r", ">00\r"},             // vector 4
				drivertest.Exchange{"#0002UGATE\r", ">1.000E-07\r"}, // vector 1
				drivertest.Exchange{"#0002UION1\r", ">2.500E-09\r"},
				drivertest.Exchange{"#0002T1\r", ">7.600E+02\r"})
			return func(request string) (string, bool) {
				switch request {
				case "#0030UION1\r", "#0031UION1\r":
					on = request[4] == '1'
					return ">\r", true
				case "#0032UION1\r":
					return map[bool]string{true: ">01\r", false: ">00\r"}[on], true
				}
				return rest(request)
			}
		},
		Sets:              []drivertest.Setting{{Control: "ion_on", Value: 1}, {Control: "ion_on"}},
		Safe:              []string{"#0030UION1\r"},
		AskedWhileHalting: []string{"#0032UION1\r"},
	})
}

// Replies to #0002T1 of agilent-xgs600.md, in torr. Left out, because the driver does not send them: 2 (contents), 3 (set-points
// off/on), 5 and 12 (dump; their words are here), 7 (set-point states), 11 (reset).
func TestXGS600Replies(t *testing.T) {
	for reply, c := range map[string]struct {
		torr    float64
		missing string
		err     error
	}{
		">1.000E-07\r": {1e-7, "", nil},
		">OPEN\r":      {0, "no sensor", nil}, // 5
		">NOCBL\r":     {0, "no cable", nil},  // 12
		">nocbl\r":     {0, "no cable", nil},
		">\r":          {0, "no number", nil},
		">----\r":      {0, "it says ----", nil},
		">OFF\r":       {0, "it says OFF", nil},
		"?FF\r":        {0, "refused: ?FF", nil}, // 6
		">1.0E-07x\r":  {0, "1.0E-07x", nil},
		">\x7f\x7f\r":  {0, "", drivers.ErrGarbled},
		"1.000E-07\r":  {0, "", drivers.ErrGarbled},
	} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"#0013\r", ">00\r"}, drivertest.Exchange{"#0002T1\r", reply})}
		device := open(t, "xgs600", &drivers.XGS600Options{Channels: map[string]string{"T1": "p"}}, wire)
		got, err := device.Read(t.Context())
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%q = %+v, %v, want error %v", reply, got, err, c.err)
			continue
		}
		if err == nil && (got[0].Missing != c.missing || math.Abs(got[0].Value-c.torr*torr) > 1e-9*c.torr*torr) {
			t.Errorf("%q = %+v, want %g torr, missing %q", reply, got, c.torr, c.missing)
		}
	}
}

func TestIGC100(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "igc100", OneByte: "numbers without a check, whose form is not known for certain", Odd: drivertest.Words,
		Options: &drivers.IGC100Options{Channels: map[int]string{1: "ig1", 3: "pg1", 5: "cm1"}},
		Exchanges: []drivertest.Exchange{
			{"*IDN?\r", "Stanford Research Systems,IGC100,s/n12345,ver1.10\r\n"},
			{"GDAT? 1\r", "1.23E-09\r\n"},       // [P], form UNCONFIRMED
			{"GDAT? 3\r", "1.98E-10 mTorr\r\n"}, // a public simulator's
			{"GDAT? 5\r", "0\r\n"},
		},
		Identity: drivers.Identity{Model: "IGC100 ver1.10", Serial: "s/n12345"},
		Want: []drivers.Reading{
			{Channel: "ig1", Name: "pressure", Value: 1.23e-9 * torr, Unit: drivers.Pascals},
			{Channel: "pg1", Name: "pressure", Value: 1.98e-13 * torr, Unit: drivers.Pascals},
			{Channel: "cm1", Name: "pressure", Unit: drivers.Pascals, Missing: "no pressure: off, or no gauge"},
		},
	})
}

func TestSRG3(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "srg3", OneByte: "numbers without a check, whose form is not known for certain", Odd: drivertest.Words,
		Exchanges: []drivertest.Exchange{{"VAL\r", "1.234E-04\r\n"}}, // UNCONFIRMED
		Want:      []drivers.Reading{{Name: "pressure", Value: 1.234e-2, Unit: drivers.Pascals}},
	})
}

// A unit that is changed at the front panel is found before a number in it leaves, by every controller that can be asked for it.
func TestUnitChangedAtTheFrontPanel(t *testing.T) {
	for model, c := range map[string]struct {
		options                any
		unit, pressure         string // requests
		before, after          string // replies to unit
		valueBefore, valueThen string // replies to pressure: the same one
	}{
		"mks-937b": {nil, "@253U?;FF", "@253PR1?;FF", "@253ACKTORR;FF", "@253ACKMBAR;FF", "@253ACK1.000E-3;FF", "@253ACK1.333E-3;FF"},
		"mks-9xx":  {nil, "@253U?;FF", "@253PR4?;FF", "@253ACKTORR;FF", "@253ACKMICRON;FF", "@253ACK1.000E-3;FF", "@253ACK1.000E+0;FF"},
		"xgs600": {&drivers.XGS600Options{Channels: map[string]string{"I1": "ig"}}, "#0013\r", "#0002I1\r",
			">00\r", ">02\r", ">1.000E-03\r", ">1.333E-01\r"},
	} {
		changed := false
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			switch {
			case request == c.unit && changed:
				return c.after, true
			case request == c.unit:
				return c.before, true
			case changed:
				return c.valueThen, request == c.pressure
			}
			return c.valueBefore, request == c.pressure
		}}
		device := open(t, model, c.options, wire)
		for range 3 {
			if got, err := device.Read(t.Context()); err != nil || math.Abs(got[0].Value-1e-3*torr) > 1e-9 {
				t.Fatalf("%s: Read() = %+v, %v, want 1e-3 torr", model, got, err)
			}
		}
		changed = true
		if got, err := device.Read(t.Context()); !errors.Is(err, drivers.ErrUnitChanged) || got != nil {
			t.Errorf("%s: Read() after the unit was changed = %+v, %v, want ErrUnitChanged", model, got, err)
		}
		if got, err := device.Read(t.Context()); err != nil || math.Abs(got[0].Value-1e-3*torr) > 1e-3*torr*1e-3 {
			t.Errorf("%s: Read() after that = %+v, %v, want 1e-3 torr", model, got, err)
		}
	}
}
