package sim

import "testing"

// Vectors of the sheet arduino-valvebox.md by number.
func TestValveboxVectors(t *testing.T) {
	make := func() instrument {
		b := newValvebox(newPlant(1), settings{}).(*valvebox)
		b.valves[51].position = 1
		return b
	}
	converses(t, make, []exchange{
		{"w 51 1\r\n", "OK\r\n"}, // 1
		{"r 50\r\n", "1\r\n"},    // 3
		{"r 49\r\n", "0\r\n"},    // 4
		{"r 47\r\n", "0\r\n"},    // 5
		{"r 46\r\n", "1\r\n"},
		{"p m 51 1\r\n", ""}, // 6
		{"x\r\n", ""},        // 7
	})
	b := make().(*valvebox)
	s := station{instrument: b}
	if _, got := s.answer([]byte("w 51 0\r\n\r")); string(got) != "OK\r\n" || b.valves[51].commanded { // 2
		t.Errorf("w 51 0 = %q, commanded %v; want OK, closed", got, b.valves[51].commanded)
	}
}

// Rows of the sheet ncd-proxr.md by number.
func TestProXRVectors(t *testing.T) {
	make := func() instrument { return newProXR(newPlant(1), settings{}) }
	x := func(text string) string { return bytesOf(t, text) }
	converses(t, make, []exchange{
		{x("FE 7C 01"), x("00")},                   // 3
		{x("AA 03 FE 74 01 20"), x("AA 01 00 AB")}, // 4
		{x("AA 03 FE 7C 01 28"), x("AA 01 00 AB")}, // 5
		{x("AA 03 FE 7C 02 29"), x("AA 01 00 AB")}, // 6
		{x("FE 6C 01"), x("55")},                   // 1
		{x("FE 7C 01"), x("01")},
		{x("FE 64 01"), x("55")},                                               // 2
		{x("AA 03 FE 6C 01 18"), x("AA 01 55 00")},                             // 7
		{x("FE 31 01"), x("55")}, {x("FE 08"), x("55")}, {x("FE 10"), x("01")}, // 8
		{x("FE AF 0A"), x("00")},          // 9
		{x("FE 21"), x("55")},             // 10
		{x("FE F6"), x("01 00 11 CD 01")}, // 11
	})
}
