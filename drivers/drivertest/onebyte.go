package drivertest

import (
	"slices"
	"strings"
	"testing"

	"pychron-edge/drivers"
)

// OnlyDigits is [Case.OneByte] of numbers in a form that is fixed, without a check.
const OnlyDigits = "another digit or sign"

// oneByte changes one byte of each reply of Identify and Read in turn, as noise and a wrong parity do: each of its bits, and into what ends lines and parts
// numbers. Another value must not come of it, but of the changes that OneByte allows.
func (c Case) oneByte(t *testing.T) {
	met := false
	c.each(t, func(_ *run, n int, request, reply string) {
		if slices.Contains(c.Opaque, reply) {
			return
		}
		for at := range len(reply) {
			for _, by := range changesOf(reply[at]) {
				changed := reply[:at] + string([]byte{by}) + reply[at+1:]
				if !c.another(t, n, changed) {
					continue
				}
				met = true
				if c.OneByte == "" || c.OneByte == OnlyDigits && !alike(reply[at], by) {
					t.Errorf("%q in place of %q in answer to %q gives another value; want an error, a reading that is missing, or the same", changed, reply, request)
				}
			}
		}
	})
	if c.OneByte != "" && !met {
		t.Errorf("OneByte is %q, but no change of one byte gives another value; leave it out", c.OneByte)
	}
}

// changesOf are bytes that may stand in place of b.
func changesOf(b byte) []byte {
	var all []byte
	for bit := range 8 {
		all = append(all, b^1<<bit)
	}
	for _, by := range []byte("09-+ .,eE\r\n") {
		if by != b && !slices.Contains(all, by) {
			all = append(all, by)
		}
	}
	return all
}

// another reports whether a Read with changed in place of reply n gives another value.
func (c Case) another(t *testing.T, n int, changed string) bool {
	r := c.open(t)
	r.wire.Reply = replace(n, changed)
	r.wire.T = quiet{t} // it may make it ask what the case does not know
	got, err := r.believe(t.Context())
	if err != nil {
		return false
	}
	c.known(t, got)
	for _, g := range got {
		if g.Missing == "" && !slices.ContainsFunc(c.Want, func(want drivers.Reading) bool { return same([]drivers.Reading{g}, []drivers.Reading{want}) }) {
			return true
		}
	}
	return false
}

// alike reports whether both are digits, or both are signs, of which a blank is one.
func alike(a, b byte) bool {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	return digit(a) && digit(b) || strings.IndexByte("+- ", a) >= 0 && strings.IndexByte("+- ", b) >= 0
}
