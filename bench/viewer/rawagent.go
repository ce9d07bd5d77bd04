package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

const (
	agentTimeout   = 10 * time.Minute       // for all that one does
	reconnectAfter = 700 * time.Millisecond // about as an agent does
)

// rawAgent is an agent that has its readings as they go over the network, before anything is measured: what it costs to make them is
// the agents' affair, whose processors are not the viewer's. It sends and acknowledges as an agent does, with as many messages in flight, and
// connects again when the broker has closed the connection.
type rawAgent struct {
	name     string
	broker   string
	deadline time.Time
	conn     net.Conn
	in       *bufio.Reader
	count    int    // of its readings
	bytes    []byte // of all its messages
	ends     []int  // of each
	lost     int    // connections
}

// newRawAgent makes the messages of an agent, and connects it.
func newRawAgent(broker, name string, count int) (*rawAgent, error) {
	begun := time.Now()
	a := &rawAgent{name: name, broker: broker, deadline: begun.Add(agentTimeout), count: count}
	for n := range count {
		e := readingOf(name, n, begun, time.Duration(n)*time.Millisecond)
		e.Lane, e.Seq = buffer.Readings, uint64(n+1)
		a.add("readings/"+e.Device+"/"+e.Point, n, buffer.AppendJSON(nil, e))
	}
	return a, a.begin()
}

func (a *rawAgent) topic(below string) string {
	return uplink.DefaultPrefix + "/" + a.name + "/" + below
}

func (a *rawAgent) publish(below string, n int, retained bool, payload []byte) *packets.PublishPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.Qos, p.Retain, p.TopicName, p.MessageID, p.Payload = 1, retained, a.topic(below), uint16(1+n%65535), payload
	return p
}

func (a *rawAgent) add(below string, n int, payload []byte) {
	all := bytes.NewBuffer(a.bytes)
	_ = a.publish(below, n, false, payload).Write(all) // into memory
	a.bytes = all.Bytes()
	a.ends = append(a.ends, len(a.bytes))
}

// begin connects as an agent does, and says that it is online.
func (a *rawAgent) begin() (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", a.name, err)
		}
	}()
	if a.conn, err = net.DialTimeout("tcp", a.broker, time.Until(a.deadline)); err != nil {
		return err
	}
	a.in = bufio.NewReader(a.conn)
	if err := a.conn.SetDeadline(a.deadline); err != nil {
		return err
	}
	connect := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	connect.ProtocolName, connect.ProtocolVersion, connect.CleanSession, connect.ClientIdentifier = "MQTT", 4, true, "raw-"+a.name
	for _, p := range []packets.ControlPacket{connect, a.publish("status", 0, true, []byte(`{"state":"online","boot":"b1"}`))} {
		if err := p.Write(a.conn); err != nil {
			return err
		}
		if _, err := packets.ReadPacket(a.in); err != nil {
			return err
		}
	}
	return nil
}

// send sends all readings, and returns when the broker has acknowledged them.
func (a *rawAgent) send() error {
	acknowledged := 0
	err := a.sendFrom(&acknowledged)
	for err != nil && time.Now().Before(a.deadline) {
		a.lost++
		a.close()
		time.Sleep(reconnectAfter)
		if err = a.begin(); err == nil {
			err = a.sendFrom(&acknowledged)
		}
	}
	return err
}

// sendFrom sends what was not acknowledged, by one connection.
func (a *rawAgent) sendFrom(acknowledged *int) error {
	for sent := *acknowledged; *acknowledged < a.count; {
		if to := min(a.count, *acknowledged+uplink.MaxInFlight); to > sent {
			from := 0
			if sent > 0 {
				from = a.ends[sent-1]
			}
			if _, err := a.conn.Write(a.bytes[from:a.ends[to-1]]); err != nil {
				return err
			}
			sent = to
		}
		n, err := a.read()
		*acknowledged += n
		if err != nil {
			return err
		}
	}
	return nil
}

// read waits for acknowledgements and takes all that have come. Nothing else comes: it has subscribed to nothing.
func (a *rawAgent) read() (n int, err error) {
	var message [4]byte
	for n == 0 || a.in.Buffered() >= len(message) {
		if _, err := io.ReadFull(a.in, message[:]); err != nil {
			return n, err
		}
		if message[0] != packets.Puback<<4 {
			return n, fmt.Errorf("%s receives a message of type %d; it must be an acknowledgement", a.name, message[0]>>4)
		}
		n++
	}
	return n, nil
}

func (a *rawAgent) close() {
	if a.conn != nil {
		_ = a.conn.Close() // its last will is of no use to anybody
	}
}
