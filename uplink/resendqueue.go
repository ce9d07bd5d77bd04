package uplink

import (
	"errors"
)

// maxResends is how many requests may wait, and how many may be answered at once. Further ones are dropped: the viewer repeats them.
const maxResends = 16

// resendQueue takes requests of viewers to send events again, and answers them in order. receive may be called from any goroutine;
// all else is for the one that sends.
type resendQueue struct {
	held     heldEvents
	wake     func() // called when a request waits
	received chan Gap
	answers  []answer
	backlog  *backlog // nil: there is none
}

func newResendQueue(held heldEvents, wake func()) *resendQueue {
	return &resendQueue{held: held, wake: wake, received: make(chan Gap, maxResends)}
}

// receive queues a request. It never blocks: the connection would stop.
func (q *resendQueue) receive(payload []byte, retained bool) {
	var g Gap
	err := strict(payload, &g)
	if err == nil && retained {
		err = errors.New("it must not be retained")
	}
	if err != nil {
		q.held.log.Warn("a resend request is refused", "error", err)
		return
	}
	select {
	case q.received <- g:
		q.wake()
	default:
		q.held.log.Warn("too many resend requests: one is dropped")
	}
}

// add queues events that were overwritten before they were sent, and reports whether there was room.
func (q *resendQueue) add(g Gap) bool {
	if len(q.answers) >= maxResends {
		return false
	}
	q.answers = append(q.answers, newAnswer(g, q.held))
	return true
}

// clear drops the answers under way, when a new connection begins.
func (q *resendQueue) clear() { q.answers = nil }

// take returns the next message of the oldest answer, false if there is nothing to answer.
func (q *resendQueue) take(names *topicNames) (outgoing, bool) {
	for {
		q.begin()
		if len(q.answers) == 0 {
			return outgoing{}, false
		}
		if m, ok := q.answers[0].take(names); ok {
			return m, true
		}
		q.answers = q.answers[1:]
	}
}

// begin makes answers of the requests that wait, as many as may be answered at once.
func (q *resendQueue) begin() {
	for len(q.answers) < maxResends {
		select {
		case g := <-q.received:
			if q.backlog != nil && q.backlog.covers(g) {
				continue // it comes
			}
			q.answers = append(q.answers, newAnswer(g, q.held))
		default:
			return
		}
	}
}
