package uplink

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// What a viewer does not have although the broker acknowledged it is sent again, and counted once.
func TestWhatDidNotArriveIsSentAgain(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	var seconds atomic.Int64
	p := run(t, b.url(), func(o *Options) {
		o.Now = func() time.Time { return time.Unix(1_790_000_000+seconds.Load(), 0) }
	})
	for range 5 {
		e := gauge(1)
		p.lanes.Append(&e)
	}
	b.until(func(log []message) bool { return len(seqs(t, log, buffer.Readings)) == 5 })
	for p.State().Published[buffer.Readings] != 5 {
		time.Sleep(time.Millisecond)
	}
	for range 6 { // a minute
		p.delivery.receive(Received{Viewer: "lab", Boot: "b1", Lane: buffer.Readings, Through: 2}.payload(), false)
		seconds.Add(10)
	}
	log := b.until(func(log []message) bool { return len(seqs(t, log, buffer.Readings)) == 8 })
	if got := seqs(t, log, buffer.Readings); !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 3, 4, 5}) {
		t.Errorf("published %v, want 3 to 5 a second time", got)
	}
	for p.State().Lag[buffer.Readings] != 0 {
		time.Sleep(time.Millisecond)
	}
	if s := p.State(); s.Published[buffer.Readings] != 5 || s.Through[buffer.Readings] != 5 || s.Err == nil {
		t.Errorf("State = %+v, want 5 published, and still that they do not arrive", s)
	}
}

func TestSendingAgainGoesAsFarAsTheRing(t *testing.T) {
	ring := buffer.NewRing(buffer.Readings, 4)
	c := newCursor(buffer.Readings, ring, "b1")
	names := newTopicNames("pychron", "line1")
	send := func() (n int) {
		for m, ok := c.take(names); ok; m, ok = c.take(names) {
			if m.part == partGap {
				t.Errorf("declared lost: %s, want nothing", m.payload)
			}
			c.acknowledge(&m)
			n++
		}
		return n
	}
	for range 10 {
		e := gauge(1)
		ring.Append(&e)
		send()
	}
	for after, want := range map[uint64]int{10: 0, 11: 0, 8: 2, 6: 4, 1: 4, 0: 4} {
		c.sendAgain(after)
		if lag := c.lag(); lag != uint64(want) {
			t.Errorf("after %d: lag %d, want %d: what does not arrive is not counted as sent", after, lag, want)
		}
		if n := send(); n != want || c.published.Load() != 10 || c.through.Load() != 10 {
			t.Errorf("after %d: %d sent again, %d published, through %d; want %d, 10, 10", after, n, c.published.Load(), c.through.Load(), want)
		}
	}
}

// A viewer that is stuck for good costs less and less.
func TestSendingAgainSlowsDown(t *testing.T) {
	a := newTestDelivery()
	a.acked = 100
	times := 0
	a.wake = func() {
		times++
		a.takeAgain()
	}
	a.report("lab", time.Hour, func() uint64 { return 7 })
	if times < 8 || times > 12 {
		t.Errorf("sent again %d times in an hour, want about 10", times)
	}
	before := times
	through := uint64(7)
	a.report("lab", 10*time.Minute, func() uint64 { through++; return through })
	if times != before {
		t.Errorf("sent again %d times to a viewer that receives, want none", times-before)
	}
}
