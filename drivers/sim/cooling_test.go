package sim

import (
	"fmt"
	"testing"
)

// The table of the sheet lakeshore-33x.md.
func TestLakeshoreVectors(t *testing.T) {
	of := func(model string) func() instrument {
		return func() instrument {
			l := newLakeshore(newPlant(1), settings{"type": model}).(*lakeshore)
			l.heads[0].celsius, l.heads[0].output = 0, 0.255
			return l
		}
	}
	common := []exchange{
		{"KRDG? A\n", "+273.150\r\n"}, {"SETP 1,122.5\n", ""}, {"SETP? 1\n", "+122.500\r\n"}, {"RDGST? A\n", "000\r\n"},
		{"KRDG? Z\n", ""}, {"*ESR?\n", "032\r\n"}, {"*ESR?\n", "000\r\n"},
		{"KRDG? A;RDGST? A\r\n", "+273.150;000\r\n"},
	}
	for _, model := range []string{"335", "336", "331", "340"} {
		converses(t, of(model), common)
	}
	for _, model := range []string{"335", "336"} {
		converses(t, of(model), []exchange{
			{"HTR? 1\n", "+025.5\r\n"}, {"RANGE 1,3\n", ""}, {"RANGE? 1\n", "3\r\n"}, {"HTRST? 1\r\n", "0\r\n"},
			{"RAMP? 1\r\n", "1,5.0\r\n"}, {"OUTMODE? 1\r\n", "1,1,0\r\n"}, {"PID? 1\r\n", "50.0,20.0,0.0\r\n"},
			{"HTR?\n", ""}, {"*ESR?\n", "032\r\n"},
		})
	}
	converses(t, of("335"), []exchange{{"*IDN?\n", "LSCI,MODEL335,1234567/1234567,1.0\r\n"}})
	converses(t, of("331"), []exchange{
		{"RANGE 3\n", ""}, {"RANGE?\n", "3\r\n"}, {"HTR?\n", "+025.5\r\n"}, {"HTRST?\n", "0\r\n"},
		{"RANGE 1,3\n", ""}, {"RANGE?\n", "1\r\n"}, // taken as range 1
	})
	open := func() instrument { l := of("335")().(*lakeshore); l.open = true; return l }
	converses(t, open, []exchange{{"RDGST? A\n", "128\r\n"}})
	all := ""
	for i := range 12 {
		all += fmt.Sprintf(",%+08.3f", []float64{273.15, 35 + 2*float64(i)}[min(i, 1)])
	}
	converses(t, of("224"), []exchange{{"KRDG? C1\r\n", "+039.000\r\n"}, {"KRDG? 0\r\n", all[1:] + "\r\n"}, {"KRDG? C6\r\n", ""}, {"RDGST? D5\r\n", "000\r\n"}})
	converses(t, of("372"), []exchange{{"RDGK? A\r\n", "2.731500E+02\r\n"}, {"RDGST? 16\r\n", "000\r\n"}, {"KRDG? A\r\n", ""}})
	converses(t, of("330"), []exchange{{"SETP 77\r\n", ""}, {"SETP?\r\n", "+077.00\r\n"}, {"CDAT?\r\n", "+273.15\r\n"}, {"RANG 2\r\n", ""}})
}

// The tables of the sheet thermorack.md.
func TestChillerVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	cube := func() instrument {
		c := newThermocube(newPlant(1), nil).(*thermocube)
		c.celsius, c.running = toC(70), false
		return c
	}
	converses(t, cube, []exchange{
		{x("E1 FA 00"), ""}, {x("E1 F4 01"), ""}, {x("C1"), x("F4 01")}, {x("C9"), x("BC 02")}, {x("C8"), x("00")},
		{x("A1 F4 01"), ""}, {x("81"), x("F4 01")}, {x("89"), x("BC 02")}, {x("88"), x("00")}, {x("DE"), x("A4 01")},
		{x("E0"), ""}, {x("A0"), ""}, {x("FE"), ""},
	})
	c := cube().(*thermocube)
	s := station{instrument: c}
	for request, want := range map[string]byte{"88": 0x10} {
		c.faults = want
		if _, got := s.answer([]byte(x(request))); len(got) != 1 || got[0] != want {
			t.Errorf("answer(%s) = % x, want %x", request, got, want)
		}
	}
	for _, step := range []struct {
		request string
		running bool
	}{{"89", false}, {"C9", true}, {"A1 F4 01", false}, {"E0", true}, {"A0", false}} {
		if s.answer([]byte(x(step.request))); c.running != step.running {
			t.Errorf("after %s running = %v, want %v", step.request, c.running, step.running)
		}
	}
	rack := func() instrument {
		r := newThermorack(newPlant(1), nil).(*thermorack)
		r.celsius = 22.9
		return r
	}
	converses(t, rack, []exchange{
		{"TEMP?\r", "22.9\r"}, {"SETTEMP 23.0\r", "OK\r"}, {"SETTEMP?\r", "23.0\r"}, {"RUN?\r", "RUNNING\r"},
		{"GETSET2\r", "22.9\r23.0\r17.0\r-76.3\r69.2\r119\r7\r0\r\x03"},
		{"STOP\r", "OK\r"}, {"RUN?\r", "STOPPED\r"},
	})
}

// The tables of the sheet pyrometers.md. Left out: -0170, a range this one does not have, and 77770.
func TestPyrometerVectors(t *testing.T) {
	x := func(text string) string { return bytesOf(t, text) }
	at := func(celsius float64) *plant {
		p := newPlant(1)
		p.sample.kelvin = celsius + 273.15
		return p
	}
	converses(t, func() instrument { return newImpac(at(256.3), settings{}) }, []exchange{
		{"00ms\r", "02563\r"}, {"99sn\r", "01234\r"}, {"00em\r", "0970\r"}, {"00em0970\r", "ok\r"}, {"00em9999\r", "no\r"},
		{"00mb\r", "00FA09C4\r"}, {"00la1\r", "ok\r"}, {"00la0\r", "ok\r"}, {"01ms\r", ""}, {"98la1\r", ""}, {"00xx\r", "no\r"},
	})
	converses(t, func() instrument { return newImpac(at(2600), settings{}) }, []exchange{{"00ms\r", "88880\r"}})
	converses(t, func() instrument { return newMicroEpsilon(at(23.5), settings{}) }, []exchange{
		{x("01"), x("04 D3")}, {x("A0 03 B6 15"), x("03 B6")}, {x("0E"), x("01 86 A0")}, {x("A5 01 A4"), x("01")}, {x("A5 00 A5"), x("00")},
		{x("A5 01 A5"), ""},
	})
	converses(t, func() instrument { return newMicroEpsilon(at(23.5), settings{"family": "cs", "fine": true}) }, []exchange{
		{x("01"), x("30 3E")}, {x("84 03 B6"), x("03 B6")}, {x("90 01"), x("01")}, {x("10"), x("01")}, {x("90 00"), x("00")},
	})
	converses(t, func() instrument { return newMicroEpsilon(at(23.5), settings{"address": 1.0}) }, []exchange{
		{x("B1 84 03 B6 31"), x("03 B6")}, {x("B2 01"), ""},
	})
}
