package uplink

import (
	"slices"
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
	if got, want := s.filters(), []string{"a/+/#", "b/+/#"}; !slices.Equal(got, want) {
		t.Errorf("filters = %v, want %v", got, want)
	}
}

func TestAgentWithoutCommandsReceivesResendRequestsOnly(t *testing.T) {
	ignore := func([]byte, bool) {}
	names := newTopicNames("pychron", "line1")
	if got := names.receivers(inbox{resends: ignore}); len(got) != 1 || got["pychron/line1/resend"] == nil {
		t.Errorf("receivers = %v, want resend only", got)
	}
	if got := names.receivers(inbox{resends: ignore, commands: ignore}); len(got) != 2 || got["pychron/line1/commands"] == nil {
		t.Errorf("receivers = %v, want resend and commands", got)
	}
}
