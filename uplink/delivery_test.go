package uplink

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// testDelivery is a delivery at a time and with acknowledgements that a test sets.
type testDelivery struct {
	*delivery
	at    time.Time
	acked uint64
}

func newTestDelivery() *testDelivery {
	a := &testDelivery{at: time.Unix(1_790_000_000, 0)}
	a.delivery = &delivery{boot: "b1", acked: func(buffer.Lane) uint64 { return a.acked }, now: func() time.Time { return a.at },
		log: slog.New(slog.DiscardHandler), wake: func() {}, readers: map[string]reader{}, receipts: map[receiptKey]*receipt{}}
	return a
}

// says has a viewer say every 10 s, for d, that it has up to through.
func (a *testDelivery) report(viewer string, d time.Duration, through func() uint64) {
	for end := a.at.Add(d); a.at.Before(end); a.at = a.at.Add(10 * time.Second) {
		a.receive(Received{Viewer: viewer, Boot: "b1", Lane: buffer.Readings, Through: through()}.payload(), false)
	}
}

// A broker with a wrong ACL acknowledges and drops: the agent hears of it within a minute.
func TestAcknowledgedAndNotDeliveredIsAnError(t *testing.T) {
	a := newTestDelivery()
	a.acked = 100
	a.report("lab", 60*time.Second, func() uint64 { return 0 })
	if err := a.err(); err == nil || !strings.Contains(err.Error(), "viewer lab has readings to 0 of the 100") {
		t.Errorf("err = %v, want the viewer, the lane and the numbers", err)
	}
	a.report("lab", 10*time.Second, func() uint64 { return 100 })
	if err := a.err(); err != nil {
		t.Errorf("err = %v once all arrived, want nil", err)
	}
}

func TestViewerThatFollowsIsNoError(t *testing.T) {
	a := newTestDelivery()
	a.report("lab", 5*time.Minute, func() uint64 { a.acked += 50; return a.acked - 10 }) // some are always under way
	if err := a.err(); err != nil {
		t.Errorf("err = %v of a viewer that follows, want nil", err)
	}
	a.acked += 100000
	through := a.acked - 100000
	a.report("lab", 2*time.Minute, func() uint64 { through += 50; return through }) // a resend takes its time
	if err := a.err(); err != nil {
		t.Errorf("err = %v of a viewer that receives a resend, want nil", err)
	}
	a.report("lab", time.Minute, func() uint64 { return through })
	if a.err() == nil {
		t.Error("err = nil of a viewer that is stuck, want an error")
	}
	if a.at = a.at.Add(receiptLife + time.Second); a.err() != nil {
		t.Errorf("err = %v of a viewer that is gone, want nil", a.err())
	}
}

func TestHostileReceiptsAreRefused(t *testing.T) {
	a := newTestDelivery()
	for _, payload := range []string{`{`, `{"viewer":"","boot":"b1","lane":"audit","through":1}`, `{"viewer":"v","boot":"b1","lane":"fast","through":1}`,
		`{"viewer":"v","boot":"b1","lane":"audit","through":9007199254740992}`, `{"viewer":"v","boot":"b1","lane":"audit","through":-1}`,
		`{"viewer":"v","viewer":"w","boot":"b1","lane":"audit","through":1}`, `{"viewer":"v","boot":"other","lane":"audit","through":1}`} {
		a.receive([]byte(payload), false)
	}
	a.receive(Received{Viewer: "v", Boot: "b1", Lane: buffer.Audit}.payload(), true)
	if len(a.receipts) != 0 {
		t.Errorf("receipts %+v, want none", a.receipts)
	}
	for i := range 3 * maxReceipts {
		a.receive(Received{Viewer: fmt.Sprint(i), Boot: "b1", Lane: buffer.Audit}.payload(), false)
	}
	if len(a.receipts) != maxReceipts {
		t.Errorf("%d receipts, want %d", len(a.receipts), maxReceipts)
	}
}

func TestReceiptReachesTheAgent(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	p := run(t, b.url(), nil)
	for !p.State().Connected { // its status comes before it has subscribed, and what is said to it in between is lost
		time.Sleep(time.Millisecond)
	}
	sub, _ := subscribe(t, b.url(), newStore())
	r := Received{Viewer: "lab", Boot: "b1", Lane: buffer.Readings, Through: 7, Formats: []string{"event"}}
	if err := connected(sub).Received("pychron", "line1", r); err != nil {
		t.Fatal(err)
	}
	for {
		p.delivery.mu.Lock()
		got := p.delivery.receipts[receiptKey{"lab", buffer.Readings}]
		p.delivery.mu.Unlock()
		if got != nil {
			if got.through != 7 {
				t.Errorf("through = %d, want 7", got.through)
			}
			return
		}
		time.Sleep(time.Millisecond)
	}
}
