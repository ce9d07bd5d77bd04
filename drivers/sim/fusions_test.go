package sim

import "testing"

// Rows of the sheet fusions-logic-board.md by number. 8-10 are the Kerr motors': kerr_test.go.
func TestFusionsCO2Vectors(t *testing.T) {
	p := still(1e-6, 1e-6)
	var b *board
	make := func() instrument {
		b = newFusionsCO2(p, settings{}).(*board)
		b.noise = func() float64 { return 0 }
		return b
	}
	converses(t, make, []exchange{
		{";LB.VER\r", "Fusions Logic Board v0.96\r"}, // 1
		{";LB.INTLK\r", "0\r"},                       // 2
		{";LB.PWE 1\r", "OK\r"},                      // 4
		{";LB.ENBL 1\r", "OK\r"},                     // 3
		{";LB.PDC 12.34\r", "OK\r"},                  // 5
		{";LB.ADC1\r", "31\r"},
		{";LB.PDC 50.2\r", "OK\r"}, {";LB.ADC1\r", "128\r"}, // 7
		{";LB.PDC 100.5\r", "ERR\r"},
		{";LB.NONSENSE\r", ""},
		{"VER\r", ""},                                        // no prefix
		{"\xaa\x01\x0e\x0f;LB.INTLK\r", "0\r"},               // after a motor frame
		{";LB.PDC 0.00\r", "OK\r"}, {";LB.ENBL 0\r", "OK\r"}, // 6
		{";LB.ADC1\r", "0\r"},
	})
	for bits, want := range map[int]string{4: "4\r", 3: "3\r"} { // 2
		b.open = bits
		if _, got := (&station{instrument: b}).answer([]byte(";LB.INTLK\r")); string(got) != want {
			t.Errorf("INTLK with bits %d = %q, want %q", bits, got, want)
		}
		if _, got := (&station{instrument: b}).answer([]byte(";LB.ENBL 1\r")); string(got) != "ERR\r" {
			t.Errorf("ENBL 1 with bits %d = %q, want ERR", bits, got)
		}
	}
}
