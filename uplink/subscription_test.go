package uplink

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// forgetfulBroker is one connection's broker that looks for what is retained before it subscribes, as NATS does: what was published in that
// moment is given with the next answer only.
type forgetfulBroker struct {
	kept      bool          // the session of the client
	published chan struct{} // closed when something was published
	missed    *packets.PublishPacket

	mu         sync.Mutex
	subscribed [][]string // the filters of each request
}

func (b *forgetfulBroker) serve(conn net.Conn) {
	defer conn.Close()
	for {
		in, err := packets.ReadPacket(conn)
		if err != nil {
			return
		}
		switch p := in.(type) {
		case *packets.ConnectPacket:
			answer := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
			answer.SessionPresent = b.kept
			err = answer.Write(conn)
		case *packets.SubscribePacket:
			err = b.subscribe(conn, p)
		case *packets.UnsubscribePacket:
			answer := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
			answer.MessageID = p.MessageID
			err = answer.Write(conn)
		case *packets.PublishPacket:
			close(b.published)
		case *packets.DisconnectPacket:
			return
		}
		if err != nil {
			return
		}
	}
}

func (b *forgetfulBroker) subscribe(conn net.Conn, p *packets.SubscribePacket) error {
	answer := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	answer.MessageID, answer.ReturnCodes = p.MessageID, slices.Clone(p.Qoss)
	if err := answer.Write(conn); err != nil {
		return err
	}
	b.mu.Lock()
	b.subscribed = append(b.subscribed, p.Topics)
	again := len(b.subscribed) > 1
	b.mu.Unlock()
	if again {
		return b.missed.Write(conn)
	}
	return nil
}

// runSubscriber runs a subscriber at a broker until the test ends.
func (b *forgetfulBroker) runSubscriber(t *testing.T, s *store) *Subscriber {
	b.published = make(chan struct{})
	b.missed = packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	b.missed.TopicName, b.missed.Payload, b.missed.Retain, b.missed.Qos, b.missed.MessageID = "pychron/line1/status", []byte(`{"state":"offline"}`), true, 1, 1
	var serving sync.WaitGroup
	t.Cleanup(serving.Wait)
	sub, err := NewSubscriber(SubscriberOptions{Broker: "tcp://broker:1883", ClientID: "viewer", Handle: s.handle,
		Dial: func(context.Context, string) (net.Conn, error) {
			near, far := net.Pipe()
			serving.Go(func() { b.serve(far) })
			return near, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(start(t, sub.Run))
	return sub
}

func TestLastWillOfTheMomentInWhichANewSessionSubscribesComes(t *testing.T) {
	t.Parallel()
	b, s := new(forgetfulBroker), newStore()
	sub := b.runSubscriber(t, s)
	s.until(t, "the status", func() bool { return len(s.all) > 0 })
	if m := s.received()[0]; m.Kind != StatusMessage || !strings.Contains(string(m.Payload), "offline") {
		t.Errorf("received %v %s, want the last will", m.Kind, m.Payload)
	}
	connected(sub)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.subscribed) != 2 || !slices.Equal(b.subscribed[0], b.subscribed[1]) {
		t.Errorf("subscribed to %q, want the same twice", b.subscribed)
	}
}

// A broker that kept the session has kept what was published meanwhile.
func TestKeptSessionSubscribesOnce(t *testing.T) {
	t.Parallel()
	b := &forgetfulBroker{kept: true}
	sub := connected(b.runSubscriber(t, newStore()))
	if err := sub.ClearStatus("pychron", "line1"); err != nil { // it comes after any other request
		t.Fatal(err)
	}
	<-b.published
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.subscribed) != 1 {
		t.Errorf("subscribed to %q, want once", b.subscribed)
	}
}
