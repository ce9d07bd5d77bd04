package brokertest

import (
	"maps"
	"net"
	"slices"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// maxOut is how many packets wait for one connection at most: acknowledgements, and the window of messages.
const maxOut = 1 << 14

// serve reads from one connection until it ends.
func (b *Broker) serve(conn net.Conn) {
	defer conn.Close()
	first, err := packets.ReadPacket(conn)
	if err != nil {
		return
	}
	connect, ok := first.(*packets.ConnectPacket)
	if !ok {
		return
	}
	if code := b.login(connect); code != packets.Accepted {
		answer := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
		answer.ReturnCode = code
		_ = answer.Write(conn)
		return
	}
	c := &connection{Conn: conn, out: make(chan packets.ControlPacket, maxOut)}
	s := b.begin(connect, c)
	if s == nil {
		return
	}
	b.closed.Go(func() { c.write() })
	ended := false // in order
	for !ended {
		p, err := packets.ReadPacket(conn)
		if err != nil {
			break
		}
		if ended, ok = b.receive(s, c, p); !ok {
			break
		}
	}
	b.lost(connect.ClientIdentifier, s, c, ended)
}

func (c *connection) write() {
	for p := range c.out {
		if p.Write(c) != nil {
			_ = c.Close()
		}
	}
}

// login is what the answer to a client is.
func (b *Broker) login(p *packets.ConnectPacket) byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.Login == nil {
		return packets.Accepted
	}
	return b.Login(p.Username, string(p.Password))
}

// begin makes a connection that of its client; another one of the same id is ended.
func (b *Broker) begin(connect *packets.ConnectPacket, c *connection) *client {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.up {
		return nil
	}
	s := b.clients[connect.ClientIdentifier]
	if s != nil && s.conn != nil {
		will := s.conn.will
		b.end(s)
		b.route(will)
	}
	present := s != nil && s.persistent && !connect.CleanSession
	if !present {
		s = &client{persistent: !connect.CleanSession, filters: map[string]byte{}}
		b.clients[connect.ClientIdentifier] = s
	}
	s.conn = c
	if connect.WillFlag {
		c.will = packetOf(Message{connect.WillTopic, connect.WillMessage, connect.WillRetain})
	}
	ack := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	ack.SessionPresent = present
	c.out <- ack
	s.pump(b.InFlight)
	return s
}

// end closes the connection of a session. The caller holds mu.
func (b *Broker) end(s *client) {
	if s.conn == nil {
		return
	}
	_ = s.conn.Close()
	close(s.conn.out)
	s.conn, s.sent = nil, 0
}

// lost ends a connection; the last will is published unless it ended in order.
func (b *Broker) lost(id string, s *client, c *connection, inOrder bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.conn != c { // it was ended from here
		return
	}
	b.end(s)
	if !s.persistent {
		delete(b.clients, id)
	}
	if !inOrder {
		b.route(c.will)
	}
}

// receive takes one packet of a client, and returns whether it is the last in order, and whether the connection goes on.
func (b *Broker) receive(s *client, c *connection, p packets.ControlPacket) (last, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.conn != c {
		return false, false
	}
	switch p := p.(type) {
	case *packets.PublishPacket:
		if b.Denies != nil && b.Denies(messageOf(p)) {
			return false, false
		}
		if b.Drops == nil || !b.Drops(messageOf(p)) {
			b.route(p)
		}
		if p.Qos > 0 {
			ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			ack.MessageID = p.MessageID
			c.out <- ack
		}
	case *packets.PubackPacket:
		s.acknowledge(p.MessageID)
		s.pump(b.InFlight)
	case *packets.SubscribePacket:
		b.subscribe(s, p)
	case *packets.UnsubscribePacket:
		for _, filter := range p.Topics {
			delete(s.filters, filter)
		}
		ack := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
		ack.MessageID = p.MessageID
		c.out <- ack
	case *packets.PingreqPacket:
		c.out <- packets.NewControlPacket(packets.Pingresp)
	case *packets.DisconnectPacket:
		return true, true
	}
	return false, true
}

// subscribe answers a subscription and sends what is retained.
func (b *Broker) subscribe(s *client, p *packets.SubscribePacket) {
	ack := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	ack.MessageID = p.MessageID
	var granted []string
	for i, filter := range p.Topics {
		if b.Refuses != nil && b.Refuses(filter) {
			ack.ReturnCodes = append(ack.ReturnCodes, 0x80)
			continue
		}
		s.filters[filter] = min(p.Qoss[i], 1)
		ack.ReturnCodes = append(ack.ReturnCodes, s.filters[filter])
		granted = append(granted, filter)
	}
	s.conn.out <- ack
	for _, filter := range granted {
		for _, topic := range slices.Sorted(maps.Keys(b.retained)) {
			if matches(filter, topic) {
				s.queue(b.retained[topic], true, b.Queue)
			}
		}
	}
	s.pump(b.InFlight)
}
