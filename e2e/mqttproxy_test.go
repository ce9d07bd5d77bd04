//go:build e2e

package e2e

import (
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// mqttProxy stands between clients and a broker and behaves as a broker with other rights: what it drops it acknowledges, and filters it
// refuses are refused in the answer to the subscription.
type mqttProxy struct {
	broker  string
	drops   func(topic string) bool
	refuses func(filter string) bool
}

// listen accepts clients until the test ends, and returns the address.
func (p *mqttProxy) listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return l.Addr().String()
}

// proxied is one client's connection.
type proxied struct {
	*mqttProxy
	client, broker net.Conn

	mu      sync.Mutex // of writes to the client, and of filters
	filters map[uint16][]string
}

func (p *mqttProxy) serve(client net.Conn) {
	broker, err := net.Dial("tcp", p.broker)
	if err != nil {
		client.Close()
		return
	}
	c := &proxied{mqttProxy: p, client: client, broker: broker, filters: map[uint16][]string{}}
	go c.copy(client, c.toBroker)
	c.copy(broker, c.toClient)
}

// copy reads packets from one side until it ends; then both end.
func (c *proxied) copy(from net.Conn, pass func(packets.ControlPacket) error) {
	defer c.client.Close()
	defer c.broker.Close()
	for {
		p, err := packets.ReadPacket(from)
		if err != nil || pass(p) != nil {
			return
		}
	}
}

func (c *proxied) toBroker(p packets.ControlPacket) error {
	switch p := p.(type) {
	case *packets.PublishPacket:
		if c.drops != nil && c.drops(p.TopicName) {
			ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			ack.MessageID = p.MessageID
			c.mu.Lock()
			defer c.mu.Unlock()
			return ack.Write(c.client)
		}
	case *packets.SubscribePacket:
		c.mu.Lock()
		c.filters[p.MessageID] = slices.Clone(p.Topics)
		c.mu.Unlock()
	}
	return p.Write(c.broker)
}

func (c *proxied) toClient(p packets.ControlPacket) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := p.(*packets.SubackPacket); ok {
		for i, filter := range c.filters[p.MessageID] {
			if c.refuses != nil && c.refuses(filter) {
				p.ReturnCodes[i] = 0x80
			}
		}
	}
	return p.Write(c.client)
}
