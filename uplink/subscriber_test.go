package uplink

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// store keeps what a subscriber passes to Handle, each event once.
type store struct {
	mu     sync.Mutex
	all    []Message
	events map[string]buffer.Event
	fail   int // so many batches are not stored
	more   chan struct{}
}

func newStore() *store {
	return &store{events: map[string]buffer.Event{}, more: make(chan struct{}, 1)}
}

func (s *store) handle(_ context.Context, batch []Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail > 0 {
		s.fail--
		return errors.New("disk full")
	}
	for _, m := range batch {
		s.all = append(s.all, m)
		if m.Kind == EventMessage {
			s.events[fmt.Sprintf("%s %s %v %d", m.Event.Source, m.Event.Boot, m.Event.Lane, m.Event.Seq)] = m.Event
		}
	}
	select {
	case s.more <- struct{}{}:
	default:
	}
	return nil
}

func (s *store) until(t testing.TB, what string, enough func() bool) {
	t.Helper()
	timeout := time.After(testTimeout)
	for {
		s.mu.Lock()
		ok := enough()
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-s.more:
		case <-timeout:
			t.Fatalf("after waiting still not: %s; %d messages, %d events", what, len(s.all), len(s.events))
		}
	}
}

// received is what was handed over so far.
func (s *store) received() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

func subscribe(t testing.TB, url string, s *store) (*Subscriber, func()) {
	t.Helper()
	sub, err := NewSubscriber(SubscriberOptions{Broker: url, ClientID: "viewer", Handle: s.handle, Batch: 64})
	if err != nil {
		t.Fatal(err)
	}
	stop := start(t, sub.Run)
	t.Cleanup(stop)
	return sub, stop
}

func connected(s *Subscriber) *Subscriber {
	for !s.State().Connected {
		time.Sleep(time.Millisecond)
	}
	return s
}

func TestSubscriberReceivesWhatAnAgentPublishes(t *testing.T) {
	t.Parallel()
	b, s := newBroker(t), newStore()
	p := run(t, b.url(), nil)
	b.untilTopic("pychron/line1/status", 1)
	sub, _ := subscribe(t, b.url(), s)
	connected(sub)
	for i := range 500 {
		a, r := audit(float64(i)), gauge(float64(i))
		p.lanes.Append(&a)
		p.lanes.Append(&r)
	}
	b.publish("pychron/line1/audit", "noise", false)
	s.until(t, "1000 events", func() bool { return len(s.events) == 1000 })
	all := s.received()
	if m := all[0]; m.Kind != StatusMessage || !m.Retained || string(m.Payload) != `{"state":"online"}` {
		t.Errorf("first message = %+v, want the retained status", m)
	}
	next := map[buffer.Lane]uint64{}
	for _, m := range all {
		if m.Kind == EventMessage {
			if next[m.Event.Lane]++; m.Event.Seq != next[m.Event.Lane] {
				t.Fatalf("%v %d came as the %dth", m.Event.Lane, m.Event.Seq, next[m.Event.Lane])
			}
		}
	}
	p.stop()
	s.until(t, "offline", func() bool { return string(s.all[len(s.all)-1].Payload) == `{"state":"offline"}` })
	if in := sub.State(); in.Malformed != 1 {
		t.Errorf("State = %+v, want 1 malformed message", in)
	}
}

func TestBatchThatWasNotStoredComesAgain(t *testing.T) {
	t.Parallel()
	b, s := newBroker(t), newStore()
	s.fail = 2
	p := run(t, b.url(), nil)
	sub, _ := subscribe(t, b.url(), s)
	connected(sub)
	for i := range 50 {
		a := audit(float64(i))
		p.lanes.Append(&a)
	}
	s.until(t, "50 events", func() bool { return len(s.events) == 50 })
}

func TestBrokerKeepsMessagesWhileTheViewerIsAway(t *testing.T) {
	t.Parallel()
	b, s := newBroker(t), newStore()
	p := run(t, b.url(), nil)
	sub, stop := subscribe(t, b.url(), s)
	connected(sub)
	first := audit(0)
	p.lanes.Append(&first)
	s.until(t, "the first event", func() bool { return len(s.events) == 1 })
	stop()
	for i := range 100 {
		a := audit(float64(i))
		p.lanes.Append(&a)
	}
	b.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Audit), 101) })
	subscribe(t, b.url(), s)
	s.until(t, "101 events", func() bool { return len(s.events) == 101 })
}

// A broker that dies loses messages that it had acknowledged: they are requested again and come.
func TestMessagesLostByTheBrokerAreSentAgain(t *testing.T) {
	t.Parallel()
	b, s := newBroker(t), newStore()
	p := run(t, b.url(), nil)
	for i := range 30 {
		a := audit(float64(i))
		p.lanes.Append(&a)
	}
	b.until(func(log []message) bool { return slices.Contains(seqs(t, log, buffer.Audit), 30) })
	sub, _ := subscribe(t, b.url(), s)
	if err := connected(sub).Resend("pychron", "line1", Gap{buffer.Audit, "b1", 1, 30}); err != nil {
		t.Fatal(err)
	}
	s.until(t, "30 events", func() bool { return len(s.events) == 30 })
	if err := sub.Resend("pychron", "line1", Gap{}); err == nil {
		t.Error("Resend of an empty gap = nil, want an error")
	}
	b.kill()
	s.until(t, "not connected", func() bool { return !sub.State().Connected || sleepABit(s) })
	if err := sub.Resend("pychron", "line1", Gap{buffer.Audit, "b1", 1, 30}); !errors.Is(err, ErrNotConnected) {
		t.Errorf("Resend without a connection = %v, want ErrNotConnected", err)
	}
}

// sleepABit makes until check again.
func sleepABit(s *store) bool {
	time.Sleep(time.Millisecond)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return false
}

func TestNewSubscriberRefuses(t *testing.T) {
	ok := SubscriberOptions{Broker: "tcp://b", ClientID: "v", Handle: newStore().handle}
	for name, change := range map[string]func(*SubscriberOptions){
		"no broker":       func(o *SubscriberOptions) { o.Broker = "" },
		"no client id":    func(o *SubscriberOptions) { o.ClientID = "" },
		"no handler":      func(o *SubscriberOptions) { o.Handle = nil },
		"a wild prefix":   func(o *SubscriberOptions) { o.Prefixes = []string{"a/#"} },
		"a blank":         func(o *SubscriberOptions) { o.Prefixes = []string{"a b"} },
		"a tabulator":     func(o *SubscriberOptions) { o.Prefixes = []string{"a\tb"} },
		"an empty level":  func(o *SubscriberOptions) { o.Prefixes = []string{"a//b"} },
		"a first slash":   func(o *SubscriberOptions) { o.Prefixes = []string{"/a"} },
		"a last slash":    func(o *SubscriberOptions) { o.Prefixes = []string{"a/"} },
		"an empty prefix": func(o *SubscriberOptions) { o.Prefixes = []string{""} },
	} {
		o := ok
		if change(&o); newSubscriberError(o) == nil {
			t.Errorf("NewSubscriber with %s = nil, want an error", name)
		}
	}
}

func newSubscriberError(o SubscriberOptions) error { _, err := NewSubscriber(o); return err }
