package uplink

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestConnectionsThatKeepEndingNameTheLikelyRival(t *testing.T) {
	r, told := rivalry{id: "edge-pychron-line1"}, 0
	for n := range 60 {
		err := r.ended(true, time.Second, errLost)
		if doubts := strings.Contains(err.Error(), "another program use the name edge-pychron-line1"); doubts != (n+1 >= rivals) || !errors.Is(err, errLost) {
			t.Errorf("connection %d ended with %v; that it doubts is %v, want %v", n+1, err, doubts, n+1 >= rivals)
		}
		if r.tells() {
			told++
		}
	}
	if told != rivals {
		t.Errorf("60 ends were told %d times, want %d: the log is for people", told, rivals)
	}
	if err := r.ended(true, shortLived, errLost); err != errLost || r.doubt != nil || !r.tells() {
		t.Errorf("a connection that lasted ended with %v and doubt %v, want the loss alone", err, r.doubt)
	}
}

func TestBrokerThatIsAwayIsNoRival(t *testing.T) {
	var r rivalry
	for range 60 {
		if err := r.ended(false, time.Second, errLost); err != errLost {
			t.Fatalf("a connection that never stood ended with %v, want %v", err, errLost)
		}
	}
}

func TestDoubtEndsWhenAConnectionLasts(t *testing.T) {
	since := time.Unix(1e9, 0)
	l := Link{Connected: true, Since: since, Err: errLost}
	if got := l.settled(since.Add(time.Second)); got.Err != errLost {
		t.Errorf("after a second Err = %v, want the doubt", got.Err)
	}
	if got := l.settled(since.Add(shortLived)); got.Err != nil {
		t.Errorf("after %v Err = %v, want none", shortLived, got.Err)
	}
}
