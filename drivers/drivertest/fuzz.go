package drivertest

import (
	"errors"
	"testing"

	"pychron-edge/drivers"
)

// Fuzz puts what the fuzzer makes in place of the reply to one exchange of Identify and Read, for every device like that of c.
// Seeds are the replies of c. Whatever comes: no panic; readings or an error and never both; readings that are finite and among the
// points; an error of package drivers.
func Fuzz(f *testing.F, c Case) {
	for n, e := range c.Exchanges {
		f.Add(uint8(n), e[1])
	}
	f.Fuzz(func(t *testing.T, n uint8, reply string) {
		r := c.open(t)
		r.wire.Reply = replace(int(n), reply)
		r.wire.T = quiet{t} // noise in a reply may make it ask what the case does not know
		got, err := r.believe(t.Context())
		if err != nil && got != nil {
			t.Errorf("%q for reply %d: Read() = %+v and %v, want one of them", reply, n, got, err)
		}
		if err != nil && !oneOfOurs(err) && !errors.Is(err, drivers.ErrUnitChanged) {
			t.Errorf("%q for reply %d: Read() = %v, want an error of package drivers", reply, n, err)
		}
		c.known(t, got)
	})
}

// quiet is a test that lets unknown requests pass.
type quiet struct{ *testing.T }

// Errorf does nothing.
func (quiet) Errorf(string, ...any) {}
