package hub

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Of two labs of one name the one that came first goes on; the other refuses, names the place of the first, and goes on when that has ended.
func TestSecondLabOfANameRefuses(t *testing.T) {
	first, second := newNameCheck("host1"), newNameCheck("host2")
	now := time.Unix(1_790_000_000, 0)
	first.payload(now)
	second.payload(now.Add(time.Minute))
	for range 5 {
		now = now.Add(time.Minute)
		a, b := first.payload(now), second.payload(now)
		for _, n := range []*nameCheck{&first, &second} { // each hears itself, too
			n.heard(a, now)
			n.heard(b, now)
		}
		if err := first.check("argon", now); err != nil {
			t.Errorf("the first lab: %v, want none", err)
		}
		if err := second.check("argon", now); err == nil || !strings.Contains(err.Error(), `"argon"`) || !strings.Contains(err.Error(), "host1") {
			t.Errorf("the second lab: %v, want the name and host1", err)
		}
	}
	if err := second.check("argon", now.Add(whoForget)); err != nil {
		t.Errorf("after the first has ended: %v, want none", err)
	}
}

// A lab listens before it takes its name for its own.
func TestLabListensFirst(t *testing.T) {
	n := newNameCheck("host1")
	now := time.Unix(1_790_000_000, 0)
	n.payload(now)
	if err := n.check("argon", now.Add(time.Second)); !errors.Is(err, errNoHub) {
		t.Errorf("after a second: %v, want errNoHub", err)
	}
	n.heard([]byte("nonsense"), now)
	if err := n.check("argon", now.Add(whoQuiet)); err != nil {
		t.Errorf("after %v: %v, want none", whoQuiet, err)
	}
}
