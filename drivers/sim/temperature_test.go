package sim

import (
	"math"
	"testing"
)

// at a controller at a temperature and set-point, both in °C.
func heated(now, goal float64) *plant {
	p := newPlant(1)
	p.oven.celsius, p.oven.goal, p.oven.output = now, goal, 0.125
	return p
}

// The table of the sheet eurotherm.md, EI-Bisynch.
func TestBisynchVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	at := func(now float64) func() instrument {
		return func() instrument { return newBisynch(heated(now, 0), settings{}) }
	}
	converses(t, at(16.4), []exchange{
		{x("04 30 30 31 31 50 56 05"), x("02 50 56 31 36 2E 34 03 18")},
		{x("04 30 30 31 31 02 53 4C 35 30 30 2E 30 03 37"), x("06")},
		{x("04 30 30 31 31 02 53 4C 35 30 30 2E 30 03 38"), x("15")},
		{x("04 30 30 31 31 02 53 4C 31 30 30 30 2E 30 03 03"), x("06")}, // BCC is ETX
		{x("04 30 30 31 31 02 53 4C 32 35 2E 30 03 05"), x("06")},       // BCC is ENQ
		{x("04 30 30 31 31 45 45 05"), x("02 45 45 3E 30 30 30 30 03 3D")},
		{x("04 30 30 31 31 4F 50 05"), x("02 4F 50 20 31 32 2E 35 03 24")},
		{x("04 30 30 31 31 5A 5A 05"), x("04")},
		{x("04 30 30 32 32 50 56 05"), ""},                                 // another's
		{x("04 04 30 30 31 31 50 56 05"), x("02 50 56 31 36 2E 34 03 18")}, // EOT begins anew
	})
	converses(t, at(1250), []exchange{{x("04 30 30 31 31 50 56 05"), x("02 50 56 31 32 35 30 2E 30 03 1D")}})
}

// The table of the sheet eurotherm.md, Modbus.
func TestEurothermModbusVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	converses(t, func() instrument { return newEurothermModbus(heated(123.4, 0), settings{}) }, []exchange{
		{x("01 03 00 01 00 01 D5 CA"), x("01 03 02 04 D2 3A D9")},
		{x("01 06 00 02 01 F4 28 1D"), x("01 06 00 02 01 F4 28 1D")},
		{x("01 03 0F A0 00 01") + string(crcOf(x("01 03 0F A0 00 01"))), x("01 83 02 C0 F1")},
		{x("00 01 00 00 00 06 01 03 00 01 00 01"), x("00 01 00 00 00 05 01 03 02 04 D2")}, // as TCP
	})
	converses(t, func() instrument { return newEurothermModbus(heated(123, 0), settings{}) }, []exchange{
		{x("01 03 80 02 00 02 4C 0B"), x("01 03 04 42 F6 00 00 0E 79")},
	})
	e := newEurothermModbus(heated(20, 0), settings{}).(*eurotherm)
	s := station{instrument: e}
	for request, length := range map[string]int{"01 03 80 04 00 02 AC 0A": 9, "01 03 00 23 00 01 75 C0": 7} {
		if _, got := s.answer([]byte(x(request))); len(got) != length {
			t.Errorf("answer(% s) = % x, want %d bytes", request, got, length)
		}
	}
}

// The table of the sheet watlow-ezzone.md, Modbus.
func TestWatlowVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	units := func(i instrument) instrument { i.(*watlow).kept[2490] = celsius; return i }
	pv := 78.2958755493164 // 42 9C 97 7D
	converses(t, func() instrument { return units(newWatlow(heated(pv, 0), settings{})) }, []exchange{
		{x("01 03 01 68 00 02 44 2B"), x("01 03 04 97 7D 42 9C 76 96")},
		{x("01 10 08 70 00 02 04 00 00 42 96 23 85"), x("01 10 08 70 00 02 42 73")},
		{x("01 03 08 70 00 02 C7 B0"), x("01 03 04 00 00 42 96") + string(crcOf(x("01 03 04 00 00 42 96")))},
		{x("01 03 07 58 00 01 04 AD"), x("01 03 02 00 0A 38 43")},
		{x("01 06 07 58 00 0A 89 6A"), x("01 06 07 58 00 0A 89 6A")},
		{x("01 06 09 BA 00 0F EB B7"), x("01 06 09 BA 00 0F EB B7")},
		{x("01 03 01 6A 00 01 A5 EA"), x("01 03 02 00 3D") + string(crcOf(x("01 03 02 00 3D")))},
		{x("01 03 0F A0 00 01") + string(crcOf(x("01 03 0F A0 00 01"))), x("01 83 02 C0 F1")},
	})
	converses(t, func() instrument { return units(newWatlow(heated(pv, 0), settings{"wordorder": "high"})) }, []exchange{
		{x("01 03 01 68 00 02 44 2B"), x("01 03 04 42 9C 97 7D 80 74")},
	})
	converses(t, func() instrument { return units(newWatlow(heated(pv, 75), settings{"map": 2.0})) }, []exchange{
		{x("01 03 0A 50 00 02 C7 C2"), x("01 03 04 00 00 42 96") + string(crcOf(x("01 03 04 00 00 42 96")))},
	})
	converses(t, func() instrument { return newWatlow(heated(100, 0), settings{}) }, []exchange{ // °F as delivered
		{x("01 03 01 68 00 02 44 2B"), x("01 03 04 00 00 43 54") + string(crcOf(x("01 03 04 00 00 43 54")))},
	})
}

func crcOf(data string) []byte {
	crc := modbusCRC([]byte(data))
	return []byte{byte(crc), byte(crc >> 8)}
}

// The table of the sheet watlow-ezzone.md, Standard Bus.
func TestStandardBusVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	converses(t, func() instrument {
		return newStandardBus(heated(toC(float64(math.Float32frombits(0x451e3cd4))), toC(392)), settings{})
	}, []exchange{
		{x("55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99"), x("55 FF 06 00 10 00 0B 88 02 03 01 04 01 01 08 45 1E 3C D4 A7 28")},
		{x("55 FF 05 10 00 00 06 E8 01 03 01 07 01 01 87 76"), x("55 FF 06 00 10 00 0B 88 02 03 01 07 01 01 08 43 C4 00 00 33 9A")},
		{x("55 FF 05 10 00 00 06 E8 01 03 01 08 03 01 F0 0F"), x("55 FF 06 00 10 00 0A 76 02 03 01 08 03 01 0F 01 00 47 C5 6B")},
		{x("55 FF 05 10 00 00 0A EC 01 04 07 01 01 08 42 AC 00 00 DF A8"), x("55 FF 06 00 10 00 0A 76 02 04 07 01 01 08 42 AC 00 00 B6 DC")},
		{x("55 FF 05 11 00 00 06 61 01 03 01 04 01 01 E3 99"), ""}, // address 2
	})
}
