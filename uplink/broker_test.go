package uplink

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"pychron-edge/buffer"
)

// message is one PUBLISH as the broker received it.
type message struct {
	topic    string
	payload  string
	retained bool
}

// broker is a real broker on loopback that a test can kill, start again at the same address, and ask what it received.
type broker struct {
	mqtt.HookBase
	t       testing.TB
	address string
	server  *mqtt.Server
	gate    *gate

	mu   sync.Mutex
	log  []message
	deny func(m message) bool     // the connection is dropped instead
	bad  func(filter string) bool // such a subscription is refused
	more chan struct{}

	quiet atomic.Bool // nothing is recorded: for benchmarks
}

func newBroker(t testing.TB) *broker {
	b := &broker{t: t, address: "127.0.0.1:0", more: make(chan struct{})}
	b.start()
	t.Cleanup(b.kill)
	return b
}

func (b *broker) start() {
	s := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := s.AddHook(new(auth.AllowHook), nil); err != nil {
		b.t.Fatal(err)
	}
	if err := s.AddHook(b, nil); err != nil {
		b.t.Fatal(err)
	}
	for try := 0; ; try++ {
		l, err := net.Listen("tcp", b.address)
		if err == nil {
			b.address = l.Addr().String()
			b.gate = &gate{Listener: l, conns: map[*gated]bool{}}
			break
		}
		if try == 100 {
			b.t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // the port is not free yet
	}
	if err := s.AddListener(listeners.NewNet("t", b.gate)); err != nil {
		b.t.Fatal(err)
	}
	if err := s.Serve(); err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	b.server = s
	b.mu.Unlock()
}

// kill ends the broker and all its connections.
func (b *broker) kill() {
	b.mu.Lock()
	s := b.server
	b.server = nil
	b.mu.Unlock()
	if s != nil {
		b.gate.end()
		s.Listeners.ClientsWg.Wait() // its Close locks for ever when a client leaves at the same moment
		_ = s.Close()
	}
}

func (b *broker) url() string { return "tcp://" + b.address }

func (b *broker) ID() string { return "recorder" }
func (b *broker) Provides(c byte) bool {
	return bytes.Contains([]byte{mqtt.OnPublish, mqtt.OnPublished, mqtt.OnWillSent, mqtt.OnSubscribe}, []byte{c})
}

// denies makes the broker drop the connection that brings a message of which bad is true.
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

// OnSubscribe makes a filter to refuse one that is not valid.
func (b *broker) OnSubscribe(_ *mqtt.Client, pk packets.Packet) packets.Packet {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range pk.Filters {
		if b.bad != nil && b.bad(pk.Filters[i].Filter) {
			pk.Filters[i].Filter = "#/refused"
		}
	}
	return pk
}

// OnPublish denies.
func (b *broker) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if b.quiet.Load() {
		return pk, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.deny != nil && b.deny(received(pk)) {
		cl.Stop(packets.ErrNotAuthorized)
		return pk, packets.ErrRejectPacket
	}
	return pk, nil
}

// OnPublished records what was acknowledged and handed to all who had subscribed: who subscribes after it stood in the log gets it as
// a retained message, never as a live one.
func (b *broker) OnPublished(_ *mqtt.Client, pk packets.Packet) {
	if b.quiet.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(received(pk))
}

func received(pk packets.Packet) message {
	return message{pk.TopicName, string(pk.Payload), pk.FixedHeader.Retain}
}

// OnWillSent records the last will.
func (b *broker) OnWillSent(_ *mqtt.Client, pk packets.Packet) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(received(pk))
}

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

// until waits until enough returns true of what was received.
func (b *broker) until(enough func([]message) bool) []message {
	b.t.Helper()
	timeout := time.After(20 * time.Second)
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
			b.t.Fatalf("after 20 s the broker has only %d messages, the last %+v", len(log), log[max(0, len(log)-5):])
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
	b.t.Helper()
	b.mu.Lock()
	s := b.server
	b.mu.Unlock()
	if err := s.Publish(topic, []byte(payload), retained, 1); err != nil {
		b.t.Fatal(err)
	}
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
