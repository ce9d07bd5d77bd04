package uplink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// maxIngest is how many messages of events may wait to be taken; further ones are refused.
const maxIngest = 16

// errRetained refuses what the broker would bring again at every connection.
var errRetained = errors.New("a message of events must not be retained")

// ingestQueue takes events of other programs from the broker, one message after the other.
type ingestQueue struct {
	take     func(body []byte) error
	refused  func(error) // nil: only logged
	log      *slog.Logger
	received chan []byte
}

// newIngestQueue returns nil if o accepts no events.
func newIngestQueue(o *Options) *ingestQueue {
	if o.Ingest == nil {
		return nil
	}
	return &ingestQueue{take: o.Ingest, refused: o.Refused, log: o.Log, received: make(chan []byte, maxIngest)}
}

// receive queues a message. It never blocks: the connection would stop.
func (q *ingestQueue) receive(payload []byte, retained bool) {
	if retained {
		q.refuse(errRetained)
		return
	}
	select {
	case q.received <- payload:
	default:
		q.refuse(fmt.Errorf("%d messages of events wait already; must be fewer at once", maxIngest))
	}
}

// run takes messages until ctx is done.
func (q *ingestQueue) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case body := <-q.received:
			if err := q.take(body); err != nil {
				q.refuse(err)
			}
		}
	}
}

func (q *ingestQueue) refuse(err error) {
	q.log.Warn("a message of events is refused", "error", err)
	if q.refused != nil {
		q.refused(err)
	}
}
