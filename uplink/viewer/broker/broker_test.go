package broker

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pychron-edge/buffer"
	"pychron-edge/uplink"

	"pychron-edge/uplink/viewer/nats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testBroker is a broker that runs.
type testBroker struct {
	*Broker
	address string
	stop    func() // ends Run and waits
}

func start(t testing.TB, o Options) *testBroker {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "broker")
	}
	o.Prefixes = []string{"pychron"}
	o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &testBroker{Broker: b, stop: background(t, func(ctx context.Context) error { b.Run(ctx); return nil })}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if r.address, err = b.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	return r
}

// background runs f; what it returns ends f and waits. It is called at the end of the test in any case.
func background(t testing.TB, f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := f(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

// login is how a test connects.
type login struct{ user, password string }

// publish runs a publisher until the test ends. Its status comes again and again: the server knows what is retained a moment after it has
// acknowledged it, and who subscribes in between gets it neither as news nor as retained.
func publish(t testing.TB, b *testBroker, agent string, as login) (*uplink.Publisher, buffer.Lanes, func()) {
	t.Helper()
	lanes := buffer.NewLanes(4096, 16384, 16)
	p, err := uplink.New(uplink.Options{Broker: "tcp://" + b.address, Agent: agent, Boot: "b1", Lanes: lanes, Heartbeat: time.Second, User: as.user, Password: as.password,
		Status: func(online bool) []byte { return fmt.Appendf(nil, `{"state":"%v"}`, online) }})
	if err != nil {
		t.Fatal(err)
	}
	return p, lanes, background(t, p.Run)
}

// received is what a subscriber has handled.
type received struct {
	mu   sync.Mutex
	all  []uplink.Message
	more chan struct{}
}

func (r *received) handle(_ context.Context, batch []uplink.Message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range batch {
		m.Payload = slices.Clone(m.Payload)
		r.all = append(r.all, m)
	}
	close(r.more)
	r.more = make(chan struct{})
	return nil
}

// until waits until enough is true of what was handled.
func (r *received) until(t testing.TB, what string, enough func([]uplink.Message) bool) []uplink.Message {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for {
		r.mu.Lock()
		all, more := slices.Clone(r.all), r.more
		r.mu.Unlock()
		if enough(all) {
			return all
		}
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("after 60 s there are %d messages; want %s", len(all), what)
		}
	}
}

// subscribe runs a subscriber with a session until the test ends.
func subscribe(t testing.TB, b *testBroker, id string, as login) (*received, *uplink.Subscriber, func()) {
	t.Helper()
	r := &received{more: make(chan struct{})}
	s, err := uplink.NewSubscriber(uplink.SubscriberOptions{Broker: "tcp://" + b.address, ClientID: id, Handle: r.handle, User: as.user, Password: as.password})
	if err != nil {
		t.Fatal(err)
	}
	return r, s, background(t, s.Run)
}

// connected waits until the broker has granted the subscription: its messages may come before its answer.
func connected(t testing.TB, s *uplink.Subscriber) {
	t.Helper()
	for begun := time.Now(); !s.State().Connected; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > 60*time.Second {
			t.Fatalf("after 60 s: %+v, want connected", s.State())
		}
	}
}

func reading(agent string, v float64) *buffer.Event {
	return &buffer.Event{Source: agent, Boot: "b1", Time: time.Unix(1_790_000_000, 0), Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
		Metric: "pressure_pascals", Device: "ion1", Point: "ig", Unit: buffer.Pascals, Value: v, Labels: buffer.MakeLabels("device", "ion1", "channel", "ig"), Status: "success"}
}

// seqs are the numbers of an agent's readings, as they came.
func seqs(all []uplink.Message, agent string) (out []uint64) {
	for _, m := range all {
		if m.Kind == uplink.EventMessage && m.Agent == agent && m.Event.Lane == buffer.Readings {
			out = append(out, m.Event.Seq)
		}
	}
	return out
}

// complete reports whether 1 .. n came, each for the first time in order.
func complete(seqs []uint64, n uint64) bool {
	next := uint64(1)
	for _, s := range seqs {
		if s == next {
			next++
		}
	}
	return next > n
}

func hash(password string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(password))) }

// Twenty agents come back at once, each with a full ring: everything arrives, in order.
func TestFullRingsAtOnce(t *testing.T) {
	const agents, each = 20, 400
	b := start(t, Options{})
	next := map[string]uint64{} // by agent: the last reading that came in order
	whole, arrived := 0, make(chan struct{})
	subscribed, once := make(chan struct{}), sync.Once{}
	s, err := uplink.NewSubscriber(uplink.SubscriberOptions{Broker: "tcp://" + b.address, ClientID: "viewer", Handle: func(_ context.Context, batch []uplink.Message) error {
		for _, m := range batch {
			if m.Agent == "first" { // it has nothing but its status
				once.Do(func() { close(subscribed) })
			}
			if m.Kind != uplink.EventMessage || m.Event.Seq != next[m.Agent]+1 {
				continue
			}
			if next[m.Agent]++; next[m.Agent] == each {
				if whole++; whole == agents {
					close(arrived)
				}
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, "first", login{})
	background(t, s.Run)
	<-subscribed
	for i := range agents {
		_, lanes, _ := publish(t, b, fmt.Sprint("line", i), login{})
		for n := range each {
			lanes.Append(reading(fmt.Sprint("line", i), float64(n)))
		}
	}
	select {
	case <-arrived:
	case <-time.After(2 * time.Minute):
		t.Fatalf("after 2 min %d of %d rings are here", whole, agents)
	}
}

// What a broker keeps for those who are away is there after a restart: session, messages, retained status.
func TestRestartKeepsSessionAndRetained(t *testing.T) {
	dir := t.TempDir()
	b := start(t, Options{Dir: dir})
	first, s, away := subscribe(t, b, "viewer", login{})
	_, lanes, gone := publish(t, b, "line1", login{})
	first.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	connected(t, s)
	away()
	watcher, _, done := subscribe(t, b, "watcher", login{})
	watcher.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	for n := range 500 {
		lanes.Append(reading("line1", float64(n)))
	}
	watcher.until(t, "all readings", func(all []uplink.Message) bool { return slices.Contains(seqs(all, "line1"), 500) })
	done()
	gone()
	b.stop()

	again := start(t, Options{Dir: dir, Listen: b.address})
	second, _, _ := subscribe(t, again, "viewer", login{})
	all := second.until(t, "what was kept", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 500) })
	for i, n := range seqs(all, "line1") {
		if n != uint64(i+1) {
			t.Fatalf("message %d is reading %d, want them once and in order", i, n)
		}
	}
	other, _, _ := subscribe(t, again, "other", login{})
	all = other.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	if m := all[0]; m.Kind != uplink.StatusMessage || !m.Retained || !strings.Contains(string(m.Payload), "false") {
		t.Errorf("first = %+v, want the last status, retained", m)
	}
}

// Clients that keep nothing are forgotten before the server stops, not while it does: it would empty the stream for all others.
func TestStopForgetsWhoKeepsNothing(t *testing.T) {
	b, err := New(Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Prefixes: []string{"pychron"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	at, err := b.place()
	if err != nil {
		t.Fatal(err)
	}
	defer at.remove()
	first, err := b.start(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	reached := &testBroker{Broker: b, address: reachable(b.host, first.port())}
	b.set(reached.address, nil)
	for n := range 10 {
		publish(t, reached, fmt.Sprintf("line%d", n), login{})
	}
	watcher, _, _ := subscribe(t, reached, "watcher", login{})
	watcher.until(t, "all agents", func(all []uplink.Message) bool {
		names := map[string]bool{}
		for _, m := range all {
			names[m.Agent] = true
		}
		return len(names) == 10
	})
	first.stop()
	second, err := b.start(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer second.stop()
	left := true
	err = second.request(t.Context(), apiTimeout, func(ctx context.Context, c *nats.Conn) (err error) {
		left, err = leaving(ctx, c)
		return err
	})
	if err != nil || left {
		t.Errorf("after a stop something is left of clients that keep nothing: %v, %v", left, err)
	}
}
