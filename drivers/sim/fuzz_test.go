package sim

import (
	"maps"
	"slices"
	"testing"
)

// FuzzInstruments puts anything to every instrument: none may panic, loop, or be done with more than came.
func FuzzInstruments(f *testing.F) {
	for _, seed := range []string{"PR1\r\x05", "@253PR1?;FF", ";LB.PDC 12.34\r", "#01RD1\r", "#0002UION1\r", "GDAT? 1\r", "0010030902=?107\r", "~ 01 0B 33\r",
		"w 51 1\r\n", "\xfe\x6c\x01", "\xaa\x03\xfe\x74\x01\x20", "\xaa\x01\x0e\x0f", "\x5b\x7f\x64\x1c", "A\x05\x020002000200FF\x03\x00a\x05", "RLCT222.3\r",
		"\x040011PV\x05", "\x040011\x02SL25.0\x03\x05", "\x01\x03\x00\x01\x00\x01\xd5\xca", "\x55\xff\x05\x10\x00\x00\x06\xe8\x01\x03\x01\x04\x01\x01\xe3\x99",
		"SETP 1,122.5\n", "\xe1\xf4\x01", "00ms\r", "\xa0\x03\xb6\x15", "1PA10;TE?\r", "PR P\r", "SetMass 40,AX\n", "Login a,b\r\nStartAcq 1,x\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := newPlant(1)
		for _, name := range slices.Sorted(maps.Keys(instruments)) {
			s := station{instrument: instruments[name](p, settings{})}
			left, _ := s.answer(data)
			if len(left) > len(data) {
				t.Errorf("%s left %d bytes of %d", name, len(left), len(data))
			}
			s.answer(append(left, data...))
		}
		p.step(tick)
	})
}
