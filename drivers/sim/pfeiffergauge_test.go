package sim

import "testing"

// Rows of the sheet pfeiffer-digital-gauges.md by number. The correction of 5 is as delivered, and 3 and 4 are of gauges that are not there.
func TestPfeifferGaugeVectors(t *testing.T) {
	at := func(pascals float64, channel string) func() instrument {
		return func() instrument {
			g := newPfeifferGauge(still(pascals, 0), settings{"channel": channel}).(*pfeifferGauge)
			quiet(g.gauge)
			return g
		}
	}
	converses(t, at(0.0075, "ig"), []exchange{
		{"0010074002=?106\r", "0011074006750015037\r"}, // 2
		{"0010034902=?111\r", "0011034906MPT200123\r"}, // 6
		{"0010030302=?101\r", "0011030306000000014\r"}, // 7
		{"0010074202=?108\r", "0011074206000100022\r"}, // 5
		{"0150074002=?111\r", ""},                      // 8: another's address
		{"0010099902=?" + sum("0010099902=?") + "\r", "0011099906NO_DEF" + sum("0011099906NO_DEF") + "\r"},
	})
	off := func() instrument {
		g := at(1, "ig")().(*pfeifferGauge)
		g.gauge.off, g.fault = true, 1
		return g
	}
	converses(t, off, []exchange{{"0010074002=?106\r", "0011074006_RANGE191\r"}, {"0010030302=?101\r", "0011030306Err001168\r"}}) // 4, 7
}
