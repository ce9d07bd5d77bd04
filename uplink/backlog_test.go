package uplink

import (
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// outage is an agent without a broker: its readings go through a ring of readings into a ring of blocks.
type outage struct {
	lanes  buffer.Lanes
	long   *block.Ring
	packer *block.Packer
	random *rand.Rand
	value  [10]float64
	up     time.Duration
}

func newOutage(readings, long int) *outage {
	o := &outage{lanes: buffer.NewLanes(16, readings, 16), long: block.NewRing(long), random: rand.New(rand.NewPCG(1, 2))}
	o.packer = block.NewPacker(o.lanes.Readings, o.long)
	for i := range o.value {
		o.value[i] = math.Pow10(i%4 - 7)
	}
	return o
}

// record records readings of ten gauges, 4.6 a second, each five digits with 1 % of noise.
func (o *outage) record(n int) {
	for i := range n {
		g := o.random.IntN(10)
		v := o.value[g] * (1 + 0.01*o.random.NormFloat64())
		o.up += time.Second/46*10 + time.Duration(o.random.IntN(400))*time.Microsecond
		e := gauge(math.Round(v/o.value[g]*1e4) / 1e4 * o.value[g])
		e.Device, e.Time, e.Up = fmt.Sprintf("gauge%d", g), e.Time.Add(o.up).UTC(), o.up.Truncate(time.Microsecond)
		e.Time, e.Labels = e.Time.Truncate(time.Microsecond), buffer.MakeLabels("device", e.Device, "channel", "ig")
		o.lanes.Append(&e)
		if i%16 == 15 || i == n-1 {
			o.packer.Pack()
		}
	}
}

func (o *outage) held(blocks bool) heldEvents {
	return heldEvents{lanes: o.lanes, long: o.long, blocks: func() bool { return blocks }, log: slog.New(slog.DiscardHandler)}
}

// taken is what the messages of an answer or a backlog were.
type taken struct {
	events map[uint64]buffer.Event
	blocks int
	single int
	gaps   []Gap
}

func takeAll(t *testing.T, take func(*topicNames) (outgoing, bool)) (all taken) {
	t.Helper()
	all.events = map[uint64]buffer.Event{}
	names := newTopicNames("pychron", "line1")
	for m, ok := take(names); ok; m, ok = take(names) {
		if len(m.payload) > maxBlock {
			t.Fatalf("a payload of %d bytes, want at most %d", len(m.payload), maxBlock)
		}
		got, err := DecodeUnder([]string{"pychron"}, m.topic, m.payload, false)
		if err != nil {
			t.Fatal(err)
		}
		switch got.Kind {
		case BlockMessage:
			all.blocks++
			for _, e := range got.Events {
				all.events[e.Seq] = e
			}
		case EventMessage:
			all.single++
			all.events[got.Event.Seq] = got.Event
		case GapMessage:
			all.gaps = append(all.gaps, got.Gap)
		}
		if m.backlog != nil {
			m.backlog.acknowledge()
		}
	}
	return all
}

// A day without a broker, of ten gauges with 4.6 events a second, loses nothing in 4 MiB.
func TestOutageOfADayLosesNothing(t *testing.T) {
	t.Parallel()
	const day = 24 * 3600 * 46 / 10
	o := newOutage(buffer.DefaultReadings, 4<<20)
	c := newCursor(buffer.Readings, o.lanes.Readings, "b1")
	b := &backlog{held: o.held(true), ended: c.settle}
	c.backlog = b
	o.record(day)
	names := newTopicNames("pychron", "line1")
	live := takeLive(c, names)
	if c.through.Load() != 0 || b.waiting.Load() != uint64(day-len(live)) || c.lag() != b.waiting.Load() {
		t.Errorf("before the backlog is sent: through %d, %d wait, lag %d; want 0 and all that is not live", c.through.Load(), b.waiting.Load(), c.lag())
	}
	all := takeAll(t, func(n *topicNames) (outgoing, bool) { return b.take(n, time.Now) })
	for seq := range live {
		all.events[seq] = buffer.Event{}
	}
	if len(all.events) != day || len(all.gaps) > 0 || all.blocks == 0 || c.through.Load() != day || c.lag() != 0 {
		t.Errorf("%d events of %d, %d blocks, gaps %v, through %d, lag %d; want all and no gap", len(all.events), day, all.blocks, all.gaps, c.through.Load(), c.lag())
	}
}

// takeLive takes and acknowledges all that a cursor has, and returns the numbers.
func takeLive(c *cursor, names *topicNames) map[uint64]bool {
	seqs := map[uint64]bool{}
	for m, ok := c.take(names); ok; m, ok = c.take(names) {
		if m.row == readingTopic {
			seqs[m.id.Seq] = true
		}
		c.acknowledge(&m)
	}
	return seqs
}

// A viewer that does not know blocks gets the same as single events.
func TestBacklogForAViewerThatDoesNotKnowBlocks(t *testing.T) {
	t.Parallel()
	o := newOutage(1024, 1<<20)
	o.record(3000)
	for _, blocks := range []bool{true, false} {
		all := takeAll(t, newAnswer(Gap{buffer.Readings, "b1", 5, 2950}, o.held(blocks)).take)
		for seq := uint64(5); seq <= 2950; seq++ {
			if e := all.events[seq]; e.Seq != seq || e.Source != "line1" {
				t.Fatalf("blocks %t: seq %d is missing", blocks, seq)
			}
		}
		if len(all.gaps) > 0 || (all.blocks > 0) != blocks || !blocks && all.single != 2946 {
			t.Errorf("blocks %t: %d blocks, %d single events, gaps %v; want all, without a gap", blocks, all.blocks, all.single, all.gaps)
		}
	}
}

// What the ring of blocks has forgotten is a gap, and only that.
func TestGapOnlyBeyondTheLongRing(t *testing.T) {
	t.Parallel()
	o := newOutage(1024, block.MinRing)
	o.record(30_000)
	for _, to := range []uint64{30_000, 0} {
		all := takeAll(t, newAnswer(Gap{buffer.Readings, "b1", 1, to}, o.held(true)).take)
		if len(all.gaps) == 0 || len(all.gaps) > maxGaps {
			t.Fatalf("gaps %v, want 1 to %d", all.gaps, maxGaps)
		}
		lost := func(seq uint64) bool {
			for _, g := range all.gaps {
				if seq >= g.From && seq <= g.To {
					return true
				}
			}
			return false
		}
		for seq := uint64(1); seq <= 30_000; seq++ {
			if _, here := all.events[seq]; !here && !lost(seq) {
				t.Fatalf("seq %d neither came nor is lost", seq)
			}
		}
		if s := o.long.Stats(); uint64(len(all.events)) < s.Readings || lost(30_000) {
			t.Errorf("%d events came, want all of the %d in blocks, and the newest", len(all.events), s.Readings)
		}
	}
	few := takeAll(t, newAnswer(Gap{buffer.Readings, "b1", 29_000, 29_002}, o.held(true)).take)
	if few.blocks > 0 || few.single != 3 || len(few.gaps) > 0 {
		t.Errorf("three events: %d blocks, %d single, gaps %v; want three single events", few.blocks, few.single, few.gaps)
	}
	for _, g := range []Gap{{buffer.Readings, "b0", 1, 9}, {buffer.Readings, "b0", 1, 0}, {buffer.Readings, "b1", 40_000, 1 << 52}} {
		if all := takeAll(t, newAnswer(g, o.held(true)).take); len(all.events) > 0 || len(all.gaps) != 1 || all.gaps[0] != g {
			t.Errorf("request %+v: %d events, gaps %v; want that gap", g, len(all.events), all.gaps)
		}
	}
}

// Through a broker: what is new comes first, the backlog as blocks when a viewer has said that it reads them; a request for it is not answered twice.
func TestBacklogAfterAnOutage(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.kill()
	o := newOutage(1024, 1<<20)
	p := run(t, b.url(), func(options *Options) { options.Lanes, options.Long = o.lanes, o.long })
	o.record(4000)
	b.start()
	b.untilTopic("pychron/line1/readings/"+newest(o)+"/ig", 1)
	if n := len(on(b.seen(), "pychron/line1/blocks")); n != 0 {
		t.Errorf("%d blocks before a viewer has said that it reads them", n)
	}
	b.publish("pychron/line1/resend", `{"lane":"readings","boot":"b1","from":100,"to":2900}`, false)
	b.publish("pychron/line1/received", `{"viewer":"lab","boot":"b1","lane":"readings","through":0,"formats":["event","block"]}`, false)
	var seen map[uint64]int
	log := b.until(func(log []message) bool {
		seen = arrivedSeqs(t, log)
		return len(seen) == 4000
	})
	sent := map[string]bool{} // a block may hold what also came alone, but comes once itself
	for _, m := range on(log, "pychron/line1/blocks") {
		if sent[m.payload] {
			t.Fatal("a block came twice, although it was only requested again")
		}
		sent[m.payload] = true
	}
	if len(sent) == 0 {
		t.Error("no block came")
	}
	if gaps := on(log, "pychron/line1/gap"); len(gaps) > 0 {
		t.Errorf("gaps %v, want none", gaps)
	}
	for p.State().Lag[buffer.Readings] > 0 || p.State().Through[buffer.Readings] != 4000 {
		time.Sleep(time.Millisecond) // the last acknowledgement
	}
}

// newest is the device of the newest reading.
func newest(o *outage) string {
	events, _ := o.lanes.Readings.Since(make([]buffer.Event, 0, 1), o.lanes.Readings.Stats().Position-1)
	return events[0].Device
}

// arrivedSeqs is how often each reading came, in whichever form.
func arrivedSeqs(t *testing.T, log []message) map[uint64]int {
	t.Helper()
	seen := map[uint64]int{}
	for _, m := range log {
		if !strings.Contains(m.topic, "/readings/") && !strings.HasSuffix(m.topic, "/blocks") {
			continue
		}
		got, err := DecodeUnder([]string{"pychron"}, m.topic, []byte(m.payload), false)
		if err != nil {
			t.Fatal(err)
		}
		if got.Kind == EventMessage {
			got.Events = []buffer.Event{got.Event}
		}
		for _, e := range got.Events {
			seen[e.Seq]++
		}
	}
	return seen
}

func TestBlockThatNoAgentSends(t *testing.T) {
	t.Parallel()
	good := gauge(1)
	good.Lane, good.Seq = buffer.Readings, 7
	pack := func(change func(*buffer.Event)) []byte {
		e := good
		change(&e)
		var a block.Appender
		a.Append(&e)
		return a.AppendBlock(nil)
	}
	if m, err := DecodeUnder([]string{"pychron"}, "pychron/line1/blocks", pack(func(*buffer.Event) {}), false); err != nil || len(m.Events) != 1 || m.Events[0].Seq != 7 {
		t.Fatalf("Decode = %+v, %v, want the event", m, err)
	}
	for name, payload := range map[string][]byte{
		"empty":         {},
		"not a block":   []byte(`{"seq":7}`),
		"cut off":       pack(func(*buffer.Event) {})[:60],
		"other agent":   pack(func(e *buffer.Event) { e.Source = "line2" }),
		"other lane":    pack(func(e *buffer.Event) { e.Lane = buffer.Audit }),
		"no number":     pack(func(e *buffer.Event) { e.Seq = 0 }),
		"no boot":       pack(func(e *buffer.Event) { e.Boot = "" }),
		"great number":  pack(func(e *buffer.Event) { e.Seq = MaxSeq + 1 }),
		"control texts": pack(func(e *buffer.Event) { e.Device = "a\nb" }),
		"too long":      make([]byte, maxBlock+1),
	} {
		if _, err := DecodeUnder([]string{"pychron"}, "pychron/line1/blocks", payload, false); err == nil {
			t.Errorf("%s: it is read, want an error", name)
		}
	}
	if _, err := DecodeUnder([]string{"pychron"}, "pychron/line1/blocks", pack(func(*buffer.Event) {}), true); err == nil {
		t.Error("retained: it is read, want an error")
	}
}
