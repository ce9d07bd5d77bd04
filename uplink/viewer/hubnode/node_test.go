package hubnode

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/brokertest"
	"pychron-edge/uplink/viewer/broker"
	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/nats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// background runs f; what it returns ends it and waits. It is called at the end of the test in any case.
func background(t *testing.T, f func(context.Context)) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f(ctx) })
	end = func() { cancel(); running.Wait() }
	t.Cleanup(end)
	return end
}

// until waits until f is true.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for begun := time.Now(); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > 100*time.Second {
			t.Fatalf("after 100 s still not: %s", what)
		}
	}
}

// start runs one node with the labs argon and helium and viewers; the password is the name.
func start(t *testing.T) *Node {
	t.Helper()
	return startWith(t, func(*Options) {})
}

func startWith(t *testing.T, change func(*Options)) *Node {
	t.Helper()
	n, _ := newNode(t, change)
	until(t, "the node keeps what comes", func() bool { return n.Trouble() == nil })
	return n
}

// newNode runs a node; what it returns ends it and waits. It is called at the end of the test in any case.
func newNode(t *testing.T, change func(*Options)) (n *Node, end func()) {
	t.Helper()
	o := Options{Name: "hub1", Leaves: brokertest.FreeAddress(t), Viewers: brokertest.FreeAddress(t), Dir: filepath.Join(t.TempDir(), "hub"), Size: minSize, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	for name, right := range map[string]string{"argon": labRight, "helium": labRight, "viewer": viewerRight} {
		o.Users = append(o.Users, User{Name: name, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(name))), Rights: []string{right}})
	}
	change(&o)
	n, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return n, background(t, n.Run)
}

// lab is a lab's broker that is a leaf of a node.
type lab struct {
	*broker.Broker
	address   string
	forwarder *hub.Forwarder
}

func (n *Node) lab(t *testing.T, name string) *lab {
	t.Helper()
	return n.labWith(t, name, nil)
}

func (n *Node) labWith(t *testing.T, name string, config *tls.Config) *lab {
	t.Helper()
	l := &lab{address: brokertest.FreeAddress(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	var err error
	l.Broker, err = broker.New(broker.Options{Listen: l.address, Dir: filepath.Join(t.TempDir(), "broker"), Prefixes: []string{"pychron"}, Log: log,
		Hub: &broker.Hub{Lab: name, Password: name, TLS: config, URLs: []*url.URL{{Scheme: "nats-leaf", Host: n.o.Leaves}}}})
	if err != nil {
		t.Fatal(err)
	}
	background(t, l.Broker.Run)
	if _, err := l.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := uplink.SubscriberOptions{ClientID: "forwarder", Dial: l.Broker.Dial}
	o.Broker, o.User, o.Password, o.TLS = l.Client()
	l.forwarder, err = hub.NewForwarder(hub.ForwarderOptions{Lab: name, Broker: o, Dial: l.DialNATS, Linked: l.Linked, Host: "the host of " + name, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	background(t, l.forwarder.Run)
	return l
}

// client is a plain MQTT client of a lab; what it receives comes on the channel.
func (l *lab) client(t *testing.T, filter string) (mqtt.Client, chan string) {
	t.Helper()
	got := make(chan string, 100)
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + l.address).SetClientID("c" + filter).SetAutoReconnect(false))
	for _, step := range []func() mqtt.Token{c.Connect, func() mqtt.Token {
		return c.Subscribe(filter, 1, func(_ mqtt.Client, m mqtt.Message) { got <- m.Topic() })
	}} {
		if token := step(); !token.WaitTimeout(30*time.Second) || token.Error() != nil {
			t.Fatal(token.Error())
		}
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return c, got
}

// connect makes a connection of the node itself: it may do everything at the hub.
func (n *Node) connect(t *testing.T) *nats.Conn {
	t.Helper()
	raw, login, _, err := n.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := nats.Start(t.Context(), raw, login, hub.ViewerInbox)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Whatever the hub sends, of a lab it reaches what is for its agents from a viewer, and nothing else: no command, and not the lab's store.
func TestHubReachesNothingElseAtALab(t *testing.T) {
	n := start(t)
	l := n.lab(t, "argon")
	_, got := l.client(t, "pychron/line1/#")
	until(t, "the lab hands over", func() bool { return l.forwarder.Trouble() == nil })
	c := n.connect(t)
	for _, subject := range []string{"pychron.line1.commands", "pychron.line1.status", "pychron.line1.resend", "$MQTT.msgs.pychron.line1.commands",
		"$JS.API.STREAM.DELETE.$MQTT_msgs", "$JS.API.STREAM.PURGE.$MQTT_msgs"} {
		if err := c.Publish(subject, "", nil, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	for _, body := range []string{`{"prefix":"pychron","agent":"line1","topic":"commands","payload":"e30="}`, `nonsense`,
		`{"prefix":"pychron","agent":"line1","topic":"received","payload":"eyJ2aWV3ZXIiOiJ2IiwiYm9vdCI6ImIxIiwibGFuZSI6ImF1ZGl0IiwidGhyb3VnaCI6MSwiZm9ybWF0cyI6WyJldmVudCJdfQ=="}`} {
		if err := c.Publish("ask.argon", "", nil, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if topic := <-got; topic != "pychron/line1/received" {
		t.Errorf("the hub reaches %s, want pychron/line1/received first", topic)
	}
	select {
	case topic := <-got:
		t.Errorf("the hub reaches %s, too", topic)
	default:
	}
	raw, login, err := l.DialNATS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	here, err := nats.Start(t.Context(), raw, login, "_INBOX.test")
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	if err := here.Ask(t.Context(), "$JS.API.STREAM.INFO.$MQTT_msgs", struct{}{}, new(struct{})); err != nil {
		t.Errorf("the lab's store: %v, want that it is there", err)
	}
}

// What one lab publishes reaches no other lab.
func TestLabsDoNotReachEachOther(t *testing.T) {
	n := start(t)
	argon, helium := n.lab(t, "argon"), n.lab(t, "helium")
	until(t, "both hand over", func() bool { return argon.forwarder.Trouble() == nil && helium.forwarder.Trouble() == nil })
	here, own := argon.client(t, "pychron/#")
	_, others := helium.client(t, "pychron/#")
	r := &viewer{}
	r.run(t, n)
	for _, topic := range []string{"pychron/line1/commands", "pychron/line1/gap"} {
		if token := here.Publish(topic, 1, false, `{"lane":"readings","boot":"b1","from":1,"to":2}`); !token.WaitTimeout(30*time.Second) || token.Error() != nil {
			t.Fatal(token.Error())
		}
	}
	for range 2 {
		<-own
	}
	until(t, "the hub has it", func() bool { return len(r.gaps()) > 0 })
	select {
	case topic := <-others:
		t.Errorf("%s of argon is at helium", topic)
	default:
	}
}

// A second lab with the name of another is refused; the first goes on.
func TestSecondLabOfANameIsRefused(t *testing.T) {
	n := start(t)
	first := n.lab(t, "argon")
	until(t, "the first lab hands over", func() bool { return first.forwarder.Trouble() == nil })
	second := n.lab(t, "argon")
	until(t, "the second lab names its mistake", func() bool {
		err := second.forwarder.Trouble()
		return err != nil && strings.Contains(err.Error(), "another lab")
	})
	until(t, "the first lab hands over again", func() bool { return first.forwarder.Trouble() == nil })
}

// A forwarder with a hub and without its lab's broker hands nothing over, and says so.
func TestLabWithoutItsBrokerIsInTrouble(t *testing.T) {
	n := start(t)
	o := uplink.SubscriberOptions{ClientID: "forwarder", Broker: "tcp://127.0.0.1:1883", Dial: func(context.Context, string) (net.Conn, error) { return nil, errors.New("nobody there") }}
	f, err := hub.NewForwarder(hub.ForwarderOptions{Lab: "helium", Broker: o, Linked: func() bool { return true }, Host: "here",
		Dial: func(ctx context.Context) (net.Conn, nats.Login, error) {
			c, login, _, err := n.Dial(ctx)
			return c, login, err
		}})
	if err != nil {
		t.Fatal(err)
	}
	background(t, f.Run)
	until(t, "the trouble is named", func() bool {
		err := f.Trouble()
		if err == nil {
			t.Error("a forwarder that reads nothing has no trouble")
			return true
		}
		return strings.Contains(err.Error(), "nobody there")
	})
}

// viewer is a receiver of a hub and what it has.
type viewer struct {
	*hub.Receiver

	mu      sync.Mutex
	fails   bool
	all     []uplink.Message // handled
	shown   []uplink.Message
	taken   int
	refused []string
}

func (v *viewer) run(t *testing.T, n *Node) {
	t.Helper()
	v.Receiver = hub.NewReceiver(hub.ReceiverOptions{Prefixes: []string{"pychron"}, Dial: n.Dial, Now: time.Now,
		Handle: func(_ context.Context, batch []uplink.Message) error {
			v.mu.Lock()
			defer v.mu.Unlock()
			if v.fails {
				return errors.New("the disk is full")
			}
			v.all = append(v.all, batch...)
			return nil
		},
		Show:    func(batch []uplink.Message) { v.mu.Lock(); defer v.mu.Unlock(); v.shown = append(v.shown, batch...) },
		Taken:   func() { v.mu.Lock(); defer v.mu.Unlock(); v.taken++ },
		Ready:   func() error { return nil },
		Refused: func(agent string, _ error) { v.mu.Lock(); defer v.mu.Unlock(); v.refused = append(v.refused, agent) },
	})
	background(t, func(ctx context.Context) { _ = v.Run(ctx) })
	until(t, "the viewer is connected", func() bool { return v.State().Connected })
}

func (v *viewer) gaps() (all []uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, m := range v.all {
		if m.Kind == uplink.GapMessage {
			all = append(all, m.Gap.From)
		}
	}
	return all
}

// Of two viewers one stores and the other shows; when the first cannot store, the other does, and nothing is lost.
func TestViewersShareWhatComes(t *testing.T) {
	n := start(t)
	l := n.lab(t, "argon")
	until(t, "the lab hands over", func() bool { return l.forwarder.Trouble() == nil })
	one, two := &viewer{}, &viewer{}
	one.run(t, n)
	two.run(t, n)
	c, _ := l.client(t, "x")
	publish := func(n int) {
		if token := c.Publish("pychron/line1/gap", 1, false, fmt.Sprintf(`{"lane":"readings","boot":"b1","from":%d,"to":%d}`, n, n)); !token.WaitTimeout(30*time.Second) || token.Error() != nil {
			t.Fatal(token.Error())
		}
	}
	for i := 1; i <= 50; i++ {
		publish(i)
	}
	until(t, "50 messages are stored", func() bool { return len(one.gaps())+len(two.gaps()) >= 50 })
	if len(two.gaps()) > 0 {
		one, two = two, one
	}
	if got := one.gaps(); len(got) != 50 || !slices.IsSorted(got) || len(two.gaps()) != 0 {
		t.Errorf("one viewer stored %d, the other %d; want one all of them, in order", len(got), len(two.gaps()))
	}
	until(t, "the other has shown them", func() bool { two.mu.Lock(); defer two.mu.Unlock(); return len(two.shown) >= 50 })
	one.mu.Lock()
	one.fails = true
	one.mu.Unlock()
	for i := 51; i <= 60; i++ {
		publish(i)
	}
	until(t, "the other stores", func() bool {
		got := two.gaps()
		slices.Sort(got)
		return len(slices.Compact(got)) >= 10
	})
	two.mu.Lock()
	taken := two.taken
	two.mu.Unlock()
	if taken == 0 {
		t.Error("the viewer that took over was not informed")
	}
}

// Statuses are there for a viewer that starts later, as what they are: no news.
func TestLastStatusIsKept(t *testing.T) {
	n := start(t)
	l := n.lab(t, "argon")
	// A status published while the broker makes the very first subscription may be missed by it: it looks for what is kept before it subscribes.
	until(t, "the lab hands over", func() bool { return l.forwarder.Trouble() == nil })
	c, _ := l.client(t, "x")
	if token := c.Publish("pychron/line1/status", 1, true, `{"state":"offline"}`); !token.WaitTimeout(30*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	first := &viewer{}
	first.run(t, n)
	until(t, "the status is stored", func() bool { first.mu.Lock(); defer first.mu.Unlock(); return len(first.all) > 0 })
	later := &viewer{}
	later.run(t, n)
	later.mu.Lock()
	shown := slices.Clone(later.shown)
	later.mu.Unlock()
	if len(shown) == 0 || shown[0].Agent != "argon.line1" || string(shown[0].Payload) != `{"state":"offline"}` {
		t.Errorf("a later viewer has %+v, want the status", shown)
	}
	if err := later.ClearStatus("pychron", "argon.line1"); err != nil {
		t.Error(err)
	}
	if err := later.Resend("pychron", "line1", uplink.Gap{Lane: buffer.Audit, Boot: "b1", From: 1}); err == nil {
		t.Error("a resend of an agent without a lab is requested")
	}
}

// Labs come as leaves, viewers as clients, each with its password, and nobody else.
func TestOnlyUsersConnect(t *testing.T) {
	n := start(t)
	for _, c := range []struct {
		user, password string
		want           bool
	}{{"viewer", "viewer", true}, {"viewer", "argon", false}, {"argon", "argon", false}, {"", "", false}, {ownUser, "", false}} {
		raw, err := net.Dial("tcp", n.o.Viewers)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := nats.Start(t.Context(), raw, nats.Login{User: c.user, Password: c.password}, hub.ViewerInbox)
		if (err == nil) != c.want {
			t.Errorf("%q with the password %q: %v", c.user, c.password, err)
		}
		if err == nil {
			conn.Close()
		}
	}
	wrong := n.lab(t, "viewer")
	right := n.lab(t, "argon")
	until(t, "a lab is linked", right.Linked)
	if wrong.Linked() {
		t.Error("a viewer's user is admitted as a lab")
	}
}
