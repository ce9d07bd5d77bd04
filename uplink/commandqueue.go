package uplink

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pychron-edge/buffer"
)

const (
	maxRunning  = 16   // commands that run at once; further ones are refused
	maxResults  = 256  // results that wait to be sent; beyond, the oldest is dropped
	maxKnownIDs = 1024 // ids of commands that are remembered
	maxExpiry   = time.Hour
)

// commandQueue takes commands from the broker, has each executed once, and keeps the results until they are sent.
type commandQueue struct {
	execute      func(context.Context, buffer.CommandRequest) (buffer.CommandResult, error)
	synchronised func() bool // nil: the clock is never synchronised
	now          func() time.Time
	log          *slog.Logger
	notTaken     func(c buffer.CommandRequest, reason, why string)
	wake         func() // called when a result waits
	received     chan commandMessage

	mu      sync.Mutex
	known   map[string]*knownCommand // by id
	order   []string                 // of ids, oldest first
	results [][]byte                 // to be sent, oldest first
	running int
}

// knownCommand is a command whose id is remembered.
type knownCommand struct {
	request buffer.CommandRequest
	result  *result // nil while it runs
}

// is says whether c is the same command, and not another one with its id.
func (k *knownCommand) is(c buffer.CommandRequest) bool {
	return k.request.Device == c.Device && k.request.Control == c.Control && k.request.Value == c.Value
}

// commandMessage is a message on the topic of commands.
type commandMessage struct {
	payload  []byte
	retained bool
}

// newCommandQueue returns nil if o accepts no commands.
func newCommandQueue(o *Options, wake func()) *commandQueue {
	if o.Commands == nil {
		return nil
	}
	return &commandQueue{execute: o.Commands, synchronised: o.Synchronised, now: o.Now, log: o.Log, notTaken: o.CommandNotTaken, wake: wake,
		received: make(chan commandMessage, maxRunning), known: map[string]*knownCommand{}}
}

// receive queues a message. It never blocks: the connection would stop.
func (q *commandQueue) receive(payload []byte, retained bool) {
	select {
	case q.received <- commandMessage{payload, retained}:
	default:
		q.log.Warn("too many commands at once: one is refused")
		c, _ := parseCommand(payload)
		why := fmt.Sprintf("more than %d commands at once", maxRunning)
		if q.notTaken != nil {
			q.notTaken(c, "busy", why)
		}
		q.addResult(result{ID: c.ID, Result: "refused", Why: why})
	}
}

// run executes commands until ctx is done, and waits for those that run.
func (q *commandQueue) run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-q.received:
			c, verdict, r := q.admit(m)
			switch verdict {
			case commandAnswered:
				if r.reason != "" && q.notTaken != nil {
					q.notTaken(c, r.reason, r.Why)
				}
				q.addResult(r)
			case commandAdmitted:
				wg.Go(func() {
					r, err := q.execute(ctx, c)
					q.finish(c, resultOf(c.ID, r, err))
				})
			}
		}
	}
}

// verdict is what is to be done with a command.
type verdict uint8

const (
	commandAnswered verdict = iota // its result is known: it was executed before, or it is refused
	commandAdmitted                // it is to be executed
	commandRunning                 // it runs already: its result will follow
)

// admit judges a command, and counts it as running if it is admitted.
func (q *commandQueue) admit(m commandMessage) (buffer.CommandRequest, verdict, result) {
	c, err := parseCommand(m.payload)
	refuse := func(reason, why string) (buffer.CommandRequest, verdict, result) {
		return c, commandAnswered, result{ID: c.ID, Result: "refused", Why: why, reason: reason}
	}
	if err != nil {
		return refuse("unreadable", err.Error())
	}
	if m.retained {
		return refuse("retained", "a command must not be retained")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	old := q.known[c.ID]
	if old != nil && old.is(c) {
		if old.result == nil {
			return c, commandRunning, result{}
		}
		return c, commandAnswered, *old.result
	}
	now := q.now()
	switch {
	case q.synchronised == nil || !q.synchronised():
		return refuse("clock", "the clock is not synchronised: whether the command has expired is unknown")
	case c.Expires.After(now.Add(maxExpiry)):
		return refuse("expiry", fmt.Sprintf("expires is %s, and it is %s here; it must be at most an hour ahead", inUTC(c.Expires), inUTC(now)))
	case !now.Before(c.Expires):
		return refuse("expired", fmt.Sprintf("expired at %s, and it is %s here; expires must be ahead", inUTC(c.Expires), inUTC(now)))
	case q.running >= maxRunning:
		return refuse("busy", fmt.Sprintf("%d commands are running; there must be fewer than %d", q.running, maxRunning))
	}
	q.running++
	if old == nil { // else the id is another command's, and whoever executes refuses it
		q.remember(c)
	}
	return c, commandAdmitted, result{}
}

func inUTC(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// remember records a command as running. The caller holds mu.
func (q *commandQueue) remember(c buffer.CommandRequest) {
	if len(q.order) >= maxKnownIDs {
		delete(q.known, q.order[0])
		q.order = q.order[1:]
	}
	q.known[c.ID] = &knownCommand{request: c}
	q.order = append(q.order, c.ID)
}

// finish records the result of a command that ran.
func (q *commandQueue) finish(c buffer.CommandRequest, r result) {
	q.mu.Lock()
	q.running--
	if k := q.known[c.ID]; k != nil && k.is(c) {
		k.result = &r
	}
	q.mu.Unlock()
	q.addResult(r)
}

// addResult queues a result to be sent.
func (q *commandQueue) addResult(r result) {
	data, err := json.Marshal(r)
	if err != nil { // the value is NaN or infinite
		r.Value = nil
		data, _ = json.Marshal(r)
	}
	q.mu.Lock()
	if len(q.results) >= maxResults {
		q.results = q.results[1:]
	}
	q.results = append(q.results, data)
	q.mu.Unlock()
	q.wake()
}

// take returns the next result to send. A nil queue has none.
func (q *commandQueue) take(names *topicNames) (outgoing, bool) {
	if q == nil {
		return outgoing{}, false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.results) == 0 {
		return outgoing{}, false
	}
	data := q.results[0]
	q.results = q.results[1:]
	return outgoing{row: resultTopic, topic: names.of(resultTopic), payload: data, part: partResult}, true
}

// waiting reports whether take has a result.
func (q *commandQueue) waiting() bool {
	if q == nil {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.results) > 0
}

// requeue puts results back, in front: they were in flight when the connection was lost.
func (q *commandQueue) requeue(results [][]byte) {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.results = append(results, q.results...)
}
