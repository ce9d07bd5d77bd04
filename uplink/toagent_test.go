package uplink

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// What a hub has for an agent is relayed if it is a request for a resend or a report of what was received; whatever moves or adds
// anything is not.
func TestOnlyWhatViewersPublishIsRelayed(t *testing.T) {
	resend, err := ResendOf("pychron", "line1", Gap{Lane: buffer.Audit, Boot: "b1", From: 1, To: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := newSubscriber(t)
	for what, m := range map[string]ToAgent{
		"prefix":                {"other", "line1", "resend", resend.Payload},
		"one level of a topic":  {"pychron", "line1/commands", "resend", resend.Payload},
		"one level":             {"pychron", "+", "resend", resend.Payload},
		"control characters":    {"pychron", "a\nb", "resend", resend.Payload},
		"nothing else":          {"pychron", "line1", "commands", []byte(`{"id":"1"}`)},
		"nothing else is":       {"pychron", "line1", "ingest", []byte(`{}`)},
		"nothing else is relay": {"pychron", "line1", "status", []byte(`{}`)},
		"from must be":          {"pychron", "line1", "resend", []byte(`{"lane":"audit","boot":"b1","from":0,"to":0}`)},
		"must have 1 to":        {"pychron", "line1", "received", []byte(`{"viewer":"","boot":"b1","lane":"audit","through":0,"formats":[]}`)},
	} {
		if err := s.Relay(m); !errors.Is(err, ErrNotRelayed) || !strings.Contains(err.Error(), what) {
			t.Errorf("Relay(%+v) = %v, want ErrNotRelayed and %q", m, err, what)
		}
	}
	for _, m := range []ToAgent{resend, ReceivedOf("pychron", "line1", Received{Viewer: "v", Boot: "b1", Lane: buffer.Audit})} {
		if err := s.Relay(m); !errors.Is(err, ErrNotConnected) {
			t.Errorf("Relay(%s) without a connection = %v, want ErrNotConnected", m.Topic, err)
		}
	}
	if _, err := ResendOf("pychron", "line1", Gap{Lane: buffer.Audit, Boot: "b1", From: 2, To: 1}); err == nil {
		t.Error("a gap that ends before it begins is none")
	}
}

func newSubscriber(t *testing.T) *Subscriber {
	t.Helper()
	s, err := NewSubscriber(SubscriberOptions{Broker: "tcp://127.0.0.1:1", ClientID: "test", Handle: func(context.Context, []Message) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
