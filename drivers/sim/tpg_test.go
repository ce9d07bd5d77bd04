package sim

import "testing"

const (
	acked   = "\x06\r\n"
	refused = "\x15\r\n"
)

// Rows of the sheet pfeiffer-tpg.md by number. Left out: 17 AYT's end, which is not in the sheet.
func TestTPGVectors(t *testing.T) {
	two := func(channels map[string]string) func() instrument {
		return func() instrument {
			i := newTPG(still(0.123, 0.2), settings{"channels": asAny(channels)}).(*tpg)
			quiet(i.gauges...)
			return i
		}
	}
	converses(t, two(map[string]string{"1": "ig"}), []exchange{
		{"PR1\r\n", acked}, {"\x05", "0,+1.2300E-03\r\n"}, // 1, 2
		{"\x05", "0,+1.2300E-03\r\n"},                                 // ENQ repeated
		{"PRX\r", acked}, {"\x05", "0,+1.2300E-03,5,+2.0000E-02\r\n"}, // 3
		{"FOL,3,2,2,2\r", refused}, {"ERR\r", acked}, {"\x05", "0001\r\n"}, {"\x05", "0000\r\n"}, // 4
		{"UNI\r\n", acked}, {"\x05", "0\r\n"}, // 6
		{"UNI,1\r", acked}, {"\x05", "1\r\n"},
		{"PR1\r\n", acked}, {"\x05", "0,+9.2300E-04\r\n"},
		{"UNI,0\r", acked}, {"\x05", "0\r\n"}, // 11
		{"PR4\r\n", refused},
		{"PR2\r\n", acked}, {"\x05", "5,+2.0000E-02\r\n"}, // 8
		{"TID\r\n", acked}, {"\x05", "IKR11,noSEn\r\n"}, // 9
		{"SEN,1,0\r", acked}, {"PR1\r", acked}, {"\x05", "4,+2.0000E-02\r\n"},
		{"AYT\r\n", refused},
		{"\x03", ""},
	})
	of := func(kind string, channels map[string]string) func() instrument {
		return func() instrument {
			p := still(8.3e-3*mbar, 8.0e-4*mbar)
			i := newTPG(p, settings{"type": kind, "channels": asAny(channels)}).(*tpg)
			quiet(i.gauges...)
			return i
		}
	}
	converses(t, of("362", map[string]string{"1": "ig"}), []exchange{
		{"ETH\r\n", acked}, {"\x05", "1,192.168.1.10,255.255.255.0,192.168.1.1\r\n"}, // 16
		{"MAC\r\n", acked}, {"\x05", "00:11:22:33:44:55\r\n"}, // 17
		{"AYT\r\n", acked}, {"\x05", "TPG362,PTG28290,44990000,010300,010100\r\n"}, // 17
		{"SEN,1,0\r", acked}, {"SEN\r", acked}, {"\x05", "1,0\r\n"}, // 15, with the other sensor
	})
	converses(t, of("300", map[string]string{"1": "ig1", "2": "ig2", "3": "ig_spectrometer"}), []exchange{
		{"PA1\r", acked}, {"\x05", "0, 8.3E-3\r\n"}, {"PA2\r", acked}, {"\x05", "0, 8.0E-4\r\n"}, // 5
		{"UNI\r", acked}, {"\x05", "1\r\n"},
		{"SEN\r", acked}, {"\x05", "2, 2, 2, 0\r\n"}, // 7, with other sensors
		{"FOL,3,2,2,2\r", refused}, {"ERR\r", acked}, {"\x05", "0001\r\n"}, // 4
		{"FIL, 3, 2, 2, 2\r", acked}, {"\x05", "3, 2, 2, 2\r\n"}, // 20
		{"PB2\r", acked}, {"\x05", "5, 2.0E-2\r\n"}, // 19, without a sensor
	})
	converses(t, of("500", map[string]string{"1": "ig1", "2": "ig2"}), []exchange{
		{"PA1\r", acked}, {"\x05", "0,8.3E-03\r\n"}, // 23
		{"PRX\r", acked}, {"\x05", "0,8.3E-03,0,8.0E-04,5,2.0E-02,5,2.0E-02\r\n"}, // 24
		{"PR1\r", refused}, {"ERR\r", acked}, {"\x05", "0001\r\n"}, // 25
		{"AYT\r", acked}, {"\x05", "TPG500,PTG28500,44990000,010100,010100\r\n"}, // 26
		{"SEN,3,1,0,0\r", acked}, {"\x05", "3,1,0,0\r\n"}, // 22, with other sensors
	})
	six := map[string]string{"1": "ig1", "2": "fore", "3": "ig2"}
	converses(t, two(six), []exchange{
		{"SEN,0,0,2,0,0,0\r", acked}, {"\x05", "2,0,2,0,0,0\r\n"}, // 12, 13
		{"SEN,0,2\r", refused}, {"\x05", "0001\r\n"}, // 14
		{"UNI\r", acked}, {"\x05", "4\r\n"},
		{"TID\r", acked}, {"\x05", "IKR,TPR/PCR,IKR,noSENSOR,noSENSOR,noSENSOR\r\n"},
		{"PR3\r", acked}, {"\x05", "0,+2.0000E-03\r\n"},
	})
	bus := func() instrument {
		i := newTPG(still(0.123, 0.2), settings{"address": 1.0, "channels": asAny(map[string]string{"1": "ig"})}).(*tpg)
		quiet(i.gauges...)
		return i
	}
	converses(t, bus, []exchange{
		{"\x1b01PRX\r", acked}, {"\x05", "0,+1.2300E-03,5,+2.0000E-02\r\n"}, // 18
		{"\x1b02PRX\r", ""}, {"\x05", ""}, // another unit's
	})
}

func asAny(list map[string]string) map[string]any {
	all := map[string]any{}
	for k, v := range list {
		all[k] = v
	}
	return all
}

func TestTPGUnderAndOverRange(t *testing.T) {
	for _, c := range []struct {
		pascals float64
		want    string
	}{{1e-9, "1,+5.0000E-11\r\n"}, {50, "2,+1.0000E-02\r\n"}} {
		i := newTPG(still(c.pascals, 0), settings{}).(*tpg)
		quiet(i.gauges...)
		s := station{instrument: i}
		s.answer([]byte("PR1\r"))
		if _, got := s.answer([]byte{enq}); string(got) != c.want {
			t.Errorf("PR1 at %g Pa = %q, want %q", c.pascals, got, c.want)
		}
	}
}

func TestTPGContinuousOutput(t *testing.T) {
	i := newTPG(still(0.123, 0), settings{}).(*tpg)
	s := station{instrument: i}
	s.answer([]byte("COM,0\r"))
	i.plant.step(tick * 6)
	if i.speak() == nil {
		t.Error("speak() 120 ms after COM,0 = nothing, want a line")
	}
	s.answer([]byte{etx})
	i.plant.step(tick * 6)
	if got := i.speak(); got != nil {
		t.Errorf("speak() after a character = %q, want nothing", got)
	}
}
