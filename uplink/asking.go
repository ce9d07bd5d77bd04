package uplink

import (
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// askAgain is how long to wait after a broker that kept our session refused to renew a subscription.
const askAgain = time.Second

// asking is a subscription under way. In a session that the broker kept the subscriptions stand, and asking again is for the retained
// messages only: a refusal is then asked again. (mochi refuses while a message it waits to have acknowledged has the same packet
// identifier as our question.)
type asking struct {
	line    *line
	filters []string
	token   *mqtt.SubscribeToken // nil: answered
	timer   *time.Timer          // of the answer, or until it is asked again
}

func newAsking(l *line, filters []string) *asking {
	return &asking{line: l, filters: filters, token: l.subscribe(filters...), timer: time.NewTimer(l.ack)}
}

// answered is closed when there is an answer to settle.
func (a *asking) answered() <-chan struct{} {
	if a.token == nil {
		return nil
	}
	return a.token.Done()
}

// settle takes the answer: the subscription stands, or is to be asked again, or is refused for good (the error).
func (a *asking) settle() (stands bool, err error) {
	err = granted(a.token)
	a.token = nil
	a.timer.Stop()
	if err != nil && a.line.kept {
		a.timer.Reset(askAgain)
		return false, nil
	}
	return err == nil, err
}

// again asks again, after a refusal; it is an error that there was no answer.
func (a *asking) again() error {
	if a.token != nil {
		return fmt.Errorf("subscribing: no answer within %v", a.line.ack)
	}
	a.token = a.line.subscribe(a.filters...)
	a.timer.Reset(a.line.ack)
	return nil
}
