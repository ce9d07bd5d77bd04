package uplink

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/brokertest"
)

// message is one PUBLISH as the broker received it.
type message struct {
	topic    string
	payload  string
	retained bool
}

// broker is a broker on loopback that a test can kill, start again at the same address, and ask what it received.
type broker struct {
	t       testing.TB
	core    *brokertest.Broker
	address string
	at      *listener // nil while it is killed

	mu   sync.Mutex
	log  []message
	deny func(m message) bool     // the connection is ended instead
	bad  func(filter string) bool // such a subscription is refused
	more chan struct{}

	quiet atomic.Bool // nothing is recorded: for benchmarks
}

func newBroker(t testing.TB) *broker {
	b := &broker{t: t, core: brokertest.New(), address: "127.0.0.1:0", more: make(chan struct{})}
	b.core.InFlight, b.core.Queue = 1000, 100_000
	b.core.Accepted, b.core.Denies, b.core.Refuses = b.record, b.denied, b.refused
	b.start()
	t.Cleanup(b.kill)
	return b
}

func (b *broker) start() {
	b.core.Start()
	for try := 0; ; try++ {
		l, err := listen(b.address, b.core)
		if err == nil {
			b.at, b.address = l, l.Addr().String()
			return
		}
		if try == 100 {
			b.t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // the port is not free yet
	}
}

// kill ends the broker and all its connections. It forgets everything.
func (b *broker) kill() {
	if b.at == nil {
		return
	}
	b.at.end()
	b.at = nil
	b.core.Stop(true)
	b.core.Wait()
}

func (b *broker) url() string { return "tcp://" + b.address }

// denies makes the broker end the connection that brings a message of which bad is true.
func (b *broker) denies(bad func(m message) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.deny = bad
}

// refuse makes the broker refuse subscriptions to the filters of which bad is true; nil = none.
func (b *broker) refuse(bad func(filter string) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = bad
}

func (b *broker) refused(filter string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bad != nil && b.bad(filter)
}

func (b *broker) denied(m brokertest.Message) bool {
	if b.quiet.Load() {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.deny != nil && b.deny(received(m))
}

// record adds what was taken. Who subscribes after it stood in the log gets it as a retained message, never as a live one.
func (b *broker) record(m brokertest.Message) {
	if b.quiet.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(received(m))
}

func received(m brokertest.Message) message { return message{m.Topic, string(m.Payload), m.Retained} }

func (b *broker) add(m message) {
	b.log = append(b.log, m)
	close(b.more)
	b.more = make(chan struct{})
}

// seen returns what was received so far.
func (b *broker) seen() []message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]message(nil), b.log...)
}

// testTimeout is how long a test waits for what must happen: it ends a test that hangs, and fails none on a busy machine.
const testTimeout = 2 * time.Minute

// until waits until enough returns true of what was received.
func (b *broker) until(enough func([]message) bool) []message {
	b.t.Helper()
	timeout := time.After(testTimeout)
	for {
		b.mu.Lock()
		log, more := append([]message(nil), b.log...), b.more
		b.mu.Unlock()
		if enough(log) {
			return log
		}
		select {
		case <-more:
		case <-timeout:
			b.t.Fatalf("after %v the broker has only %d messages, the last %+v", testTimeout, len(log), log[max(0, len(log)-5):])
		}
	}
}

// untilTopic waits for the nth message on a topic.
func (b *broker) untilTopic(topic string, n int) message {
	b.t.Helper()
	all := b.until(func(log []message) bool { return len(on(log, topic)) >= n })
	return on(all, topic)[n-1]
}

func on(log []message, topic string) (out []message) {
	for _, m := range log {
		if m.topic == topic {
			out = append(out, m)
		}
	}
	return out
}

// publish publishes as another client.
func (b *broker) publish(topic, payload string, retained bool) {
	b.core.Publish(brokertest.Message{Topic: topic, Payload: []byte(payload), Retained: retained})
}

// testPublisher is one publisher at one broker.
type testPublisher struct {
	*Publisher
	lanes buffer.Lanes
	stop  func() // ends Run and waits
}

func run(t testing.TB, broker string, change func(*Options)) *testPublisher {
	t.Helper()
	o := Options{
		Broker: broker, Agent: "line1", Boot: "b1", Lanes: buffer.NewLanes(4096, 16384, 0), Heartbeat: time.Hour,
		Status: func(online bool) []byte {
			if online {
				return []byte(`{"state":"online"}`)
			}
			return []byte(`{"state":"offline"}`)
		},
		Synchronised: func() bool { return true },
	}
	if change != nil {
		change(&o)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := &testPublisher{Publisher: p, lanes: o.Lanes, stop: start(t, p.Run)}
	t.Cleanup(b.stop)
	return b
}

// audit makes an audit event, value v.
func audit(v float64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: "b1", Time: time.Unix(1_790_000_000, 0), Kind: buffer.Command, Severity: buffer.Info,
		Type: buffer.Counter, Metric: "commands_total", Value: v, Status: "success"}
}

// gauge makes a reading, value v.
func gauge(v float64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: "b1", Time: time.Unix(1_790_000_000, 0), Kind: buffer.Reading, Severity: buffer.Info,
		Type: buffer.Gauge, Metric: "pressure_pascals", Device: "ion1", Point: "ig", Unit: buffer.Pascals, Value: v, Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"}
}

// seqs are the sequence numbers of the events among messages, as they came.
func seqs(t testing.TB, log []message, lane buffer.Lane) (out []uint64) {
	for _, m := range log {
		if strings.HasSuffix(m.topic, "/audit") || strings.Contains(m.topic, "/readings/") {
			var e buffer.Event
			if err := buffer.ParseJSON([]byte(m.payload), &e); err != nil {
				t.Fatal(err)
			}
			if e.Lane == lane {
				out = append(out, e.Seq)
			}
		}
	}
	return out
}
