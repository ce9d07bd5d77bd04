package sim

import "testing"

// Rows of the sheet labjack-t.md by number. Left out: 2 (the same as 1), 3 (no analog output), 6 (no bank).
func TestLabJackVectors(t *testing.T) {
	unit := func() instrument {
		l := newLabJack(newPlant(1), settings{"channels": asAny(map[string]string{"4": "A"})}).(*labjack)
		l.states = 1<<0 | 1<<2
		return l
	}
	converses(t, unit, []exchange{
		{"\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x02", "\x00\x01\x00\x00\x00\x07\x01\x03\x04\x40\x20\x00\x00"}, // 1
		{"\x00\x04\x00\x00\x00\x06\x01\x06\x07\xd4\x00\x01", "\x00\x04\x00\x00\x00\x06\x01\x06\x07\xd4\x00\x01"},     // 4
		{"\x00\x06\x00\x00\x00\x06\x01\x03\x0a\xf0\x00\x02", "\x00\x06\x00\x00\x00\x07\x01\x03\x04\x00\x00\x00\x15"}, // 5
		{"\x00\x07\x00\x00\x00\x06\x01\x03\xea\x60\x00\x02", "\x00\x07\x00\x00\x00\x07\x01\x03\x04\x40\xe0\x00\x00"}, // 7
		{"\x00\x08\x00\x00\x00\x06\x01\x03\x03\xe8\x00\x02", "\x00\x08\x00\x00\x00\x03\x01\x83\x02"},                 // 8
	})
}

// A read of a line's own register lets its valve fall: what the driver must never do.
func TestLabJackLineReadMakesAnInput(t *testing.T) {
	l := newLabJack(newPlant(1), settings{"channels": asAny(map[string]string{"4": "A"})}).(*labjack)
	l.write(2004, 1)
	if !l.valves[4].commanded || l.directions != 1<<4 {
		t.Errorf("after a write: commanded %v, directions %X, want an open valve", l.valves[4].commanded, l.directions)
	}
	l.register(2004)
	if l.valves[4].commanded || l.directions != 0 {
		t.Errorf("after a read: commanded %v, directions %X, want a valve that fell", l.valves[4].commanded, l.directions)
	}
}
