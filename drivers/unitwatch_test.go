package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// A calm pressure is the last thing asked for in its Read: it is told when it is there, and does not wait for an exchange
// about the unit. The unit is asked for all the same, once in ten reads, and two devices do not ask in the same one.
func TestUnitIsAskedBeforeThePressure(t *testing.T) {
	for model, unit := range map[string]string{"mks-937b": "U?", "xgs600": "13"} {
		var asked [2][]int // reads in which the unit was asked for
		for n, name := range []string{"ion1", "ion2"} {
			var requests []string
			wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
				requests = append(requests, request)
				switch {
				case model == "xgs600" && strings.Contains(request, unit):
					return ">00\r", true
				case model == "xgs600":
					return ">1.000E-03\r", true
				case strings.Contains(request, unit):
					return "@253ACKTORR;FF", true
				}
				return "@253ACK1.000E-3;FF", true
			}}
			var options any
			if model == "xgs600" {
				options = &drivers.XGS600Options{Channels: map[string]string{"I1": "ig"}}
			}
			m, err := drivers.Find(model)
			if err != nil {
				t.Fatal(err)
			}
			if options == nil {
				options = m.Defaults()
			}
			device, err := m.Open(drivers.Wires{Name: name, Port: wire, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}, options)
			if err != nil {
				t.Fatal(err)
			}
			for read := range 41 {
				requests = nil
				if _, err := device.Read(t.Context()); err != nil {
					t.Fatalf("%s: Read() = %v", model, err)
				}
				if last := requests[len(requests)-1]; strings.Contains(last, unit) {
					t.Errorf("%s: read %d ended with %q, want the pressure last", model, read, last)
				}
				if read > 0 && strings.Contains(requests[0], unit) {
					asked[n] = append(asked[n], read%10)
				}
			}
			if len(asked[n]) != 4 {
				t.Errorf("%s: asked for the unit in %v of 40 reads, want 4", model, asked[n])
			}
		}
		if fmt.Sprint(asked[0]) == fmt.Sprint(asked[1]) {
			t.Errorf("%s: both devices asked in reads %v, want them apart", model, asked[0])
		}
	}
}

// One bit that is wrong in any answer about the unit, the first or a later one, gives no reading in another unit.
func TestOneWrongAnswerAboutTheUnit(t *testing.T) {
	for _, c := range []struct {
		model        string
		options      any
		unit, wrong  string // what answers the question for it
		asks         string // that question
		other, value string // answers to all else, and to a pressure
		asksValue    string
	}{
		{"pfeiffer-tpg", &drivers.TPGOptions{Channels: map[int]string{1: "ig"}}, "0\r\n", "2\r\n", "UNI", "TPG362,PTG28290,44990000\r\n", "0,+1.0000E-05\r\n", "PR1"},
		{"mks-937b", nil, "@253ACKMBAR;FF", "@253ACKPASCAL;FF", "U?", "@253ACK937B;FF", "@253ACK1.00E-5;FF", "PR"},
		{"xgs600", &drivers.XGS600Options{Channels: map[string]string{"I1": "ig"}}, ">01\r", ">00\r", "13", ">0122\r", ">1.000E-05\r", "02"},
		{"ascii", &drivers.ASCIIOptions{
			End: "\r", AskUnit: &drivers.ASCIIUnit{Send: "U", Units: map[string]string{"0": "mbar", "2": "pascals"}}, Proven: true,
			Reads: []drivers.ASCIIRead{{Quantity: drivers.Quantity{Name: "pressure", Unit: "asked"}, Send: "P"}},
		}, "0\r", "2\r", "U", "x\r", "1.0E-5\r", "P"},
	} {
		for at := range 6 {
			asked := 0
			selected := ""
			wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
				if request != enq {
					selected = request
				}
				if c.model == "pfeiffer-tpg" && request != enq {
					return acked, true
				}
				switch {
				case strings.Contains(selected, c.asks):
					asked++
					if asked == at+1 {
						return c.wrong, true
					}
					return c.unit, true
				case strings.Contains(selected, c.asksValue):
					return c.value, true
				}
				return c.other, true
			}}
			device := open(t, c.model, c.options, wire)
			numbers := 0
			for range 40 { // as the agent does
				got, err := device.Read(t.Context())
				if errors.Is(err, drivers.ErrUnitChanged) {
					device.(drivers.Forgetter).Forget()
					if _, err = device.(drivers.Identifier).Identify(t.Context()); err == nil {
						got, err = device.Read(t.Context())
					}
				}
				for _, r := range got {
					if r.Missing != "" || r.Unit != drivers.Pascals {
						continue
					}
					if numbers++; math.Abs(r.Value-1e-3) > 1e-9 {
						t.Fatalf("%s, answer %d about the unit wrong: %+v, %v, want 0.001 Pa or no number", c.model, at+1, r, err)
					}
				}
			}
			if numbers < 35 || asked < 6 {
				t.Errorf("%s, answer %d about the unit wrong: %d numbers in 40 reads, asked %d times; want nearly all", c.model, at+1, numbers, asked)
			}
		}
	}
}
