package main

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// simBroker is an MQTT broker in memory, with what matters of a real one: at least once at QoS 1, sessions that it keeps for clients that
// are away, in order and bounded, retained messages, last wills, one connection for each client id, and a restart that forgets.
type simBroker struct {
	mu       sync.Mutex
	up       bool
	clients  map[string]*simClient
	retained map[string]*packets.PublishPacket
	closed   sync.WaitGroup
	drops    func(topic string) bool // what it acknowledges and drops; nil = nothing
	accepted func(topic string, payload []byte)
}

// simClient is what the broker knows of one client.
type simClient struct {
	persistent bool
	filters    []string
	pending    []*packets.PublishPacket // not acknowledged, oldest first
	sent       int                      // how many of them were sent on the connection
	nextID     uint16
	conn       *simConn // nil while the client is away
}

// simConn is one connection.
type simConn struct {
	net.Conn
	out  chan packets.ControlPacket
	will *packets.PublishPacket
}

const (
	simInFlight = 20   // messages in flight to one client, as in mosquitto
	simQueue    = 1000 // messages that wait for one client; further ones are dropped
)

func newSimBroker() *simBroker {
	return &simBroker{up: true, clients: map[string]*simClient{}, retained: map[string]*packets.PublishPacket{}}
}

// stop ends all connections. A broker that forgets has no session and no retained message afterwards.
func (b *simBroker) stop(forgets bool) {
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

func (b *simBroker) start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = true
}

// end closes the connection of a session. The caller holds mu.
func (b *simBroker) end(s *simClient) {
	if s.conn == nil {
		return
	}
	_ = s.conn.Close()
	close(s.conn.out)
	s.conn, s.sent = nil, 0
}

var errSimDown = errors.New("connection refused")

// dial is a new connection to the broker.
func (b *simBroker) dial(context.Context, string) (net.Conn, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.up {
		return nil, errSimDown
	}
	client, server := net.Pipe()
	b.closed.Go(func() { b.serve(server) })
	return client, nil
}

// serve reads from one connection until it ends.
func (b *simBroker) serve(conn net.Conn) {
	defer conn.Close()
	first, err := packets.ReadPacket(conn)
	if err != nil {
		return
	}
	connect, ok := first.(*packets.ConnectPacket)
	if !ok {
		return
	}
	c := &simConn{Conn: conn, out: make(chan packets.ControlPacket, 4*simQueue)}
	s := b.begin(connect, c)
	if s == nil {
		return
	}
	b.closed.Go(func() {
		for p := range c.out {
			if p.Write(conn) != nil {
				_ = conn.Close()
			}
		}
	})
	gracefully := false
	for !gracefully {
		p, err := packets.ReadPacket(conn)
		if err != nil {
			break
		}
		gracefully = b.receive(s, c, p)
	}
	b.lost(connect.ClientIdentifier, s, c, gracefully)
}

// begin makes a connection that of its client; another one of the same id is ended.
func (b *simBroker) begin(connect *packets.ConnectPacket, c *simConn) *simClient {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.up {
		return nil
	}
	s := b.clients[connect.ClientIdentifier]
	if s != nil {
		will := (*packets.PublishPacket)(nil)
		if s.conn != nil {
			will = s.conn.will
		}
		b.end(s)
		b.route(will)
	}
	present := s != nil && s.persistent && !connect.CleanSession
	if !present {
		s = &simClient{persistent: !connect.CleanSession}
		b.clients[connect.ClientIdentifier] = s
	}
	s.conn = c
	if connect.WillFlag {
		c.will = packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
		c.will.TopicName, c.will.Payload, c.will.Qos, c.will.Retain = connect.WillTopic, connect.WillMessage, connect.WillQos, connect.WillRetain
	}
	ack := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	ack.SessionPresent = present
	c.out <- ack
	b.pump(s)
	return s
}

// lost ends a connection; the last will is published unless it ended in order.
func (b *simBroker) lost(id string, s *simClient, c *simConn, gracefully bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.conn != c { // it was ended from here
		return
	}
	b.end(s)
	if !s.persistent {
		delete(b.clients, id)
	}
	if !gracefully {
		b.route(c.will)
	}
}

// receive takes one packet of a client, and returns whether it is the last.
func (b *simBroker) receive(s *simClient, c *simConn, p packets.ControlPacket) (last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.conn != c {
		return true
	}
	switch p := p.(type) {
	case *packets.PublishPacket:
		b.route(p)
		if p.Qos > 0 {
			ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			ack.MessageID = p.MessageID
			c.out <- ack
		}
	case *packets.PubackPacket:
		s.acknowledge(p.MessageID)
		b.pump(s)
	case *packets.SubscribePacket:
		b.subscribe(s, p)
	case *packets.UnsubscribePacket:
		ack := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
		ack.MessageID = p.MessageID
		c.out <- ack
	case *packets.PingreqPacket:
		c.out <- packets.NewControlPacket(packets.Pingresp)
	case *packets.DisconnectPacket:
		return true
	}
	return false
}

func (b *simBroker) subscribe(s *simClient, p *packets.SubscribePacket) {
	ack := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	ack.MessageID = p.MessageID
	for range p.Topics {
		ack.ReturnCodes = append(ack.ReturnCodes, 1)
	}
	s.conn.out <- ack
	for _, filter := range p.Topics {
		if !slices.Contains(s.filters, filter) {
			s.filters = append(s.filters, filter)
		}
		for _, topic := range slices.Sorted(maps.Keys(b.retained)) {
			if matches(filter, topic) {
				s.queue(b.retained[topic], true)
			}
		}
	}
	b.pump(s)
}

// route gives a message to all who subscribe to its topic. The caller holds mu.
func (b *simBroker) route(p *packets.PublishPacket) {
	if p == nil {
		return
	}
	if b.accepted != nil {
		b.accepted(p.TopicName, p.Payload)
	}
	if b.drops != nil && b.drops(p.TopicName) {
		return
	}
	if p.Retain {
		b.retained[p.TopicName] = p
	}
	for _, id := range slices.Sorted(maps.Keys(b.clients)) {
		s := b.clients[id]
		if slices.ContainsFunc(s.filters, func(f string) bool { return matches(f, p.TopicName) }) {
			s.queue(p, false)
			b.pump(s)
		}
	}
}

// queue keeps a message for a client until it acknowledges it.
func (s *simClient) queue(p *packets.PublishPacket, retained bool) {
	if len(s.pending) >= simQueue {
		return
	}
	s.nextID = max(s.nextID+1, 1)
	m := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	m.TopicName, m.Payload, m.Qos, m.Retain, m.MessageID = p.TopicName, p.Payload, 1, retained, s.nextID
	s.pending = append(s.pending, m)
}

func (s *simClient) acknowledge(id uint16) {
	for i := range s.pending[:s.sent] {
		if s.pending[i].MessageID == id {
			s.pending = slices.Delete(s.pending, i, i+1)
			s.sent--
			return
		}
	}
}

// pump sends what waits, as far as the window goes. The caller holds mu.
func (b *simBroker) pump(s *simClient) {
	for s.conn != nil && s.sent < min(len(s.pending), simInFlight) {
		one := *s.pending[s.sent] // writing a packet changes it
		s.conn.out <- &one
		s.sent++
	}
}

// matches says whether a topic is one of a filter.
func matches(filter, topic string) bool {
	f, t := strings.Split(filter, "/"), strings.Split(topic, "/")
	for i, level := range f {
		switch {
		case level == "#":
			return true
		case i >= len(t) || level != "+" && level != t[i]:
			return false
		}
	}
	return len(f) == len(t)
}
