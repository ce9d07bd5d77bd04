// Package brokertest is an MQTT 3.1.1 broker in memory for tests, with what matters of a real one: at least once at QoS 1, sessions that it keeps
// for clients that are away, in order and bounded, retained messages, last wills, one connection for each client id, and an end that forgets. It
// can refuse subscriptions, drop what it acknowledges, and end connections on purpose. It takes connections of any kind and opens none itself.
package brokertest

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Broker is the broker; make it with [New]. The hooks are set before the first connection, or while it is stopped; nil = nothing. They are
// called one at a time and must not call the broker.
type Broker struct {
	InFlight int // messages in flight to one client; default 20, as in mosquitto
	Queue    int // messages that wait for one client, further ones are dropped; default 1000, as in mosquitto

	Accepted func(m Message)          // a message was taken
	Denies   func(m Message) bool     // it is not taken, and its connection is ended
	Drops    func(m Message) bool     // it is acknowledged, and goes to nobody, as where rights are missing
	Refuses  func(filter string) bool // a subscription is refused

	Login func(user, password string) byte // what a client is answered: 0 lets it in, 1 to 5 are the refusals of MQTT 3.1.1

	closed sync.WaitGroup // goroutines of connections

	mu       sync.Mutex // guards what follows, and the calls of the hooks
	up       bool
	clients  map[string]*client
	retained map[string]*packets.PublishPacket
}

// Message is one message as it was published.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// ErrDown is the error of Dial while the broker is stopped.
var ErrDown = errors.New("connection refused")

// New makes a broker that is up.
func New() *Broker {
	return &Broker{InFlight: 20, Queue: 1000, up: true, clients: map[string]*client{}, retained: map[string]*packets.PublishPacket{}}
}

// Stop ends all connections, without last wills. A broker that forgets has no session and no retained message afterwards.
func (b *Broker) Stop(forgets bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = false
	for _, id := range slices.Sorted(maps.Keys(b.clients)) {
		b.end(b.clients[id])
	}
	if forgets {
		clear(b.clients)
		clear(b.retained)
	}
}

// Start makes a stopped broker take connections again.
func (b *Broker) Start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = true
}

// Wait waits until all connections have ended; the broker must be stopped, or its clients gone.
func (b *Broker) Wait() { b.closed.Wait() }

// Cut ends the network connection of a client, whose last will is published.
func (b *Broker) Cut(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.clients[id]; s != nil && s.conn != nil {
		_ = s.conn.Close()
	}
}

// Dial is a new connection to the broker inside this process.
func (b *Broker) Dial(context.Context, string) (net.Conn, error) {
	client, server := net.Pipe()
	if !b.Serve(server) {
		_ = client.Close()
		return nil, ErrDown
	}
	return client, nil
}

// Serve takes a connection, unless the broker is stopped: then it closes it and returns false.
func (b *Broker) Serve(conn net.Conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.up {
		_ = conn.Close()
		return false
	}
	b.closed.Go(func() { b.serve(conn) })
	return true
}

// Publish publishes as a client that is not connected.
func (b *Broker) Publish(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.route(packetOf(m))
}

func packetOf(m Message) *packets.PublishPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Qos, p.Retain = m.Topic, m.Payload, 1, m.Retained
	return p
}

func messageOf(p *packets.PublishPacket) Message { return Message{p.TopicName, p.Payload, p.Retain} }

// route gives a message to all who subscribe to its topic. The caller holds mu.
func (b *Broker) route(p *packets.PublishPacket) {
	if p == nil {
		return
	}
	if b.Accepted != nil {
		b.Accepted(messageOf(p))
	}
	if p.Retain {
		b.retain(p)
	}
	for _, id := range slices.Sorted(maps.Keys(b.clients)) {
		s := b.clients[id]
		if qos, ok := s.qos(p.TopicName); ok {
			s.give(p, qos, b)
		}
	}
}

// retain keeps a message for those who subscribe later; an empty one ends that.
func (b *Broker) retain(p *packets.PublishPacket) {
	if len(p.Payload) == 0 {
		delete(b.retained, p.TopicName)
		return
	}
	b.retained[p.TopicName] = p
}
