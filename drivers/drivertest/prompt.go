package drivertest

import (
	"slices"
	"testing"
)

// promptReads is how many reads in a row are looked at: more than any driver makes between two questions that it asks now and then.
const promptReads = 25

// prompt makes sure that a reading is told when it is there. What a driver asks now and then, such as the unit, comes before the
// readings: every Read of an instrument that stands still ends with the same request, with no wait behind it, and that is none which
// identifies. The first Read may find out what the instrument does not have. A case that cannot keep this says why in Behind.
func (c Case) prompt(t *testing.T) {
	r := c.open(t)
	if _, err := r.identify(t.Context()); err != nil {
		t.Fatalf("Identify() = %v", err)
	}
	identifying := c.bared(r.wire.Sent)
	var last []string
	for n := range promptReads {
		before := len(r.wire.Sent)
		waited := 0
		r.onWait = func(int) { waited = len(r.wire.Sent) }
		if _, err := r.device.Read(t.Context()); err != nil {
			t.Fatalf("Read() number %d = %v", n+1, err)
		}
		now := lastQuestion(c.bared(r.wire.Sent[before:]))
		if n <= 1 {
			last = now
		}
		switch {
		case c.Behind != "" || now == nil: // it is only heard
		case !slices.Equal(now, last):
			t.Errorf("Read() number %d ends with %q and the second with %q: it waits for something that is no reading", n+1, now, last)
		case waited == len(r.wire.Sent):
			t.Errorf("Read() number %d waits after its last request, %q", n+1, now)
		case len(now) > 0 && slices.Contains(identifying, now[0]):
			t.Errorf("Read() number %d ends with %q, which Identify asks too", n+1, now)
		default:
			continue
		}
		return
	}
}

// lastQuestion is the last request, with the one that selected what it fetches where it is an enquiry of one byte; nil if there is none.
func lastQuestion(sent []string) []string {
	for n := len(sent) - 1; n >= 0; n-- {
		if len(sent[n]) > 1 || n == 0 {
			return sent[n:]
		}
	}
	return nil
}

// bared is requests without their numbers.
func (c Case) bared(requests []string) []string {
	all := make([]string, len(requests))
	for n, request := range requests {
		all[n] = c.bare(request)
	}
	return all
}
