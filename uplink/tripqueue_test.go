package uplink

import (
	"log/slog"
	"strings"
	"testing"
)

// What waits is published once there is a broker, and once only, also where it was added while there was none.
func TestTripsWaitForTheBroker(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	b.untilTopic("pychron/line1/status", 1)
	b.kill()
	p.PublishTrip([]byte("first"))
	p.PublishTrip([]byte("second"))
	b.start()
	log := b.until(func(log []message) bool { return len(on(log, "pychron/line1/trips")) >= 2 })
	sent := on(log, "pychron/line1/trips")
	for i, want := range []string{"first", "second"} {
		m, err := DecodeUnder([]string{"pychron"}, sent[i].topic, []byte(sent[i].payload), sent[i].retained)
		if err != nil || m.Kind != TripMessage || string(m.Payload) != want || sent[i].retained {
			t.Errorf("trip %d = %+v, %v; want %s, not retained", i, m, err, want)
		}
	}
}

func TestTripIsSentBeforeTheEnd(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	one := audit(1)
	p.lanes.Append(&one)
	b.untilTopic("pychron/line1/audit", 1) // it sends
	p.PublishTrip([]byte("last"))
	p.stop()
	log := b.seen()
	if n := len(on(log, "pychron/line1/trips")); n != 1 {
		t.Errorf("%d trips published, want the one from just before the end", n)
	}
}

func TestTripQueue(t *testing.T) {
	q := &tripQueue{wake: func() {}, log: slog.New(slog.DiscardHandler)}
	names := newTopicNames("pychron", "line1")
	for i := range maxTrips + 2 {
		q.add([]byte{byte(i)})
	}
	var all []*queuedTrip
	for m, ok := q.take(names); ok; m, ok = q.take(names) {
		all = append(all, m.trip)
	}
	if len(all) != maxTrips || !strings.Contains(string(all[0].payload), "Ag==") {
		t.Fatalf("%d wait, the first is %s; want the newest %d", len(all), all[0].payload, maxTrips)
	}
	for range maxTripTries - 1 {
		q.requeue(all[:1])
		m, ok := q.take(names)
		if !ok || m.trip != all[0] {
			t.Fatal("a trip that was in flight when the connection ended is lost")
		}
	}
	if q.requeue(all[:1]); len(q.waiting) != 0 {
		t.Errorf("a trip at which %d connections ended is sent again", maxTripTries)
	}
}
