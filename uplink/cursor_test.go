package uplink

import (
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// What an earlier start had acknowledged is not sent again.
func TestAcknowledgedEventsOfEarlierStartsAreNotSentAgain(t *testing.T) {
	for _, c := range []struct {
		after EventID
		want  int
	}{{EventID{"b0", 3}, 2}, {EventID{"b0", 5}, 0}, {EventID{"b0", 9}, 5}, {EventID{"b9", 3}, 5}, {EventID{}, 5}} {
		ring := buffer.NewRing(buffer.Audit, 10)
		for seq := range uint64(5) {
			e := audit(0)
			e.Boot, e.Lane, e.Seq = "b0", buffer.Audit, seq+1
			ring.Append(&e)
		}
		p, err := New(Options{Broker: "tcp://b:1883", Agent: "line1", Boot: "b1", Lanes: buffer.Lanes{Audit: ring, Readings: ring, Ingest: ring},
			Status: func(bool) []byte { return nil }, Acknowledged: c.after})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for m, ok := p.cursors[0].take(p.names); ok; m, ok = p.cursors[0].take(p.names) {
			p.cursors[0].acknowledge(&m)
			n++
		}
		if n != c.want {
			t.Errorf("after %v: %d sent, want %d", c.after, n, c.want)
		}
		if got := p.Acknowledged(); got != (EventID{"b0", 5}) {
			t.Errorf("after %v: acknowledged %v, want b0 5", c.after, got)
		}
	}
}

// Events that a journal put into the ring before there was a publisher are sent; those overwritten before are not declared lost.
func TestRestoredEventsAreSentAndNotDeclaredLost(t *testing.T) {
	ring := buffer.NewRing(buffer.Audit, 4)
	for seq := range uint64(10) {
		e := audit(0)
		e.Boot, e.Lane, e.Seq, e.Kind, e.Device, e.Point, e.Metric = "b0", buffer.Audit, seq+1, buffer.State, "V1", "open", "valve_is_open"
		ring.Append(&e)
	}
	c := newCursor(buffer.Audit, ring, "b1")
	own := audit(0)
	ring.Append(&own)
	names := newTopicNames("pychron", "line1")
	var got []string
	for m, ok := c.take(names); ok; m, ok = c.take(names) {
		if m.topic != "pychron/line1/audit" {
			got = append(got, strings.TrimPrefix(m.topic, "pychron/line1/")+" "+string(m.payload))
			continue
		}
		var e buffer.Event
		if err := buffer.ParseJSON(m.payload, &e); err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Boot)
	}
	const want = `gap {"lane":"audit","boot":"b0","from":7,"to":7}, b0, b0, b0, b1`
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("sent %s, want %s: only what was overwritten since, and no old states", s, want)
	}
}
