package uplink

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// After any sequence of faults of connections and broker, every event is published in order or declared in a gap.
func TestNoEventIsLostByFaults(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			chaos(t, rand.New(rand.NewPCG(seed, 1)))
		})
	}
}

func chaos(t *testing.T, r *rand.Rand) {
	b := newBroker(t)
	proxy := newProxy(t, b.address)
	lanes := buffer.NewLanes([]int{20, 2000}[r.IntN(2)], 2000, 0)
	p, err := New(Options{Broker: "tcp://" + proxy.address(), Agent: "line1", Boot: "b1", Lanes: lanes, Heartbeat: time.Second,
		Status: func(bool) []byte { return []byte("{}") }})
	if err != nil {
		t.Fatal(err)
	}
	p.config.ackTimeout, p.config.writeTimeout = 400*time.Millisecond, 200*time.Millisecond
	defer start(t, p.Run)()
	total := uint64(0)
	for range 3 + r.IntN(4) {
		for range 1 + r.IntN(200) {
			a, r := audit(0), gauge(0)
			lanes.Append(&a)
			lanes.Append(&r)
			total++
		}
		switch r.IntN(5) {
		case 0:
			proxy.cut()
		case 1:
			proxy.stall()
		case 2:
			b.kill()
			b.start()
		case 3:
			time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
		}
	}
	log := b.until(func(log []message) bool {
		return slices.Contains(seqs(t, log, buffer.Audit), total) && slices.Contains(seqs(t, log, buffer.Readings), total)
	})
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings} {
		if err := accounted(t, log, lane, total); err != nil {
			t.Error(err)
		}
	}
}

// accounted returns an error for an event that is neither published nor in a gap, or is out of order.
func accounted(t testing.TB, log []message, lane buffer.Lane, total uint64) error {
	next := uint64(1)
	for _, m := range log {
		var g Gap
		if m.topic == "pychron/line1/gap" && g.UnmarshalJSON([]byte(m.payload)) == nil && g.Lane == lane && g.From <= next {
			next = max(next, g.To+1)
			continue
		}
		for _, seq := range seqs(t, []message{m}, lane) {
			if seq > next {
				return fmt.Errorf("%v %d came before %d", lane, seq, next)
			}
			next = max(next, seq+1)
		}
	}
	if next != total+1 {
		return fmt.Errorf("%v is complete up to %d, want %d", lane, next-1, total)
	}
	return nil
}
