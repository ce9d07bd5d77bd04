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

// landed says whether the oldest one is finished.
func (w *window) landed() bool {
	h := w.head()
	if h == nil {
		return false
	}
	select {
	case <-h.token.Done():
		return true
	default:
		return false
	}
}
