package drivers_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// mksOdd are the answers that concern one channel: refused, over range, unknown, no number.
func mksOdd(request, _ string) []string {
	head := request[:4]
	return []string{head + "NAK160;FF", head + "ACKOVER;FF", head + "ACKNot avail;FF", head + "ACKNaN;FF", head + "ACK;FF"}
}

const torr = 101325.0 / 760

func TestMKS937B(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "mks-937b", OneByte: drivertest.OnlyDigits,
		Options: &drivers.MKS937BOptions{Channels: map[int]string{1: "cc", 3: "conv", 5: "cm"}, Address: 253, Switched: []string{"cc"}},
		Exchanges: []drivertest.Exchange{
			{"@253MD?;FF", "@253ACK937B;FF"},
			{"@253MT?;FF", "@253ACKCC,PR,CM;FF"},
			{"@253SN?;FF", "@253ACK1125123456;FF"}, // vector 10
			{"@253U?;FF", "@253ACKmBAR;FF"},
			{"@253PR1?;FF", "@253ACK1.10e-9;FF"},  // vector 3
			{"@253PR3?;FF", "@253ACK7.602E+2;FF"}, // vector 1, at address 253
			{"@253PR5?;FF", "@253ACKLO<E-03;FF"},  // as vector 12
			{"@253CP1?;FF", "@253ACKON;FF"},       // vector 6
			{"@253CP1!ON;FF", "@253ACKON;FF"},     // as vector 7
			{"@253CP1!OFF;FF", "@253ACKOFF;FF"},
		},
		Identity: drivers.Identity{Model: "937B CC,PR,CM", Serial: "1125123456", Unit: "MBAR"},
		Want: []drivers.Reading{
			{Channel: "cc", Name: "pressure", Value: 1.1e-7, Unit: drivers.Pascals},
			{Channel: "conv", Name: "pressure", Value: 76020, Unit: drivers.Pascals},
			{Channel: "cm", Name: "pressure", Value: 0.1, Unit: drivers.Pascals, Bound: drivers.AtMost},
			{Name: "cc_on", Value: 1},
		},
		End: ";FF",
		Odd: mksOdd, Shared: []string{"@253U?;FF"},
		Foreign: []drivertest.Exchange{{"@253PR1?;FF", "@003ACK1.10e-9;FF"}, {"@253U?;FF", "@254ACKTORR;FF"}},
		Sets:    []drivertest.Setting{{Control: "cc_on", Value: 1}, {Control: "cc_on", Value: 0}},
		Safe:    []string{"@253CP1!OFF;FF"},
	})
}

func TestMKS974B(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "mks-9xx", OneByte: drivertest.OnlyDigits,
		Options: &drivers.MKS9xxOptions{Channels: map[int]string{4: "p"}, Address: 253, Temperature: true},
		Exchanges: []drivertest.Exchange{
			{"@253MD?;FF", "@253NAK160;FF"},
			{"@253DT?;FF", "@253ACKQUADMAG;FF"},    // vector 8
			{"@253SN?;FF", "@253ACK1125123456;FF"}, // vector 10
			{"@253U?;FF", "@253ACKPASCAL;FF"},
			{"@253PR4?;FF", "@253ACK1.234E-3;FF"}, // vector 9
			{"@253TEM?;FF", "@253ACK2.50E+1;FF"},  // vector 11
		},
		Identity: drivers.Identity{Model: "QUADMAG", Serial: "1125123456", Unit: "PASCAL"},
		Want: []drivers.Reading{
			{Channel: "p", Name: "pressure", Value: 1.234e-3, Unit: drivers.Pascals},
			{Name: "temperature", Value: 25, Unit: drivers.Celsius},
		},
		End: ";FF",
		Odd: mksOdd, Shared: []string{"@253U?;FF"},
		Foreign: []drivertest.Exchange{{"@253TEM?;FF", "@252ACK2.50E+1;FF"}},
	})
}

// Replies to PR1? of mks-9xx-937b.md, in torr. Left out, because the driver does not send them: 2 (BR), 4, 14 (T), 5, 15 (U!),
// 16 (SP, SD), 17 (EN, SW), 19 (TIM); 20 is the protocol of the 937A.
func TestMKSReplies(t *testing.T) {
	for _, c := range []struct {
		address int
		reply   string
		torr    float64
		bound   drivers.Bound
		missing string
		err     error
	}{
		{3, "@003ACK7.602E+2;FF", 760.2, drivers.Exact, "", nil},    // 1
		{253, "@253ACK1.10e-9;FF", 1.1e-9, drivers.Exact, "", nil},  // 3, 21
		{254, "@002ACK1.10E-09;FF", 1.1e-9, drivers.Exact, "", nil}, // form of 7
		{1, "@001ACKLO<E-11;FF", 1e-11, drivers.AtMost, "", nil},    // 12
		{253, "@253ACK1.234E0;FF", 1.234, drivers.Exact, "", nil},   // 18
		{253, "@253ACK500;FF", 500, drivers.Exact, "", nil},         // 18
		{253, "@253ACK>1.1E+3;FF", 1.1e3, drivers.AtLeast, "", nil},
		{253, "@253ACKATM;FF", 10, drivers.AtLeast, "", nil},
		{253, "@253ACKOFF;FF", 0, drivers.Exact, "sensor off", nil},
		{253, "@253ACKRP_OFF;FF", 0, drivers.Exact, "off by the rear panel", nil},
		{253, "@253ACKWAIT;FF", 0, drivers.Exact, "starting", nil},
		{253, "@253ACKCTRL_OFF;FF", 0, drivers.Exact, "off by its control sensor", nil},
		{253, "@253ACKPROT_OFF;FF", 0, drivers.Exact, "off to protect it", nil},
		{253, "@253ACKMISCONN;FF", 0, drivers.Exact, "misconnected", nil},
		{253, "@253ACKNOGAUGE;FF", 0, drivers.Exact, "no gauge", nil},
		{253, "@253ACKNO_GAUGE;FF", 0, drivers.Exact, "no gauge", nil},
		{253, "@253NAK151;FF", 0, drivers.Exact, "no gauge", nil},
		{253, "@253ACKOVER;FF", 0, drivers.Exact, "OVER", nil},                                 // 21
		{253, "@253ACK<1.00E-11;FF", 1e-11, drivers.AtMost, "", nil},                           // 22
		{253, "@253ACKNot avail;FF", 0, drivers.Exact, "Not avail", nil},                       // 24
		{253, "@253NAK160;FF", 0, drivers.Exact, "refused: NAK 160 unrecognised message", nil}, // 13
		{253, "253ACK1.0;FF", 1, drivers.Exact, "", nil},                                       // form of 23
		{253, "253NAK151;FF", 0, drivers.Exact, "no gauge", nil},                               // form of 23
		{253, "@253ACKLO<;FF", 0, drivers.Exact, "LO<", nil},
		{253, "@253ACKLO<E-999;FF", 0, drivers.Exact, "LO<E-999: too large or too small a number", nil},
		{253, "@253ACKLO<0;FF", 0, drivers.Exact, "LO<0", nil},
		{253, "@253ACKLO<E-999X;FF", 0, drivers.Exact, "LO<E-999X", nil},
		{253, "@253ACK;FF", 0, drivers.Exact, "an empty answer", nil},
		{253, "@253ACK?.;FF", 0, drivers.Exact, "?.", nil},
		{253, "252ACK1.0;FF", 0, drivers.Exact, "", drivers.ErrGarbled},
		{254, "@254ACK1.0;FF", 0, drivers.Exact, "", drivers.ErrGarbled},
	} {
		unit := "@253ACKTORR;FF"
		if c.address < 253 {
			unit = fmt.Sprintf("@%03dACKTORR;FF", c.address)
		}
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request[4:] == "U?;FF" {
				return unit, true
			}
			return c.reply, request[4:] == "PR1?;FF"
		}}
		device := open(t, "mks-937b", &drivers.MKS937BOptions{Channels: map[int]string{1: "p"}, Address: c.address}, wire)
		got, err := device.Read(t.Context())
		if c.err != nil || err != nil {
			if !errors.Is(err, c.err) || c.err == nil {
				t.Errorf("%q = %+v, %v, want error %v", c.reply, got, err, c.err)
			}
			continue
		}
		if got[0].Bound != c.bound || got[0].Missing != c.missing || math.Abs(got[0].Value-c.torr*torr) > 1e-9*c.torr*torr {
			t.Errorf("%q = %+v, want %g torr, bound %d, missing %q", c.reply, got, c.torr, c.bound, c.missing)
		}
	}
}

// Vector 12 whole: a gauge below its range is at most that.
func TestMKSBelowItsRange(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(drivertest.Exchange{"@001U?;FF", "@001ACKTORR;FF"}, drivertest.Exchange{"@001PR1?;FF", "@001ACKLO<E-11;FF"})}
	got, err := open(t, "mks-937b", &drivers.MKS937BOptions{Channels: map[int]string{1: "p"}, Address: 1}, wire).Read(t.Context())
	if err != nil || got[0].Bound != drivers.AtMost || math.Abs(got[0].Value-1e-11*torr) > 1e-18 {
		t.Errorf("Read() = %+v, %v, want at most 1e-11 torr", got, err)
	}
}

// Vector 23 of mks-9xx-937b.md: firmware before February 2012 answers without "@".
func TestMKSWithoutAt(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers([]drivertest.Exchange{
		{"@253MD?;FF", "253ACK937B;FF"}, {"@253MT?;FF", "253ACKCC;FF"}, {"@253SN?;FF", "253NAK160;FF"}, {"@253U?;FF", "253ACKTorr;FF"},
	}...)}
	device := open(t, "mks-937b", &drivers.MKS937BOptions{Channels: map[int]string{1: "p"}, Address: 253}, wire)
	id, err := device.(drivers.Identifier).Identify(t.Context())
	if want := (drivers.Identity{Model: "937B CC", Unit: "TORR"}); err != nil || id != want {
		t.Errorf("Identify() = %+v, %v, want %+v", id, err, want)
	}
}
