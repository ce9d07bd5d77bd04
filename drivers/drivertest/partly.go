package drivertest

import (
	"slices"
	"strings"
	"testing"

	"pychron-edge/drivers"
)

// partly answers each request of a Read in turn with what concerns that request alone: a refusal, a word that is not known, and what is not a
// number. What hangs on the request must be missing, with a reason; the device does not fail, and the other readings stay. Every reading that
// has a value must have gone missing once, unless it is among Kept.
func (c Case) partly(t *testing.T) {
	if c.Odd == nil {
		return
	}
	gone := map[string]bool{}
	for _, a := range c.asked(t) {
		odds := c.Odd(a.request, a.reply)
		shown := len(odds) == 0
		for _, odd := range odds {
			shown = c.oddly(t, a, odd, gone) || shown
		}
		if !shown {
			t.Errorf("nothing is missing, whatever is odd in answer to %q", a.request)
		}
	}
	for _, want := range c.Want {
		if name := pointOf(want); want.Missing == "" && !gone[name] && !slices.Contains(c.Kept, name) {
			t.Errorf("%s never went missing, whatever was refused", name)
		}
	}
}

func pointOf(r drivers.Reading) string {
	return drivers.Point{Channel: r.Channel, Name: r.Name}.Point()
}

// asking is one exchange of a Read.
type asking struct {
	n              int // among all requests since the device was made
	request, reply string
}

// asked are the exchanges of a Read that are answered. An ENQ is named with what it asks for.
func (c Case) asked(t *testing.T) []asking {
	var all []asking
	r := c.open(t)
	if _, err := r.identify(t.Context()); err != nil {
		t.Fatalf("Identify() = %v", err)
	}
	last := ""
	r.wire.Reply = func(n int, request, reply string) string {
		if request == "\x05" {
			request = last + request
		}
		last = request
		if reply != "" {
			all = append(all, asking{n, request, reply})
		}
		return reply
	}
	if _, err := r.device.Read(t.Context()); err != nil {
		t.Fatalf("Read() = %v", err)
	}
	return all
}

// Words is [Case.Odd] of instruments that answer in lines of text without a check: no frame but their end.
func Words(_, reply string) []string {
	body := strings.TrimRight(reply, "\r\n")
	end := reply[len(body):]
	return []string{"NaN" + end, "WHAT IS THIS" + end, "1E999" + end}
}

// oddly reads with odd in answer to one request and reports whether anything was missing.
func (c Case) oddly(t *testing.T, a asking, odd string, gone map[string]bool) (shown bool) {
	t.Helper()
	r := c.open(t)
	if _, err := r.identify(t.Context()); err != nil {
		t.Fatalf("Identify() = %v", err)
	}
	r.wire.Reply = replace(a.n, odd)
	r.wire.T = quiet{t} // what comes after a refusal may be an ask for its reason
	got, err := r.device.Read(t.Context())
	request := c.bare(a.request)
	if err != nil && slices.Contains(c.Shared, request) {
		return true
	}
	if err != nil {
		t.Errorf("%q in answer to %q: Read() = %v, want the other readings", odd, request, err)
		return true
	}
	c.known(t, got)
	stays := 0
	for _, want := range c.Want {
		at := slices.IndexFunc(got, func(g drivers.Reading) bool { return g.Channel == want.Channel && g.Name == want.Name })
		switch {
		case at < 0:
			t.Errorf("%q in answer to %q: Read() = %+v, which lacks %s", odd, request, got, pointOf(want))
		case same(got[at:at+1], []drivers.Reading{want}):
			stays++
		case got[at].Missing == "" || got[at].Value != 0:
			t.Errorf("%q in answer to %q: Read() = %+v, want %+v or missing with a reason", odd, request, got[at], want)
		default:
			gone[pointOf(want)] = true
		}
	}
	if stays == 0 && len(c.Want) > 1 && !slices.Contains(c.Shared, request) {
		t.Errorf("%q in answer to %q: Read() = %+v: nothing stays", odd, request, got)
	}
	return stays < len(c.Want)
}
