package uplink

import (
	"errors"
	"time"
)

// unheardTime is how long a subscriber waits for any message at all once one is due: after a request, which itself comes back by the
// filter, and after [Subscriber.Expect].
const unheardTime = 45 * time.Second

// errUnheard ends a connection on which the broker takes requests and delivers nothing.
var errUnheard = errors.New("the broker takes what is sent and delivers nothing: connecting anew")

// unheard watches whether anything comes after a request. A broker may lose count of what it may still send to a client (seen with
// mosquitto 2.0.11, whose rights were taken away and given back while messages were on their way): it acknowledges, answers pings and
// delivers nothing until the client connects anew. It is used by the goroutine that handles messages; asked by any.
type unheard struct {
	asked   chan struct{}
	timer   *time.Timer
	waiting bool
}

func newUnheard() *unheard {
	u := &unheard{asked: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	u.timer.Stop()
	return u
}

// Expect says that something should have come. A connection by which nothing at all comes for 45 s from now on is made anew.
func (s *Subscriber) Expect() { s.unheard.ask() }

// ask says that something was requested, or is due.
func (u *unheard) ask() {
	select {
	case u.asked <- struct{}{}:
	default:
	}
}

// wait begins to wait for a message, unless it does already.
func (u *unheard) wait() {
	if !u.waiting {
		u.waiting = true
		u.timer.Reset(unheardTime)
	}
}

// heard ends the waiting: a message came. It also answers what was asked and is not waited for yet.
func (u *unheard) heard() {
	select {
	case <-u.asked:
	default:
	}
	if u.waiting {
		u.waiting = false
		u.timer.Stop()
	}
}
