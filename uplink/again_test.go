package uplink

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// What a store has is read by a subscriber as if the agent had sent it: all of it, and as it was.
func TestMessagesOfAStore(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	one := func(seq uint64, point string) buffer.Event {
		e := gauge(float64(seq) * 1e-9)
		e.Source, e.Boot, e.Lane, e.Seq, e.Point = "line1", "b1", buffer.Readings, seq, point
		e.Up = time.Duration(seq) * time.Second
		e.Time = at.Add(e.Up)
		return e
	}
	random := rand.New(rand.NewPCG(1, 2))
	var events []buffer.Event
	for seq := uint64(1); seq <= 2100; seq++ {
		events = append(events, one(seq, "ig"))
	}
	for seq := uint64(3001); seq <= 3005; seq++ { // few: they come one by one
		events = append(events, one(seq, "cg"))
	}
	for seq := uint64(4001); seq <= 4400; seq++ { // too long for one message
		e := one(seq, "pg")
		for len(e.Note) < 400 {
			e.Note += strconv.FormatUint(random.Uint64(), 36)
		}
		events = append(events, e)
	}
	for seq := uint64(1); seq <= 20; seq++ {
		e := audit(1)
		e.Source, e.Boot, e.Lane, e.Seq, e.Time = "line1", "b1", buffer.Audit, seq, at
		events = append(events, e)
	}
	var got []buffer.Event
	kinds := map[Kind]int{}
	for m := range MessagesOf("pychron", "line1", events) {
		back, err := DecodeUnder([]string{"pychron"}, m.Topic, m.Payload, false)
		if err != nil || back.Kind != m.Kind || back.Agent != "line1" || m.Agent != "line1" || m.Prefix != "pychron" {
			t.Fatalf("%s: %v, %+v", m.Topic, err, back)
		}
		if kinds[m.Kind]++; m.Kind == EventMessage {
			back.Events = []buffer.Event{back.Event}
		}
		got = append(got, back.Events...)
	}
	if !slices.Equal(got, events) {
		t.Errorf("%d events come back, or other ones; want %d", len(got), len(events))
	}
	if kinds[BlockMessage] != 2 || kinds[EventMessage] != 5+400+20 {
		t.Errorf("%d blocks and %d events, want 2 and 425", kinds[BlockMessage], kinds[EventMessage])
	}
	for range MessagesOf("pychron", "line1", events) {
		break // nothing else is made
	}
}

func TestAskedOfAnAgent(t *testing.T) {
	s, err := NewSubscriber(SubscriberOptions{Broker: "tcp://h", ClientID: "c", Handle: newStore().handle})
	if err != nil {
		t.Fatal(err)
	}
	g := Gap{Lane: buffer.Readings, Boot: "b1", From: 3, To: 9}
	m, err := ResendOf("pychron", "line1", g)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Asked(m); !ok || got != g {
		t.Errorf("Asked = %+v, %v, want %+v", got, ok, g)
	}
	other := m
	other.Prefix = "others"
	deep := m
	deep.Agent = "line1/x"
	for what, m := range map[string]ToAgent{"another prefix": other, "a deep name": deep, "a report": ReceivedOf("pychron", "line1", Received{Viewer: "v", Boot: "b1", Lane: buffer.Audit})} {
		if _, ok := s.Asked(m); ok {
			t.Errorf("%s counts as a request", what)
		}
	}
}
