package uplink

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
)

const (
	behindTime   = 30 * time.Second // a viewer that has less than was acknowledged, and gets nothing, for so long is an error
	receiptLife  = 2 * time.Minute  // a viewer that says nothing for so long is gone
	maxReceipts  = 64               // viewers and lanes together
	maxSendAgain = 10 * time.Minute // between two times that what did not arrive is sent again; from behindTime on, each twice as long
)

// delivery compares what the broker has acknowledged with what viewers say that they received: a broker may acknowledge a message and
// drop it, by its rights or its limits. Its methods may be called from any goroutine.
type delivery struct {
	boot  string
	acked func(buffer.Lane) uint64 // Seq of this boot up to which the broker has acknowledged all
	now   func() time.Time
	log   *slog.Logger
	wake  func() // called when something is to be sent again

	mu       sync.Mutex
	receipts map[receiptKey]*receipt
	again    map[buffer.Lane]uint64 // what is to be sent again: all after these numbers
}

type receiptKey struct {
	viewer string
	lane   buffer.Lane
}

func (k receiptKey) compare(other receiptKey) int {
	return cmp.Or(cmp.Compare(k.viewer, other.viewer), cmp.Compare(k.lane, other.lane))
}

// receipt is what one viewer has of one lane.
type receipt struct {
	through     uint64
	acked       uint64    // acknowledged when the message came, or earlier: the viewer should have it by the next message
	at          time.Time // when the message came
	behindSince time.Time // zero: the viewer has what it should have
	logged      bool
	sendAgainAt time.Time     // when what it does not have is to be sent again
	delay       time.Duration // from one time to the next
}

// receive takes a viewer's message.
func (d *delivery) receive(payload []byte, retained bool) {
	r, err := parseReceived(payload)
	if err == nil && retained {
		err = errors.New("it must not be retained")
	}
	if err != nil {
		d.log.Warn("a viewer's account of what it received is refused", "error", err)
		return
	}
	if r.Boot != d.boot {
		return
	}
	if why := d.update(r, d.acked(r.Lane), d.now()); why != nil {
		d.log.Warn("what the broker acknowledges does not arrive", "error", why)
	}
	if d.due() {
		d.wake()
	}
}

// update records a message. It returns an error once when the viewer has been behind for behindTime.
func (d *delivery) update(r Received, acked uint64, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.receipts, func(_ receiptKey, old *receipt) bool { return now.Sub(old.at) > receiptLife })
	k := receiptKey{r.Viewer, r.Lane}
	old := d.receipts[k]
	if old == nil {
		if len(d.receipts) < maxReceipts {
			d.receipts[k] = &receipt{through: r.Through, acked: acked, at: now}
		}
		return nil
	}
	switch {
	case r.Through >= old.acked:
		old.behindSince, old.logged = time.Time{}, false
	case r.Through > old.through || old.behindSince.IsZero():
		old.behindSince, old.delay, old.sendAgainAt = now, behindTime, now.Add(behindTime)
	}
	old.through, old.acked, old.at = r.Through, max(acked, old.acked), now
	why := old.err(k, now)
	if why != nil && !now.Before(old.sendAgainAt) {
		d.sendAgain(r)
		old.delay = min(2*old.delay, maxSendAgain)
		old.sendAgainAt = now.Add(old.delay)
	}
	if why == nil || old.logged {
		return nil
	}
	old.logged = true
	return why
}

// sendAgain notes that what a viewer does not have is to be sent again. The caller holds mu.
func (d *delivery) sendAgain(r Received) {
	if d.again == nil {
		d.again = map[buffer.Lane]uint64{}
	}
	if after, ok := d.again[r.Lane]; !ok || r.Through < after {
		d.again[r.Lane] = r.Through
	}
}

// due reports whether something is to be sent again.
func (d *delivery) due() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.again) > 0
}

// takeAgain returns after which numbers all is to be sent again, by lane, and forgets them.
func (d *delivery) takeAgain() map[buffer.Lane]uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	again := d.again
	d.again = nil
	return again
}

// err says what a viewer does not receive, nil if there is nothing.
func (r *receipt) err(k receiptKey, now time.Time) error {
	if r.behindSince.IsZero() || now.Sub(r.behindSince) < behindTime || now.Sub(r.at) > receiptLife {
		return nil
	}
	return fmt.Errorf("viewer %s has %s to %d of the %d that the broker acknowledged; the broker's rights (ACL) or limits may drop them", k.viewer, k.lane, r.through, r.acked)
}

// err says what viewers do not receive, nil if there is nothing or no viewer says.
func (d *delivery) err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range slices.SortedFunc(maps.Keys(d.receipts), receiptKey.compare) {
		if err := d.receipts[k].err(k, d.now()); err != nil {
			return err
		}
	}
	return nil
}
