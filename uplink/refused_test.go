package uplink

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// A viewer whose filter is refused receives nothing: it is not connected, says which filter it is, and tries again.
func TestRefusedFilterIsNotConnected(t *testing.T) {
	t.Parallel()
	for _, kept := range []bool{false, true} {
		b, s := newBroker(t), newStore()
		if kept { // the broker keeps the session of a viewer that was there before
			first, stop := subscribe(t, b.url(), newStore())
			connected(first)
			stop()
		}
		b.refuse(func(string) bool { return true })
		sub, _ := subscribe(t, b.url(), s)
		for sub.State().Err == nil {
			time.Sleep(time.Millisecond)
		}
		if got := sub.State(); got.Connected || !errors.Is(got.Err, errRefused) || !strings.Contains(got.Err.Error(), "pychron/+/#") {
			t.Errorf("session kept %v: State = %+v, want not connected, and the filter named", kept, got)
		}
		b.refuse(nil)
		if got := connected(sub).State(); got.Err != nil {
			t.Errorf("session kept %v: State = %+v once the broker grants it, want no error", kept, got)
		}
	}
}

// An agent that may not read its topics goes on publishing, and names them.
func TestRefusedTopicOfAnAgentIsNamed(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.refuse(func(filter string) bool { return strings.HasSuffix(filter, "/resend") })
	p := run(t, b.url(), nil)
	for !p.State().Connected {
		time.Sleep(time.Millisecond)
	}
	if err := p.State().Err; !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "pychron/line1/resend") {
		t.Errorf("Err = %v, want the refused topic named", err)
	}
}

// The viewer hears what it and others send to the agents: that is no malformed message.
func TestMessagesToAgentsArePassedOver(t *testing.T) {
	t.Parallel()
	b, s := newBroker(t), newStore()
	sub, _ := subscribe(t, b.url(), s)
	connected(sub)
	b.publish("pychron/line1/resend", `{"lane":"audit","boot":"b","from":1,"to":3}`, false)
	b.publish("pychron/line1/commands", `{}`, false)
	b.publish("pychron/line1/status", `{"state":"online"}`, true)
	s.until(t, "the status", func() bool { return len(s.all) > 0 }) // twice, where it comes while a new session subscribes for the second time
	if got := sub.State(); got.Malformed != 0 {
		t.Errorf("State = %+v, want no malformed message", got)
	}
}
