package sim

import (
	"encoding/hex"
	"strings"
	"testing"
)

// exchange is what goes to an instrument and what must come back, in bytes.
type exchange struct{ to, from string }

// converses puts a table of exchanges to an instrument, once whole and once byte by byte.
func converses(t *testing.T, make func() instrument, table []exchange) {
	t.Helper()
	whole, bytewise := &station{instrument: make()}, &station{instrument: make()}
	for _, x := range table {
		if _, got := whole.answer([]byte(x.to)); string(got) != x.from {
			t.Errorf("answer(%q) = %q, want %q", x.to, got, x.from)
		}
		var left, all []byte
		for i := range len(x.to) {
			var out []byte
			left, out = bytewise.answer(append(left, x.to[i]))
			all = append(all, out...)
		}
		if string(all) != x.from {
			t.Errorf("answer(%q) byte by byte = %q, want %q", x.to, all, x.from)
		}
		if len(left) > 0 {
			t.Errorf("answer(%q) left %q, want nothing left", x.to, left)
		}
	}
}

// bytesOf a text in hexadecimal.
func bytesOf(t *testing.T, text string) string {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// still is a plant whose gauges have no noise, with bone and chamber at the pressures in Pa.
func still(inBone, inChamber float64) *plant {
	p := newPlant(1)
	p.volumes[bone].p = [gases]float64{inBone, 0}
	p.volumes[chamber].p = [gases]float64{inChamber, 0}
	return p
}

// quiet takes the noise from the gauges of an instrument.
func quiet(gauges ...*gauge) {
	for _, g := range gauges {
		if g != nil {
			g.sigma = 0
		}
	}
}
