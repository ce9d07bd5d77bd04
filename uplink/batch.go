package uplink

import mqtt "github.com/eclipse/paho.mqtt.golang"

// batch is messages as received, and those of them that could be decoded.
type batch struct {
	received []mqtt.Message
	decoded  []Message
}

func newBatch(size int) *batch {
	return &batch{received: make([]mqtt.Message, 0, size), decoded: make([]Message, 0, size)}
}

// fill replaces the content of b by m and the messages that have been received after it, up to b's size. It does not wait. decode
// returns false for a message that cannot be read.
func (b *batch) fill(m mqtt.Message, received <-chan mqtt.Message, decode func(mqtt.Message) (Message, bool)) {
	b.received, b.decoded = b.received[:0], b.decoded[:0]
	for {
		b.received = append(b.received, m)
		if decoded, ok := decode(m); ok {
			b.decoded = append(b.decoded, decoded)
		}
		if len(b.received) == cap(b.received) {
			return
		}
		select {
		case m = <-received:
		default:
			return
		}
	}
}
