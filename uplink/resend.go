package uplink

import (
	"context"
	"log/slog"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// findTimeout is how long the journal may take for one batch.
const findTimeout = 5 * time.Second

// heldEvents is where events are read again: the rings, the journal of the audit lane (find; nil = none, see Options.Find) and the ring of blocks
// of older readings (long; nil = none). blocks reports whether blocks may be sent.
type heldEvents struct {
	lanes  buffer.Lanes
	find   func(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error
	long   *block.Ring
	blocks func() bool
	log    *slog.Logger
}

// answer is the messages that answer one request.
type answer interface {
	take(names *topicNames) (outgoing, bool)
}

func newAnswer(g Gap, held heldEvents) answer {
	if g.Lane == buffer.Readings && held.long != nil {
		return newLongResend(g, held)
	}
	return newResend(g, held)
}

// resend is the answer to one request: events that are still held are sent again unchanged, the others are declared as gaps.
type resend struct {
	requested   Gap
	held        heldEvents
	next        uint64         // Seq to answer next
	batch       []buffer.Event // read, to be sent
	at          int            // index in batch of the event to send next
	ringAt      uint64         // position in the ring to read on from
	journalDone bool           // the journal has no more
	ringDone    bool           // the ring has no more
}

func newResend(g Gap, held heldEvents) *resend {
	return &resend{requested: g, held: held, next: g.From, ringAt: held.lanes.Of(g.Lane).Stats().Overwritten}
}

// take returns the next message of this answer, false when it is complete.
func (r *resend) take(names *topicNames) (outgoing, bool) {
	for r.at == len(r.batch) && !r.ringDone {
		r.read()
	}
	if r.at < len(r.batch) {
		e := &r.batch[r.at]
		if e.Seq > r.next {
			return r.gap(names, e.Seq-1), true
		}
		r.at++
		r.next = e.Seq + 1
		row, topic := names.event(e)
		return outgoing{row: row, topic: topic, payload: buffer.AppendJSON(nil, e), part: partOther}, true
	}
	if r.requested.To >= r.next || r.requested.To == 0 && r.next == r.requested.From {
		return r.gap(names, r.requested.To), true
	}
	return outgoing{}, false
}

// gap declares the events from next to to, which are not held any more.
func (r *resend) gap(names *topicNames, to uint64) outgoing {
	g := Gap{r.requested.Lane, r.requested.Boot, r.next, to}
	if r.next = to + 1; to == 0 {
		r.next = math.MaxUint64
	}
	return outgoing{row: gapTopic, topic: names.of(gapTopic), payload: g.payload(), part: partOther}
}

// read reads the next batch: first from the journal, which holds what is older than the ring, then from the ring.
func (r *resend) read() {
	r.batch, r.at = r.batch[:0], 0
	if r.requested.Lane == buffer.Audit && r.held.find != nil && !r.journalDone {
		r.readJournal()
		if len(r.batch) > 0 {
			return
		}
		r.journalDone = true
	}
	events, last := r.held.lanes.Of(r.requested.Lane).Since(make([]buffer.Event, 0, 2*MaxInFlight), r.ringAt)
	r.ringAt, r.ringDone = last, len(events) == 0
	for _, e := range events {
		if e.Boot == r.requested.Boot && e.Seq >= r.next && (e.Seq <= r.requested.To || r.requested.To == 0) {
			r.batch = append(r.batch, e)
		}
	}
}

func (r *resend) readJournal() {
	ctx, cancel := context.WithTimeout(context.Background(), findTimeout)
	defer cancel()
	to := r.requested.To
	if to == 0 {
		to = math.MaxUint64
	}
	err := r.held.find(ctx, r.requested.Boot, r.next, to, func(e *buffer.Event) bool {
		r.batch = append(r.batch, *e)
		return len(r.batch) < 16*MaxInFlight
	})
	if err != nil {
		r.held.log.Warn("reading the journal for a resend", "error", err)
	}
}
