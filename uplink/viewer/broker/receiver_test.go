package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// receive runs a receiver of a broker until the test ends.
func receive(t testing.TB, b *Broker, former string) (*received, *Receiver, func()) {
	t.Helper()
	r := &received{more: make(chan struct{})}
	f := b.Receiver(ReceiverOptions{Handle: r.handle, Ready: func() error { return nil }, Former: former})
	stop := background(t, f.Run)
	waitFor(t, "the receiver to be connected", func() bool { return f.State().Connected })
	return r, f, stop
}

func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 30 s still waiting for %s", what)
		}
	}
}

// plain is a client that is no agent.
func plain(t testing.TB, b *testBroker) mqtt.Client {
	t.Helper()
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tcp://" + b.address).SetClientID("plain"))
	if token := c.Connect(); !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatalf("connecting: %v", token.Error())
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return c
}

func give(t testing.TB, c mqtt.Client, topic, payload string, retained bool) {
	t.Helper()
	if token := c.Publish(topic, 1, retained, payload); !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatalf("publishing on %s: %v", topic, token.Error())
	}
}

func inOrder(t testing.TB, got []uint64, first, last uint64) {
	t.Helper()
	var want []uint64
	for n := first; n <= last; n++ {
		want = append(want, n)
	}
	if !slices.Equal(got, want) {
		t.Errorf("readings %v, want %d to %d once and in order", got, first, last)
	}
}

func TestReceiverGivesWhatAgentsPublishInOrder(t *testing.T) {
	b := start(t, Options{})
	c := plain(t, b)
	give(t, c, "pychron/away/status", `{"state":"offline"}`, true)
	give(t, c, "other/away/status", `{}`, true)
	waitFor(t, "the status to be retained", func() bool {
		early, _, stop := receive(t, b.Broker, "")
		defer stop()
		early.mu.Lock()
		defer early.mu.Unlock()
		return len(early.all) > 0
	})
	got, f, _ := receive(t, b.Broker, "")
	_, lanes, stop := publish(t, b, "line1", login{})
	for n := range 500 {
		lanes.Append(reading("line1", float64(n)))
	}
	give(t, c, "elsewhere/camera", "no message of an agent", false)
	give(t, c, "pychron/line1/commands", `{}`, false)
	give(t, c, "pychron/line1/audit", "noise", false)
	all := got.until(t, "500 readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 500) })
	inOrder(t, seqs(all, "line1"), 1, 500)
	if m := all[0]; m.Agent != "away" || !m.Retained || string(m.Payload) != `{"state":"offline"}` {
		t.Errorf("first message = %+v, want the retained status", m)
	}
	stop()
	all = got.until(t, "the last status", func(all []uplink.Message) bool { return string(all[len(all)-1].Payload) == `{"state":"false"}` })
	for _, m := range all {
		if m.Agent != "line1" && m.Agent != "away" {
			t.Errorf("%+v is no message of an agent", m)
		}
	}
	waitFor(t, "the noise to be counted", func() bool { return f.State().Malformed == 1 })
	waitFor(t, "all to be counted", func() bool { return f.State().Handled >= 501 })
}

// What was not stored comes again at once, before what is new: a consumer that goes on where a lost connection ended would give it five
// seconds later, and after that.
func TestReceiverGivesAgainInOrderWhatWasNotStored(t *testing.T) {
	b := start(t, Options{})
	r := &received{more: make(chan struct{})}
	failures, full := 0, errors.New("the disk is full")
	f := b.Receiver(ReceiverOptions{Ready: func() error { return nil }, Handle: func(ctx context.Context, batch []uplink.Message) error {
		if len(seqs(batch, "line1")) > 0 && failures < 3 {
			failures++
			return full
		}
		return r.handle(ctx, batch)
	}})
	background(t, f.Run)
	waitFor(t, "the receiver to be connected", func() bool { return f.State().Connected })
	_, lanes, _ := publish(t, b, "line1", login{})
	begun := time.Now()
	for n := range 2000 {
		lanes.Append(reading("line1", float64(n)))
	}
	all := r.until(t, "2000 readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 2000) })
	inOrder(t, seqs(all, "line1"), 1, 2000)
	if failures != 3 {
		t.Errorf("%d batches were not stored, want 3", failures)
	}
	t.Logf("all of it is here after %v", time.Since(begun))
}

// While nothing can be stored nothing is read, and what comes is kept.
func TestReceiverReadsNothingWhileNothingCanBeStored(t *testing.T) {
	b := start(t, Options{})
	_, _, stop := receive(t, b.Broker, "")
	stop()
	trouble := errors.New("the disk is full")
	f := b.Receiver(ReceiverOptions{Handle: func(context.Context, []uplink.Message) error { return nil }, Ready: func() error { return trouble }})
	background(t, f.Run)
	waitFor(t, "the trouble to be told", func() bool { return errors.Is(f.State().Err, trouble) && errors.Is(f.State().Err, uplink.ErrNotStored) })
	if f.State().Connected {
		t.Error("connected while nothing can be stored")
	}
	if err := f.Resend("pychron", "line1", uplink.Gap{Lane: buffer.Readings, Boot: "b1", From: 1}); !errors.Is(err, uplink.ErrNotConnected) {
		t.Errorf("Resend = %v, want ErrNotConnected", err)
	}
}

// What comes while the receiver is away, and while the broker is, is there afterwards, and what was acknowledged does not come again although others
// have not got it.
func TestReceiverGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	b := start(t, Options{Dir: dir})
	other, sub, away := subscribe(t, b, "other", login{})
	_, lanes, gone := publish(t, b, "line1", login{})
	other.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	connected(t, sub)
	away() // what comes from now on waits for it
	got, _, stop := receive(t, b.Broker, "")
	more := func(n int) {
		for i := range n {
			lanes.Append(reading("line1", float64(i)))
		}
	}
	more(300)
	all := got.until(t, "300 readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 300) })
	inOrder(t, seqs(all, "line1"), 1, 300)
	stop()
	watcher, _, done := subscribe(t, b, "watcher", login{})
	watcher.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	more(200)
	watcher.until(t, "all readings", func(all []uplink.Message) bool { return slices.Contains(seqs(all, "line1"), 500) })
	done()
	gone()
	b.stop()

	again := start(t, Options{Dir: dir, Listen: b.address})
	second, _, _ := receive(t, again.Broker, "")
	all = second.until(t, "what was kept", func(all []uplink.Message) bool { return slices.Contains(seqs(all, "line1"), 500) })
	inOrder(t, seqs(all, "line1"), 301, 500)
	third, _, _ := subscribe(t, again, "other", login{})
	third.until(t, "all that waited for another", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 500) })
}

// What waits for the session by which an earlier version read is taken, and the session ended: the messages would wait for it.
func TestReceiverTakesWhatWaitsForTheFormerSession(t *testing.T) {
	b := start(t, Options{})
	former, sub, away := subscribe(t, b, "viewer", login{})
	_, lanes, _ := publish(t, b, "line1", login{})
	former.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	connected(t, sub)
	away()
	watcher, _, done := subscribe(t, b, "watcher", login{})
	watcher.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
	for n := range 100 {
		lanes.Append(reading("line1", float64(n)))
	}
	watcher.until(t, "all readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 100) })
	done()
	got, _, _ := receive(t, b.Broker, "viewer")
	all := got.until(t, "what waited", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 100) })
	inOrder(t, seqs(all, "line1"), 1, 100)
	s, _ := b.server()
	waitFor(t, "the former session to be ended", func() bool {
		ended := true
		err := s.request(t.Context(), apiTimeout, func(ctx context.Context, c *nats.Conn) error {
			records, err := clientRecords(ctx, c)
			for _, one := range records {
				ended = ended && one.ID != "viewer"
			}
			return err
		})
		return err == nil && ended
	})
}

// The receiver has one consumer, and a broker that ends does not take it for one of a client that keeps nothing.
func TestReceiverHasOneConsumer(t *testing.T) {
	b := start(t, Options{})
	for range 3 {
		_, _, stop := receive(t, b.Broker, "")
		stop()
	}
	s, _ := b.server()
	err := s.request(t.Context(), apiTimeout, func(ctx context.Context, c *nats.Conn) error {
		all, err := consumers(ctx, c)
		if err != nil || len(all) != 1 {
			t.Errorf("consumers %v, %v; want one", all, err)
		}
		left, err := leaving(ctx, c)
		if left {
			t.Error("the broker would wait for the receiver's consumer to be forgotten")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Where nothing comes although something should, the connection and the consumer are made anew.
func TestReceiverConnectsAnewWhereNothingComes(t *testing.T) {
	b := start(t, Options{})
	got := &received{more: make(chan struct{})}
	r := b.Receiver(ReceiverOptions{Handle: got.handle, Ready: func() error { return nil }})
	r.unheard = 300 * time.Millisecond
	background(t, r.Run)
	waitFor(t, "the receiver to be connected", func() bool { return r.State().Connected })
	first := r.connection()
	r.Expect()
	waitFor(t, "another connection", func() bool { n := r.connection(); return n != nil && n != first })
	give(t, plain(t, b), "pychron/line1/status", `{"state":"online"}`, false)
	got.until(t, "the status", func(all []uplink.Message) bool { return len(all) > 0 })
}

// Agents get what a viewer asks of them and tells them, and a status that is cleared is not kept any more.
func TestReceiverReachesAgents(t *testing.T) {
	b := start(t, Options{})
	got, f, _ := receive(t, b.Broker, "")
	_, lanes, gone := publish(t, b, "line1", login{})
	for n := range 20 {
		lanes.Append(reading("line1", float64(n)))
	}
	got.until(t, "20 readings", func(all []uplink.Message) bool { return complete(seqs(all, "line1"), 20) })
	waitFor(t, "readings that come again", func() bool {
		if err := f.Resend("pychron", "line1", uplink.Gap{Lane: buffer.Readings, Boot: "b1", From: 5, To: 7}); err != nil {
			t.Fatal(err)
		}
		got.mu.Lock()
		defer got.mu.Unlock()
		again := seqs(got.all, "line1")
		return len(again) >= 23 && slices.Equal(again[20:23], []uint64{5, 6, 7})
	})
	c := plain(t, b)
	said := make(chan string, 10)
	if token := c.Subscribe("pychron/line1/received", 1, func(_ mqtt.Client, m mqtt.Message) { said <- string(m.Payload()) }); !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	if err := f.Received("pychron", "line1", uplink.Received{Viewer: "v", Boot: "b1", Lane: buffer.Readings, Through: 20, Formats: []string{"event"}}); err != nil {
		t.Fatal(err)
	}
	if text := <-said; !strings.Contains(text, `"through":20`) {
		t.Errorf("the agent is told %s", text)
	}
	if err := f.Resend("other", "line1", uplink.Gap{Lane: buffer.Readings, Boot: "b1", From: 1}); err == nil {
		t.Error("a request under a prefix that is not the viewer's was published")
	}
	gone()
	if err := f.ClearStatus("pychron", "line1"); err != nil {
		t.Fatal(err)
	}
	s, _ := b.server()
	waitFor(t, "no status to be kept", func() bool {
		kept := 0
		err := s.request(t.Context(), apiTimeout, func(ctx context.Context, c *nats.Conn) error {
			return c.Kept(ctx, retainedStream, retainedSubjects+">", func(nats.Message) error { kept++; return nil })
		})
		return err == nil && kept == 0
	})
}

func TestTopicOfASubject(t *testing.T) {
	for subject, want := range map[string]string{
		"pychron.line1.status": "pychron/line1/status", "pychron.line1.readings.ion1.p//3": "pychron/line1/readings/ion1/p.3",
		"a./.b": "a//b", "/.a": "/a", "a./": "a/", "a": "a", "": "", "a////b": "a..b",
	} {
		if got := topicOf(subject); got != want {
			t.Errorf("topicOf(%q) = %q, want %q", subject, got, want)
		}
	}
	for _, topic := range []string{"pychron/line1/status", "pychron/l.1/readings/ion.1/..", "x"} {
		if got := topicOf(subject(topic)); got != topic {
			t.Errorf("topicOf(subject(%q)) = %q", topic, got)
		}
	}
}

// A message that comes again is left out where nothing else has room, so that none that comes for the first time is.
func TestQueueOfAReceiverHasRoomForWhatIsNew(t *testing.T) {
	waiting, lost := make(chan nats.Message, 1), make(chan struct{})
	of := func(deliveries, seq int) nats.Message {
		return nats.Message{Reply: fmt.Sprintf("$JS.ACK.$MQTT_msgs.viewer-x.%d.%d.7.1790000000.0", deliveries, seq)}
	}
	put(waiting, of(1, 41), lost)
	put(waiting, of(2, 40), lost) // it would wait for ever
	first := <-waiting
	if n, seq := delivery(first.Reply); n != 1 || seq != 41 {
		t.Errorf("delivery %d of message %d, want the first of 41", n, seq)
	}
	put(waiting, of(3, 40), lost)
	again := <-waiting
	if n, seq := delivery(again.Reply); n != 3 || seq != 40 {
		t.Errorf("delivery %d of message %d, want the third of 40", n, seq)
	}
	put(waiting, of(1, 42), lost)
	close(lost)
	put(waiting, of(1, 43), lost) // there is nobody any more
}

// What is acknowledged is all up to the last message of a batch, also where an earlier one came again after it.
func TestBatchOfAReceiverIsAcknowledgedByItsLastMessage(t *testing.T) {
	b, err := New(Options{Dir: t.TempDir(), Prefixes: []string{"pychron"}})
	if err != nil {
		t.Fatal(err)
	}
	f := b.Receiver(ReceiverOptions{})
	waiting := make(chan nats.Message, 10)
	for _, seq := range []int{12, 3, 11} {
		waiting <- nats.Message{Subject: messageSubjects + "elsewhere", Reply: fmt.Sprintf("$JS.ACK.s.c.1.%d.7.1.0", seq)}
	}
	batch := newBatch()
	batch.fill(<-waiting, waiting, nil, f.add)
	if batch.taken != 3 || len(batch.decoded) != 0 || !strings.Contains(batch.last, ".1.12.") {
		t.Errorf("%d messages, %d of agents, acknowledged by %s; want 3, none and that of 12", batch.taken, len(batch.decoded), batch.last)
	}
}
