package uplink

import (
	"maps"
	"testing"
)

func TestTopicTableIsConsistent(t *testing.T) {
	names := map[string]bool{}
	for _, row := range topics {
		t.Run(row.name, func(t *testing.T) {
			if names[row.name] {
				t.Errorf("topic %s stands in two rows, want one", row.name)
			}
			names[row.name] = true
			if row.qos != qos1 {
				t.Errorf("QoS %d, want 1: no message may be lost", row.qos)
			}
			switch row.from {
			case fromAgent:
				if row.decode == nil || row.kind == 0 || row.max == 0 || row.receiver != nil {
					t.Errorf("%+v, want a decoder, a kind, a greatest size and no receiver: agents publish it", row)
				}
			case fromOthers:
				if row.decode != nil || row.kind != 0 || row.receiver == nil || row.retained {
					t.Errorf("%+v, want a receiver, no decoder, not retained: agents receive it", row)
				}
			default:
				t.Error("no origin, want fromAgent or fromOthers")
			}
		})
	}
}

// A broker keeps the order of messages within one subscription only.
func TestSubscriberHasOneFilterForEachPrefix(t *testing.T) {
	s, err := NewSubscriber(SubscriberOptions{Broker: "tcp://b", ClientID: "v", Handle: newStore().handle, Prefixes: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.filters(), map[string]byte{"a/+/#": 1, "b/+/#": 1}; !maps.Equal(got, want) {
		t.Errorf("filters = %v, want %v", got, want)
	}
}

func TestAgentWithoutCommandsReceivesResendRequestsOnly(t *testing.T) {
	ignore := func([]byte, bool) {}
	names := newTopicNames("pychron", "line1")
	if got, _ := names.receivers(inbox{resends: ignore}); len(got) != 1 || got["pychron/line1/resend"] == nil {
		t.Errorf("receivers = %v, want resend only", got)
	}
	if got, _ := names.receivers(inbox{resends: ignore, commands: ignore}); len(got) != 2 || got["pychron/line1/commands"] == nil {
		t.Errorf("receivers = %v, want resend and commands", got)
	}
}

// A command, and what is to be taken in, must not be lost. What viewers say again costs the broker no queue for each agent.
func TestAgentSubscribesAtQoS0ToWhatIsRepeated(t *testing.T) {
	ignore := func([]byte, bool) {}
	_, got := newTopicNames("pychron", "line1").receivers(inbox{ignore, ignore, ignore, ignore})
	want := map[string]byte{"pychron/line1/resend": 0, "pychron/line1/received": 0, "pychron/line1/commands": 1, "pychron/line1/ingest": 1}
	if !maps.Equal(got, want) {
		t.Errorf("subscribed at %v, want %v", got, want)
	}
}
