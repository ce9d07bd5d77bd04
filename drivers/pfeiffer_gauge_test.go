package drivers_test

import (
	"math"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// The vectors of pfeiffer-digital-gauges.md by number. Left out: nothing.
var mpt200 = []drivertest.Exchange{
	{"0010034902=?111\r", "0011034906MPT200123\r"}, // 6
	{telegram(1, "00", 312, "=?"), telegram(1, "10", 312, "010100")},
	{"0010074002=?106\r", "0011074006750015037\r"}, // 2
	{"0010030302=?101\r", "0011030306000000014\r"}, // 7
	{"0010074202=?108\r", "0011074206000160028\r"}, // 5
}

func TestPfeifferGauge(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "pfeiffer-gauge", Options: &drivers.PfeifferGaugeOptions{Address: 1, Channel: "ig"}, Exchanges: mpt200,
		Identity: drivers.Identity{Model: "MPT200 010100"},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Value: 0.0075, Unit: drivers.Pascals}, {Name: "fault"}, {Name: "error_word"}, {Name: "correction", Value: 1.6, Unit: drivers.Number},
		},
		Odd:     telegramOdd,
		Foreign: []drivertest.Exchange{{"0010074002=?106\r", telegram(2, "10", 740, "750015")}, {"0010074002=?106\r", "0011074206000160028\r"}},
	})
}

func TestPfeifferGaugePressures(t *testing.T) {
	for _, c := range []struct {
		reply   string
		pascals float64
		bound   drivers.Bound
		missing string
	}{
		{"0011074006104223031\r", 104200, drivers.Exact, ""},                       // 1
		{"0011074006750015037\r", 0.0075, drivers.Exact, ""},                       // 2
		{"0011074006000000019\r", 0, drivers.Exact, "000000: no pressure"},         // 3
		{"0011074006NO_DEF190\r", 0, drivers.Exact, "not a gauge at this address"}, // 4
		{"0011074006_RANGE191\r", 0, drivers.Exact, "out of range"},                // 4
		{telegram(1, "10", 740, "100011"), 1e-7, drivers.AtMost, ""},               // 1e-9 hPa, the lower end of the range
		{telegram(1, "10", 740, "120023"), 1.2e5, drivers.AtLeast, ""},             // 1200 hPa, the upper
		{telegram(1, "10", 740, "_LOGIC"), 0, drivers.Exact, "refused: _LOGIC"},    // as from a pump
		{telegram(1, "10", 740, "75001"), 0, drivers.Exact, "75001"},               // five digits
		{telegram(1, "10", 740, "-50015"), 0, drivers.Exact, "-50015"},             // a sign
	} {
		o := &drivers.PfeifferGaugeOptions{Address: 1, Channel: "ig", Low: 1e-9, High: 1200}
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(instead(mpt200, "0010074002=?106\r", c.reply)...)}
		got, err := open(t, "pfeiffer-gauge", o, wire).Read(t.Context())
		if err != nil || got[0].Missing != c.missing || got[0].Bound != c.bound || math.Abs(got[0].Value-c.pascals) > 1e-9*c.pascals {
			t.Errorf("%q = %+v, %v, want %g Pa, bound %v, missing %q", c.reply, got, err, c.pascals, c.bound, c.missing)
		}
	}
}

// Vector 7, an error; 8, address 15 on the wire.
func TestPfeifferGaugeErrorAndAddress(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(instead(mpt200, "0010030302=?101\r", "0011030306Err001168\r")...)}
	got, err := open(t, "pfeiffer-gauge", nil, wire).Read(t.Context())
	if err != nil || got[1].Value != 1 || got[2].Missing != "Err001" {
		t.Errorf("Read() with Err001 = %+v, %v, want a fault and its word", got, err)
	}
	far := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "", true }}
	_, _ = open(t, "pfeiffer-gauge", &drivers.PfeifferGaugeOptions{Address: 15, Channel: "ig"}, far).Read(t.Context())
	if len(far.Sent) != 1 || far.Sent[0] != "0150074002=?111\r" {
		t.Errorf("sent %q, want 0150074002=?111", far.Sent)
	}
}

func TestPfeifferGaugeOptions(t *testing.T) {
	for name, o := range map[string]drivers.PfeifferGaugeOptions{
		"no address": {Channel: "p"}, "no channel": {Address: 1}, "a kind that is none": {Address: 1, Channel: "p", Gauge: "warm"},
		"range upside down": {Address: 1, Channel: "p", Low: 10, High: 1}, "NaN": {Address: 1, Channel: "p", High: math.NaN()},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), "must be") {
			t.Errorf("Check() of %s = %v, want what it must be", name, err)
		}
	}
}

func FuzzPfeifferGauge(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "pfeiffer-gauge", Exchanges: append(mpt200, drivertest.Exchange{"", "0011074006_RANGE191\r"})})
}
