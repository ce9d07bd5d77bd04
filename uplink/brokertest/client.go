package brokertest

import (
	"net"
	"slices"
	"strings"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// client is what the broker knows of one client.
type client struct {
	persistent bool
	filters    map[string]byte          // subscribed to, with the QoS
	pending    []*packets.PublishPacket // not acknowledged, oldest first
	sent       int                      // how many of them were sent on the connection
	nextID     uint16
	conn       *connection // nil while the client is away
}

// connection is one connection.
type connection struct {
	net.Conn
	out  chan packets.ControlPacket
	will *packets.PublishPacket
}

// qos is the greatest QoS of the subscriptions to a topic; false without any.
func (s *client) qos(topic string) (qos byte, subscribed bool) {
	for filter, granted := range s.filters {
		if matches(filter, topic) {
			qos, subscribed = max(qos, granted), true
		}
	}
	return qos, subscribed
}

// give gives the client a message at the QoS of its subscription. At QoS 0 it is sent once, and lost while the client is away.
func (s *client) give(p *packets.PublishPacket, qos byte, b *Broker) {
	if qos > 0 {
		s.queue(p, false, b.Queue)
		s.pump(b.InFlight)
		return
	}
	if s.conn != nil {
		once := packetOf(Message{p.TopicName, p.Payload, false})
		once.Qos = 0
		s.conn.out <- once
	}
}

// queue keeps a message for a client until it acknowledges it.
func (s *client) queue(p *packets.PublishPacket, retained bool, limit int) {
	if len(s.pending) >= limit {
		return
	}
	s.nextID = max(s.nextID+1, 1)
	m := packetOf(Message{p.TopicName, p.Payload, retained})
	m.MessageID = s.nextID
	s.pending = append(s.pending, m)
}

func (s *client) acknowledge(id uint16) {
	for i := range s.pending[:s.sent] {
		if s.pending[i].MessageID == id {
			s.pending = slices.Delete(s.pending, i, i+1)
			s.sent--
			return
		}
	}
}

// pump sends what waits, as far as the window goes.
func (s *client) pump(inFlight int) {
	for s.conn != nil && s.sent < min(len(s.pending), inFlight) {
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
