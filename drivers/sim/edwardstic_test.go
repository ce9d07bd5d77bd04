package sim

import "testing"

// Rows of the sheet edwards-tic.md by number; 3 has the speed of this turbo.
func TestTICVectors(t *testing.T) {
	one := func() instrument {
		i := newTIC(still(1e-5, 0), settings{"gauges": asAny(map[string]string{"1": "ig"})}).(*tic)
		quiet(i.gauges[0])
		i.turbo.motor, i.turbo.station, i.turbo.speed = true, true, nominalSpeed
		return i
	}
	converses(t, one, []exchange{
		{"?V913\r", "=V913 1.0000e-05;59;11;0;0\r"}, // 1, with more digits
		{"?V904\r", "=V904 4;0;0\r"},                // 2
		{"?V905\r", "=V905 100.0;0;0\r"},            // 3
		{"!C904 0\r", "*C904 0\r"}, {"?V904\r", "=V904 7;0;0\r"},
		{"!C904 1\r", "*C904 0\r"}, {"?V904\r", "=V904 4;0;0\r"}, // 4
		{"!C913 1\r", "*C913 1\r"},                 // 5, for another reason
		{"?V914\r", "=V914 9.9000e+09;59;0;6;0\r"}, // 6
		{"?V999\r", "*V999 2\r"},
	})
}
