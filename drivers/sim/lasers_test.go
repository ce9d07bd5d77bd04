package sim

import "testing"

// Rows 8-10 of the sheet fusions-logic-board.md.
func TestKerrVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	converses(t, func() instrument {
		return newKerr(newPlant(1), settings{"axes": asAny(map[string]string{"1": "x", "2": "y"})})
	}, []exchange{
		{x("0000000000000000000000000000000000000000"), ""}, // 20 zeros
		{x("AA FF 0F 0E"), ""},                              // 8
		{x("AA 00 21 01 FF 21"), x("01 01")},                // 9
		{x("AA 00 21 02 FF 22"), x("01 01")},                // the next module
		{x("AA 01 0E 0F"), x("01 01")},                      // 10
		{x("AA 02 13 01 16"), x("01 00000000 01")},          // position
		{x("AA 03 0E 11"), ""},                              // nobody
		{x("AA 01 0E 00"), ""},                              // wrong check
		{";LB.VER\r", ""},
	})
}

func TestVue(t *testing.T) {
	var v *vue
	make := func() instrument { v = newVue(newPlant(1), nil).(*vue); return v }
	converses(t, make, []exchange{
		{"cf\r", "OK\r"}, {"f?\r", "0\r"}, {"i 25\r", "OK\r"}, {"i?\r", "25.00\r"}, {"pa?\r", "0.00\r"},
		{"l1\r", "OK\r"}, {"pa?\r", "5.00\r"}, {"l0\r", "OK\r"}, {"adlt?\r", "1320\r"}, {"i 99\r", ""},
	})
}

// The table of the sheet synrad-uc2000.md, whole.
func TestUC2000Vectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	ok := x("AA")
	converses(t, func() instrument { return newUC2000(newPlant(1), settings{}) }, []exchange{
		{x("5B 73 8C"), ok}, {x("5B 70 8F"), ok}, {x("5B 71 8E"), ok}, {x("5B 72 8D"), ok}, {x("5B 74 8B"), ok},
		{x("5B 75 8A"), ok}, {x("5B 76 89"), ok},
		{x("5B 77 88"), ok}, {x("5B 78 87"), ok}, {x("5B 79 86"), ok},
		{x("5B 7B 84"), ok}, {x("5B 7A 85"), ok},
		{x("5B 7D 82"), ok}, {x("5B 7C 83"), ok}, {x("5B 30 CF"), ok}, {x("5B 31 CE"), ok},
		{x("5B 7F 00 80"), ok}, {x("5B 7F 14 6C"), ok}, {x("5B 7F 7D 03"), ok}, {x("5B 7F BE C2"), ok},
		{x("5B 70 8F"), ok}, {x("5B 7F 64 1C"), ok}, {x("5B 75 8A"), ok},
		{x("7E"), x("AA B8 22 64 64 5D")},
		{x("5B 75 00"), x("3F")},
		{x("5B 7F C8 B8"), x("3F")},
	})
	converses(t, func() instrument { return newUC2000(newPlant(1), settings{"checksum": false}) }, []exchange{
		{x("5B 75"), ok}, {x("5B 76"), ok}, {x("5B 7F 14"), ok}, {x("7E"), x("AA A8 22 14 00")},
	})
}

// The table of the sheet atl-excimer.md, whole.
func TestATLVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	ready, taken := x("10 30"), x("10 31")
	converses(t, func() instrument { return newATL(newPlant(1), nil) }, []exchange{
		{x("41 05"), ready},
		{x("02 30 30 30 42 30 30 30 31 03 70"), taken},
		{x("02 30 30 30 42 30 30 30 33 03 72"), taken},
		{x("02 30 30 30 42 30 30 30 32 03 73"), taken},
		{x("02 30 30 30 42 30 30 30 30 03 71"), taken},
		{x("02 30 30 31 36 30 30 36 34 30 30 30 30 03 06"), taken},
		{x("02 30 33 45 39 30 30 30 41 30 30 30 30 03 0D"), taken},
		{x("02 30 30 30 32 30 33 45 38 30 30 30 31 03 7E"), taken},
		{x("02 30 30 30 32 30 30 30 38 30 30 30 34 03 0D"), taken},
		{x("02 30 30 30 32 30 30 30 39 30 30 30 31 03") + string(bcc([]byte("000200090001\x03"))&0x7f), taken},
		{x("04"), ""},
		{x("61 05"), x("61 10 30 02 30 30 30 39 31 37 37 30 03 0B")},
		{x("10 31"), ""}, {x("04"), ""},
		{x("02 30 30 30 42 30 30 30 31 03 70"), x("15")}, // not selected
	})
}

// The table of the sheet ostech.md; made-up values are left out.
func TestOsTechVectors(t *testing.T) {
	make := func() instrument { return newOsTech(newPlant(1), nil) }
	converses(t, make, []exchange{
		{"lct222.3\r", "LCT222.3\rLaser Current Target: 222.3 mA\r"},
		{"RLCT222.3\r", "RLCT222.3\r222.3\r"},
		{"RGS\r", "RGS\r3085\r"},
		{"LR\r", "LR\rLaser: ON\r"}, {"RLCA\r", "RLCA\r222.3\r"}, {"LS\r", "LS\rLaser: OFF\r"}, {"RLCA\r", "RLCA\r0.0\r"},
		{"GMS32768\r", "GMS32768\r32768\r"}, {"LCT\r", "LCT\r222.3\r"},
		{"GMS2\r", "GMS2\r32770\r"}, {"LCT\r", "222.3\r"},
	})
	open := func() instrument { o := newOsTech(newPlant(1), nil).(*ostech); o.open = true; return o }
	converses(t, open, []exchange{{"RGS\r", "RGS\r3084\r"}, {"LR\r", "LR\rLaser: OFF\r"}})
}
