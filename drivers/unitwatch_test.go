package drivers_test

import (
	"context"
	"fmt"
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
