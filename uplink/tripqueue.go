package uplink

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

const (
	maxTrips     = 16 // that wait to be sent; the oldest is dropped for a new one
	maxTripTries = 5  // connections that ended while a trip was in flight, before it is left out
)

// tripQueue is what was frozen around trips and is not acknowledged yet. It outlives connections.
type tripQueue struct {
	wake func()
	log  *slog.Logger

	mu      sync.Mutex
	waiting []*queuedTrip
}

// queuedTrip is one payload, and how many connections ended at it.
type queuedTrip struct {
	payload []byte
	tries   int
}

// tripPayload is the payload of the topic trips: the compressed JSON of one trip.
type tripPayload struct {
	Packed []byte `json:"gzip"`
}

func (q *tripQueue) add(packed []byte) {
	data, _ := json.Marshal(tripPayload{packed}) // bytes are base64
	q.mu.Lock()
	if len(q.waiting) >= maxTrips {
		q.log.Warn("what was around a trip is not published: too many wait", "waiting", len(q.waiting))
		q.waiting = q.waiting[1:]
	}
	q.waiting = append(q.waiting, &queuedTrip{payload: data})
	q.mu.Unlock()
	q.wake()
}

// take returns the next to send.
func (q *tripQueue) take(names *topicNames) (outgoing, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return outgoing{}, false
	}
	t := q.waiting[0]
	q.waiting = q.waiting[1:]
	return outgoing{row: tripTopic, topic: names.of(tripTopic), payload: t.payload, part: partTrip, trip: t}, true
}

// requeue puts trips back, in front: they were in flight when the connection was lost. One at which the connection ended again and again is
// left out, for it may be why.
func (q *tripQueue) requeue(unsent []*queuedTrip) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var again []*queuedTrip
	for _, t := range unsent {
		if t.tries++; t.tries < maxTripTries {
			again = append(again, t)
			continue
		}
		q.log.Warn("what was around a trip is left out: the connection ended at it again and again", "bytes", len(t.payload), "tries", t.tries)
	}
	q.waiting = append(again, q.waiting...)
}

// decodeTrip leaves the compressed JSON in the payload.
func decodeTrip(_ *Decoder, m *Message, _ string, payload []byte) error {
	var t tripPayload
	if err := json.Unmarshal(payload, &t); err != nil {
		return fmt.Errorf("trip: %w", err)
	}
	if len(t.Packed) == 0 {
		return errors.New("trip: gzip is empty; it must be compressed JSON")
	}
	m.Payload = t.Packed
	return nil
}
