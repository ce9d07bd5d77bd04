package sim

import "testing"

// Vectors of the sheet agilent-xgs600.md by number.
func TestXGS600Vectors(t *testing.T) {
	make := func() instrument {
		p := still(1e-7*torr, 760*torr)
		x := newXGS600(p, settings{"channels": asAny(map[string]string{"UGATE": "ig_bone", "UION1": "ig_bone", "UOUT": "cnv_chamber"})}).(*xgs600)
		quiet(x.gauges["UGATE"], x.gauges["UION1"], x.gauges["UOUT"])
		return x
	}
	converses(t, make, []exchange{
		{"#0002UGATE\r", ">1.000E-07\r"},                   // 1
		{"#0001\r", ">101040FEFEFE\r"},                     // 2, form
		{"#0003\r", ">0005\r"},                             // 7
		{"#005E83\r", ">\r"},                               // 3
		{"#0013\r", ">00\r"},                               // 4
		{"#000F\r", ">1.000E-07,1.000E-07,7.600E+02\r"},    // 5, form
		{"#0099\r", "?FF\r"},                               // 6
		{"#0032UION1\r", ">01\r"},                          // 8
		{"#0030UION1\r", ">\r"}, {"#0032UION1\r", ">00\r"}, // 10
		{"#0031UION1\r", ">\r"}, {"#0032UION1\r", ">01\r"}, // 9
		{"#0006\r", ">\r"},   // 11
		{"#0102UGATE\r", ""}, // another's address
		{"#0012\r", ">\r"}, {"#0002UOUT\r", ">1.013E+05\r"},
	})
	open := func() instrument {
		x := newXGS600(still(1e-7*torr, 760*torr), settings{"channels": asAny(map[string]string{"1": "GATE", "2": "MID", "3": "CNV_CHAMBER"})}).(*xgs600)
		x.gauges["UMID"] = nil
		quiet(x.gauges["UGATE"], x.gauges["UCNV_CHAMBER"])
		return x
	}
	converses(t, open, []exchange{{"#000F\r", ">1.000E-07,NOCBL,7.600E+02\r"}}) // 12
}
