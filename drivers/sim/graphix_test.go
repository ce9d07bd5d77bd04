package sim

import "testing"

// Rows of the sheet leybold-graphix.md by number.
func TestGraphixVectors(t *testing.T) {
	one := func() instrument {
		g := newGraphix(still(1.234e-3, 0), settings{"channels": asAny(map[string]string{"1": "ig"})}).(*graphix)
		quiet(g.gauges[0])
		return g
	}
	converses(t, one, []exchange{
		{"\x0f1;299\x04", "\x061.234E-05*\x04"},                                               // 1
		{"\x0f1;29 \xf9\x04", "\x061.234E-05*\x04"},                                           // 2
		{"\x0f1;24>\x04", "\x06OK_\x04"},                                                      // 3
		{"\x0f5;4L\x04", "\x06mbarW\x04"},                                                     // 4
		{"\x0f5;3M\x04", "\x06230682V01-\x04"},                                                // 5
		{"\x0e5;4;Torrk\x04", "\x06Torr" + string([]byte{graphixCheck("\x06Torr")}) + "\x04"}, // 6, with what it was set to
		{"\x0f5;9" + string([]byte{graphixCheck("\x0f5;9")}) + "\x04", "\x153\xb7\x04"},       // 7
		{"\x0f1;29:\x04", ""},                                                                 // a wrong check
	})
}
