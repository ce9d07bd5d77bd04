package uplink

import (
	"testing"

	"pychron-edge/buffer"
)

// A broker may acknowledge what was not even written yet: the memory of the message that was published last is not given out.
func TestMemoryOfTheLastMessageIsNotGivenOut(t *testing.T) {
	var p payloads
	var last []byte
	reused := map[*byte]bool{}
	for n := range 100 {
		b := append(p.take(), "payload"...)
		if n > 0 && &b[0] == &last[0] {
			t.Fatalf("message %d has the memory of the one before it", n)
		}
		reused[&b[0]] = true
		p.put(b)
		last = b
	}
	if len(reused) != 2 {
		t.Errorf("%d pieces of memory for messages one after the other, want 2", len(reused))
	}
	p.put(make([]byte, 0, 10*maxKeptPayload))
	for range 4 {
		if b := p.take(); cap(b) > maxKeptPayload {
			t.Errorf("%d bytes are kept, want at most %d", cap(b), maxKeptPayload)
		}
	}
}

// Sending readings one after the other takes no memory for their payloads.
func TestPayloadsOfReadingsTakeNoMemory(t *testing.T) {
	ring := buffer.NewRing(buffer.Readings, 64)
	c := newCursor(buffer.Readings, ring, "b1")
	names := newTopicNames(DefaultPrefix, "line1")
	e := buffer.Event{Kind: buffer.Reading, Type: buffer.Gauge, Metric: "pressure_pascals", Value: 1.2e-7, Device: "ion1", Point: "ig", Boot: "b1"}
	publish := func() {
		next := e
		ring.Append(&next)
		m, ok := c.take(names)
		if !ok {
			t.Fatal("no message")
		}
		c.acknowledge(&m)
	}
	publish()
	publish()
	if n := testing.AllocsPerRun(100, publish); n != 0 {
		t.Errorf("%g allocations a reading, want none", n)
	}
}
