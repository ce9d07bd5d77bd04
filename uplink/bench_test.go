package uplink

import (
	"context"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// BenchmarkFlood publishes readings as fast as possible, in-flight window 16, QoS 1, to a broker in the same process. events/s counts.
func BenchmarkFlood(b *testing.B) {
	broker := newBroker(b)
	p := run(b, broker.url(), nil)
	broker.untilTopic("pychron/line1/status", 1)
	broker.quiet.Store(true)
	b.ReportAllocs()
	b.ResetTimer()
	begun := time.Now()
	for i := range b.N {
		r := gauge(float64(i))
		p.lanes.Append(&r)
		for i%1000 == 999 && p.cursors[2].lag() > 8000 {
			time.Sleep(50 * time.Microsecond)
		}
	}
	for p.cursors[2].lag() > 0 {
		time.Sleep(50 * time.Microsecond)
	}
	b.ReportMetric(float64(b.N)/time.Since(begun).Seconds(), "events/s")
	if gaps := p.State().Gaps[buffer.Readings]; gaps != 0 {
		b.Fatalf("%d events lost", gaps)
	}
}

// BenchmarkLatency measures the time from Append to the handler of a subscriber, one event at a time.
func BenchmarkLatency(b *testing.B) {
	broker := newBroker(b)
	p := run(b, broker.url(), nil)
	broker.untilTopic("pychron/line1/status", 1)
	broker.quiet.Store(true)
	came := make(chan time.Time, 1)
	sub, err := NewSubscriber(SubscriberOptions{Broker: broker.url(), ClientID: "viewer", Handle: func(_ context.Context, batch []Message) error {
		for _, m := range batch {
			if m.Kind == EventMessage {
				came <- time.Now()
			}
		}
		return nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	defer start(b, sub.Run)()
	connected(sub)
	var took []time.Duration
	for b.Loop() {
		r := gauge(1)
		begun := time.Now()
		p.lanes.Append(&r)
		took = append(took, (<-came).Sub(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}

// BenchmarkDecode is the cost of each event in a viewer before it is stored.
func BenchmarkDecode(b *testing.B) {
	e := gauge(1.2e-7)
	e.Lane, e.Seq = buffer.Readings, 1841
	data := buffer.AppendJSON(nil, &e)
	b.ReportAllocs()
	d, m := Decoder{new(buffer.Texts)}, new(Message)
	for b.Loop() {
		if err := d.Decode(m, []string{"pychron"}, "pychron/line1/readings/ion1/ig", data, false); err != nil {
			b.Fatal(err)
		}
	}
}
