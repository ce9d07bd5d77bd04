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

// agentTimeout is for all that one does.
const agentTimeout = 10 * time.Minute

// rawAgent is an agent that has its readings as they go over the network, before anything is measured: what it costs to make them is
// the agents' affair, whose processors are not the viewer's. It sends and acknowledges as an agent does, with as many messages in flight.
type rawAgent struct {
	name  string
	conn  net.Conn
	in    *bufio.Reader
	count int    // of its readings
	bytes []byte // of all its messages
	ends  []int  // of each
}

// newRawAgent makes the messages of an agent, and connects it.
func newRawAgent(broker, name string, count int) (*rawAgent, error) {
	a := &rawAgent{name: name, count: count}
	begun := time.Now()
	for n := range count {
		e := readingOf(name, n, begun, time.Duration(n)*time.Millisecond)
		e.Lane, e.Seq = buffer.Readings, uint64(n+1)
		a.add("readings/"+e.Device+"/"+e.Point, n, buffer.AppendJSON(nil, e))
	}
	var err error
	if a.conn, err = net.Dial("tcp", broker); err != nil {
		return nil, err
	}
	a.in = bufio.NewReader(a.conn)
	if err := a.begin(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
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
func (a *rawAgent) begin() error {
	if err := a.conn.SetDeadline(time.Now().Add(agentTimeout)); err != nil {
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
	for sent, acknowledged := 0, 0; acknowledged < a.count; {
		if to := min(a.count, acknowledged+uplink.MaxInFlight); to > sent {
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
		if err != nil {
			return err
		}
		acknowledged += n
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

func (a *rawAgent) close() { _ = a.conn.Close() } // its last will is of no use to anybody
