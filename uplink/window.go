package uplink

import (
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// Window is how many messages may be sent and not yet acknowledged.
const Window = 16

// flight is one message that was sent.
type flight struct {
	item  item
	token mqtt.Token
	since time.Time
}

// window is the messages on their way, oldest first.
type window struct {
	flights [Window]flight
	first   int
	n       int
}

func (w *window) push(it item, t mqtt.Token, now time.Time) {
	w.flights[(w.first+w.n)%Window] = flight{it, t, now}
	w.n++
}

// head is the oldest one, nil if there is none.
func (w *window) head() *flight {
	if w.n == 0 {
		return nil
	}
	return &w.flights[w.first]
}

// pop drops the oldest one.
func (w *window) pop() {
	w.flights[w.first] = flight{}
	w.first = (w.first + 1) % Window
	w.n--
}

// news is what to wait for: that the oldest one is finished. While there is nothing to send, that the newest one is, which the
// others come before, so that a burst is acknowledged in one go. nil if there is none.
func (w *window) news(idle bool) <-chan struct{} {
	if w.n == 0 {
		return nil
	}
	if newest := w.flights[(w.first+w.n-1)%Window].token; idle && !finished(newest) {
		return newest.Done()
	}
	return w.head().token.Done()
}

func finished(t mqtt.Token) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// landed says whether the oldest one is finished.
func (w *window) landed() bool { return w.n > 0 && finished(w.head().token) }
