package broker

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink"

	"pychron-edge/uplink/viewer/nats"
)

// serving starts one server without a broker's supervision.
func serving(t *testing.T, o Options) (*testBroker, *running) {
	t.Helper()
	o.Listen, o.Dir, o.Prefixes = "127.0.0.1:0", t.TempDir(), []string{"pychron"}
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	at, err := b.place()
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.start(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return &testBroker{Broker: b, address: reachable(b.host, s.port())}, s
}

func ask(t *testing.T, s *running, subject string, request, answer any) {
	t.Helper()
	err := s.request(t.Context(), apiTimeout, func(ctx context.Context, c *nats.Conn) error { return c.Ask(ctx, subject, request, answer) })
	if err != nil {
		t.Fatal(err)
	}
}

// The server's MQTT part makes streams without limits where it finds none: after a client came, all that it uses must have ours.
func TestStreamsHaveLimits(t *testing.T) {
	b, s := serving(t, Options{})
	got, _, _ := subscribe(t, b, "viewer", login{})
	publish(t, b, "line1", login{})
	got.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	var list struct {
		Streams []struct{ Config server.StreamConfig }
	}
	ask(t, s, "$JS.API.STREAM.LIST", struct{}{}, &list)
	if len(list.Streams) != 5 {
		t.Errorf("%d streams, want 5: %+v", len(list.Streams), list.Streams)
	}
	for _, stream := range list.Streams {
		if c := stream.Config; c.MaxBytes <= 0 || c.Discard != server.DiscardOld && c.Name != "$MQTT_qos2in" {
			t.Errorf("%s has %d bytes, discard %v; want a limit, and the oldest to go", c.Name, c.MaxBytes, c.Discard)
		}
	}
	var consumers struct {
		Consumers []struct{ Config server.ConsumerConfig }
	}
	ask(t, s, "$JS.API.CONSUMER.LIST.$MQTT_msgs", struct{}{}, &consumers)
	found := false
	for _, c := range consumers.Consumers {
		if c.Config.AckWait != ackWait || c.Config.MaxAckPending != maxAckPending || c.Config.InactiveThreshold != maxAway {
			t.Errorf("%+v, want %v, %d and %v", c.Config, ackWait, maxAckPending, maxAway)
		}
		found = found || strings.HasSuffix(c.Config.FilterSubject, "pychron.*.>")
	}
	if !found {
		t.Errorf("no consumer of pychron.*.> in %+v", consumers)
	}
}

// A session outlives what the server keeps for it. Without the sweep its client would be told that its session is there, and get nothing.
func TestSessionOfWhichNothingIsKeptIsEnded(t *testing.T) {
	b, s := serving(t, Options{})
	first, sub, away := subscribe(t, b, "viewer", login{})
	_, lanes, _ := publish(t, b, "line1", login{})
	first.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 }) // it has subscribed
	lanes.Append(reading("line1", 1))
	first.until(t, "the reading", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 1) })
	connected(t, sub)
	away()
	var list struct {
		Consumers []struct{ Config server.ConsumerConfig }
	}
	ask(t, s, "$JS.API.CONSUMER.LIST.$MQTT_msgs", struct{}{}, &list)
	for _, c := range list.Consumers {
		if strings.Contains(c.Config.FilterSubject, "*") {
			var gone struct{}
			ask(t, s, "$JS.API.CONSUMER.DELETE.$MQTT_msgs."+c.Config.Durable, struct{}{}, &gone) // as the server does after maxAway
		}
	}
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	second, _, _ := subscribe(t, b, "viewer", login{})
	second.until(t, "the status again", func(all []uplink.Message) bool { return len(all) > 0 })
	lanes.Append(reading("line1", 2))
	second.until(t, "what comes now", func(all []uplink.Message) bool { return len(seqs(all, "line1")) > 0 })
}

// Sessions that are in use are left alone.
func TestSweepLeavesSessions(t *testing.T) {
	b, s := serving(t, Options{})
	first, sub, away := subscribe(t, b, "viewer", login{})
	_, lanes, _ := publish(t, b, "line1", login{})
	first.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	connected(t, sub)
	away()
	watcher, _, _ := subscribe(t, b, "watcher", login{})
	watcher.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	lanes.Append(reading("line1", 1))
	lanes.Append(reading("line1", 2))
	watcher.until(t, "both readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 2) })
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	second, _, _ := subscribe(t, b, "viewer", login{})
	second.until(t, "what was kept", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 2) })
}

// Without its disk the broker carries what comes, says so, and goes back to the disk when that can be written.
func TestInMemoryWhileTheDiskFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "broker")
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file is where the folder should be
		t.Fatal(err)
	}
	b := start(t, Options{Dir: dir})
	if err := b.Trouble(); err == nil || !strings.Contains(err.Error(), "in memory only") || !strings.Contains(err.Error(), dir) {
		t.Errorf("Trouble = %v, want memory only and the folder", err)
	}
	got, _, _ := subscribe(t, b, "viewer", login{})
	_, lanes, _ := publish(t, b, "line1", login{})
	got.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 }) // it has subscribed
	lanes.Append(reading("line1", 1))
	got.until(t, "the reading", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 1) })
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	b.until(t, "no trouble", func(trouble error) bool { return trouble == nil })
	if _, err := os.Stat(filepath.Join(dir, "jetstream")); err != nil {
		t.Error(err)
	}
}

// until waits until the trouble is as wanted.
func (b *testBroker) until(t *testing.T, what string, wanted func(trouble error) bool) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	for {
		_, changed, trouble := b.state()
		if wanted(trouble) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("after 60 s the trouble is %v, want %s", trouble, what)
		}
	}
}

// A server that finds its store broken is started again. (What breaks it here is a stream that cannot be read.)
func TestBrokenServerIsStartedAgain(t *testing.T) {
	dir := t.TempDir()
	b := start(t, Options{Dir: dir})
	broken := filepath.Join(dir, "jetstream", "$G", "streams", "broken")
	if err := os.Mkdir(broken, 0o700); err != nil {
		t.Fatal(err)
	}
	b.until(t, "the broken stream", func(trouble error) bool { return trouble != nil && strings.Contains(trouble.Error(), "broken") })
	if err := os.RemoveAll(broken); err != nil {
		t.Fatal(err)
	}
	b.until(t, "none", func(trouble error) bool { return trouble == nil })
}

// An address that is taken is named, and tried again.
func TestAddressTaken(t *testing.T) {
	b, s := serving(t, Options{})
	second, err := New(Options{Listen: b.address, Dir: t.TempDir(), Prefixes: []string{"pychron"}})
	if err != nil {
		t.Fatal(err)
	}
	background(t, func(ctx context.Context) error { second.Run(ctx); return nil })
	(&testBroker{Broker: second}).until(t, "the address", func(trouble error) bool { return strings.Contains(trouble.Error(), b.address) })
	if _, err := second.Dial(t.Context(), ""); err == nil || !strings.Contains(err.Error(), b.address) {
		t.Errorf("Dial = %v, want the address that is taken", err)
	}
	s.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := second.Wait(ctx); err != nil {
		t.Errorf("after the address is free: %v", err)
	}
}
