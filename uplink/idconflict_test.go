package uplink

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestManyShortConnectionsSuggestAClientIDConflict(t *testing.T) {
	c, logged := idConflict{id: "edge-pychron-line1"}, 0
	for n := range 60 {
		err := c.ended(true, time.Second, errLost)
		if named := strings.Contains(err.Error(), "another program use the client id edge-pychron-line1"); named != (n+1 >= maxShortRuns) || !errors.Is(err, errLost) {
			t.Errorf("connection %d ended with %v; it names the conflict: %v, want %v", n+1, err, named, n+1 >= maxShortRuns)
		}
		if c.worthLogging() {
			logged++
		}
	}
	if logged != maxShortRuns {
		t.Errorf("60 ends were logged %d times, want %d", logged, maxShortRuns)
	}
	if err := c.ended(true, shortLived, errLost); err != errLost || c.suspected != nil || !c.worthLogging() {
		t.Errorf("a connection that lasted ended with %v and suspects %v, want the loss alone", err, c.suspected)
	}
}

func TestUnreachableBrokerIsNoClientIDConflict(t *testing.T) {
	var c idConflict
	for range 60 {
		if err := c.ended(false, time.Second, errLost); err != errLost {
			t.Fatalf("a connection that was never established ended with %v, want %v", err, errLost)
		}
	}
}

// A store that fails ends every connection after a moment: that is no other program.
func TestFailingStoreIsNoClientIDConflict(t *testing.T) {
	var c idConflict
	failed := fmt.Errorf("%w: 3 messages: disk full", ErrNotStored)
	for range 60 {
		if err := c.ended(true, time.Second, failed); err != failed {
			t.Fatalf("a connection that ended because nothing is stored ended with %v, want %v", err, failed)
		}
	}
}

func TestSuspicionEndsWhenAConnectionLasts(t *testing.T) {
	since := time.Unix(1e9, 0)
	l := Link{Connected: true, Since: since, Err: errLost}
	if got := l.withoutOldError(since.Add(time.Second)); got.Err != errLost {
		t.Errorf("after a second Err = %v, want the suspicion", got.Err)
	}
	if got := l.withoutOldError(since.Add(shortLived)); got.Err != nil {
		t.Errorf("after %v Err = %v, want none", shortLived, got.Err)
	}
}
