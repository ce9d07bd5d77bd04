package uplink

import (
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// batch is messages as received, and those of them that could be decoded.
type batch struct {
	received []mqtt.Message
	decoded  []Message
}

func newBatch(size int) *batch {
	return &batch{received: make([]mqtt.Message, 0, size), decoded: make([]Message, 0, size)}
}

// fill replaces the content of b by m and the messages that are received after it, up to b's size: those that are there, and those that
// come before until, if that is not nil. decode returns false for a message that cannot be read.
func (b *batch) fill(m mqtt.Message, received <-chan mqtt.Message, until <-chan time.Time, decode func(m mqtt.Message, into *Message) bool) {
	b.received, b.decoded = b.received[:0], b.decoded[:0]
	for more := true; more; {
		b.received = append(b.received, m)
		n := len(b.decoded)
		b.decoded = b.decoded[:n+1]
		if !decode(m, &b.decoded[n]) {
			b.decoded = b.decoded[:n]
		}
		m, more = b.next(received, until)
	}
}

// next waits for another message. There is none once b is full, nor where none is there and until has passed or is nil.
func (b *batch) next(received <-chan mqtt.Message, until <-chan time.Time) (m mqtt.Message, more bool) {
	if len(b.received) == cap(b.received) {
		return nil, false
	}
	select {
	case m = <-received:
		return m, true
	default:
	}
	if until == nil {
		return nil, false
	}
	select {
	case m = <-received:
		return m, true
	case <-until:
		return nil, false
	}
}

// batchInterval is the time from one batch to the next, unless that is full before. What is stored costs a transaction for each batch, as much as
// for some fifty events, and a write to the disk.
const batchInterval = 10 * time.Millisecond

// Pace spaces batches: what comes soon after one waits for more. The zero value is ready.
type Pace struct {
	last  time.Time // when the last batch was complete
	timer *time.Timer
}

// Until returns what is ready when the next batch is due; nil if it is due now.
func (p *Pace) Until() <-chan time.Time {
	left := batchInterval - time.Since(p.last)
	if left <= 0 {
		return nil
	}
	if p.timer == nil {
		p.timer = time.NewTimer(left)
	} else {
		p.timer.Reset(left)
	}
	return p.timer.C
}

// Complete is called when a batch is complete.
func (p *Pace) Complete() {
	if p.timer != nil {
		p.timer.Stop()
	}
	p.last = time.Now()
}
