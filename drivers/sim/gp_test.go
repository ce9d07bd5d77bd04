package sim

import "testing"

// Rows of the sheet granville-phillips.md by number. Left out: 12 (a differential gauge).
func TestGPWordsVectors(t *testing.T) {
	make := func() instrument {
		i := newGPWords(still(1e-3, 0), settings{"channels": asAny(map[string]string{"IG1": "", "CG1": "chamber"})}).(*gpWords)
		i.gauges["CG1"].at.p[air] = 1.2e-3 * torr
		quiet(i.gauges["IG1"], i.gauges["CG1"])
		return i
	}
	converses(t, make, []exchange{
		{"DS CG1\r\n", "1.20E-03\r\n"}, // 1
		{"IG1 OFF\r\n", "OK\r\n"},      // 2
		{"IG1 OFF\r\n", "INVALID\r\n"}, // already so
		{"DS IG1\r\n", "9.99E+9\r\n"},  // 5
		{"IG1 ON\r\n", "OK\r\n"},       // 2
		{"DS IG\r\n", "7.50E-06\r\n"},  // IG is IG1
		{"PCS\r\n", "1,1,1,0,0,0\r\n"}, // 3
		{"PCS 1\r\n", "1\r\n"},
		{"PCS B\r\n", "G\r\n"}, // 4
		{"DGS\r\n", "0\r\n"}, {"DG ON\r\n", "OK\r\n"}, {"DGS\r\n", "1\r\n"},
		{"DS XX\r\n", "SYNTAX ERROR\r\n"},
	})
}

func TestGPHashVectors(t *testing.T) {
	controller := func() instrument {
		p := still(1.53e-6*torr, 0)
		i := newGPHash(p, settings{}).(*gpHash)
		i.gauges["A"].at = &p.volumes[chamber]
		p.volumes[chamber].p[air] = 153 * torr
		quiet(i.gauges["1"], i.gauges["A"])
		return i
	}
	converses(t, controller, []exchange{
		{"#01RD1\r", "* 1.53E-06\r"}, // 6
		{"#01RDA\r", "* 1.53E+02\r"}, // 7
		{"#01PCS\r", "* 1100    \r"}, // 9
		{"#01F1 0\r", "* 0IG1 OFF\r"}, {"#01RD1\r", "* 9.90E+09\r"}, {"#01F1 1\r", "* 1IG1 ON \r"},
		{"#02RD1\r", ""},
		{"#01SPO\r", "*01 PROGM OK\r"}, // 10
		{"#01XX\r", "?01 SYNTX ER\r"},
		{"#01RST\r", ""},
	})
	module := func() instrument {
		p := still(0, 0)
		i := newGPHash(p, settings{"channels": asAny(map[string]string{"1": "cg_chamber"})}).(*gpHash)
		i.gauges["1"].at.p[air] = 760 * torr
		quiet(i.gauges["1"])
		return i
	}
	converses(t, module, []exchange{
		{"#01RD\r", "*01 7.60E+02\r"}, // 8
		{"#01VER\r", "*01 12997-00\r"},
		{"#01IG1\r", "?01 INVALID \r"}, // 11
	})
}
