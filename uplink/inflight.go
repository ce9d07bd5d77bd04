package uplink

import (
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// sentMessage is one message that was sent.
type sentMessage struct {
	message outgoing
	token   mqtt.Token
	at      time.Time
}

// inFlight is the window of messages that are sent and not yet acknowledged, oldest first.
type inFlight struct {
	sent  [MaxInFlight]sentMessage
	first int
	n     int
}

// room returns where the next message goes. The window must not be full.
func (f *inFlight) room() *outgoing { return &f.sent[(f.first+f.n)%MaxInFlight].message }

// push adds the message in room, which was sent.
func (f *inFlight) push(t mqtt.Token, now time.Time) {
	m := &f.sent[(f.first+f.n)%MaxInFlight]
	m.token, m.at = t, now
	f.n++
}

// oldest returns the oldest message, nil if there is none.
func (f *inFlight) oldest() *sentMessage {
	if f.n == 0 {
		return nil
	}
	return &f.sent[f.first]
}

// pop removes the oldest message.
func (f *inFlight) pop() {
	f.sent[f.first] = sentMessage{}
	f.first = (f.first + 1) % MaxInFlight
	f.n--
}

// acknowledged returns the channel to wait on; nil if nothing is in flight. It is the oldest message's, or, if idle (there is nothing
// to send), the newest message's: acknowledgements come in order, so a burst is then handled at once.
func (f *inFlight) acknowledged(idle bool) <-chan struct{} {
	if f.n == 0 {
		return nil
	}
	if newest := f.sent[(f.first+f.n-1)%MaxInFlight].token; idle && !finished(newest) {
		return newest.Done()
	}
	return f.oldest().token.Done()
}

func finished(t mqtt.Token) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// oldestFinished reports whether the oldest message is acknowledged or failed.
func (f *inFlight) oldestFinished() bool { return f.n > 0 && finished(f.oldest().token) }
