package telemetry

import (
	"encoding/json"
	"net/http"
	"time"

	"pychron-edge/buffer"
)

// Rhythm of a stream.
const (
	heartbeat = 15 * time.Second
	pause     = 50 * time.Millisecond // between two writes: a flood costs 20 writes a second, not one per event

	maxStreams       = 32 // open at once; the next one gets 429
	maxClientStreams = 4  // of them by one client: a browser has six connections, and needs one to halt
)

// stream answers GET /events with Accept: text/event-stream. Every message's id is the cursor after it; a reader that
// comes back with it as Last-Event-ID goes on there. Beside the events (unnamed messages) there are
//
//	event: reset   the cursor is of another boot: the stream starts over
//	event: gap     {"lane","from","to"}: positions that were overwritten before they could be sent
//
// and a comment as heartbeat every 15 seconds. Without a cursor the stream begins now, or with the newest events if a limit
// is given.
func (l *eventLog) stream(w http.ResponseWriter, r *http.Request, f buffer.Filter, backlog bool) error {
	if !f.Until.IsZero() {
		return bad("query parameter until has no meaning for a stream; must be left out")
	}
	from, again, err := l.streamFrom(r, &f, backlog)
	if err != nil {
		return err
	}
	header := func() {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		w.Header().Set("X-Accel-Buffering", "no")
	}
	if r.Method == http.MethodHead { // it would hold the connection, and never send anything
		header()
		return nil
	}
	client := clientOf(r)
	if n, ok := l.streams.take(client); !ok {
		return failure(http.StatusTooManyRequests, "%d streams are open already; must be at most %d by one client and %d altogether", n, maxClientStreams, maxStreams)
	}
	defer l.streams.give(client)
	header()
	live := &liveStream{boot: l.boot, stop: l.stop, out: newWriter(w), merge: newMerge(l.lanes, l.backend.Boots, from, nil), filter: f}
	live.out.buf = append(live.out.buf, "retry: 2000\n"...)
	if again {
		live.message("reset", map[string]string{"boot": l.boot})
	}
	live.beat()
	live.run(r)
	return nil
}

// streamFrom is where a stream begins.
func (l *eventLog) streamFrom(r *http.Request, f *buffer.Filter, backlog bool) (from buffer.Positions, again bool, err error) {
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = f.After
	}
	now := l.lanes.Now()
	switch {
	case after != "":
		from, again, err = parseCursor(after, l.boot, now)
	case backlog:
		h := &ringReader{lanes: l.lanes, boots: l.backend.Boots, end: now}
		from, _ = h.begin(l.cleared.from(from), f)
		return from, false, nil
	default:
		from = now
	}
	return l.cleared.from(from), again, err
}

// liveStream is one stream to one reader.
type liveStream struct {
	boot   string
	stop   <-chan struct{}
	out    *writer
	merge  *mergeIterator
	filter buffer.Filter
}

// run sends until the reader goes or the server stops.
func (l *liveStream) run(r *http.Request) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		l.collect()
		if len(l.out.buf) > 0 && l.out.send(true) != nil {
			return
		}
		if !l.wait(r, beat.C) {
			return
		}
		l.merge.again()
	}
}

// collect writes what was appended since, chunk by chunk.
func (l *liveStream) collect() {
	for e := l.merge.next(); e != nil; e = l.merge.next() {
		l.gaps()
		if !l.filter.Match(e) {
			continue
		}
		l.out.buf = append(l.out.buf, "data: "...)
		l.out.buf = l.merge.appendJSON(l.out.buf)
		l.out.buf = append(l.out.buf, '\n')
		l.id()
		l.out.buf = append(l.out.buf, '\n')
		if l.out.full() != nil {
			return
		}
	}
}

// gaps declares what was overwritten unread.
func (l *liveStream) gaps() {
	for _, gap := range l.merge.lost {
		l.message("gap", gap)
	}
	l.merge.lost = l.merge.lost[:0]
}

// message writes a named message.
func (l *liveStream) message(name string, v any) {
	data, _ := json.Marshal(v) // plain fields: it cannot fail
	l.out.buf = append(append(append(append(l.out.buf, "event: "...), name...), "\ndata: "...), data...)
	l.out.buf = append(l.out.buf, "\n\n"...)
}

// beat writes a heartbeat. It moves the reader's cursor on, over what its filter left out.
func (l *liveStream) beat() {
	l.out.buf = append(l.out.buf, ": alive\n"...)
	l.id()
	l.out.buf = append(l.out.buf, '\n')
}

func (l *liveStream) id() {
	l.out.buf = append(l.out.buf, "id: "...)
	l.out.buf = appendCursor(l.out.buf, l.boot, l.merge.positions())
	l.out.buf = append(l.out.buf, '\n')
}

// wait returns true when there is something to send, false when the stream is over.
func (l *liveStream) wait(r *http.Request, beat <-chan time.Time) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-l.stop:
		return false
	case <-time.After(pause):
	}
	audit, readings, ingest := l.merge.wait()
	select {
	case <-r.Context().Done():
		return false
	case <-l.stop:
		return false
	case <-audit:
	case <-readings:
	case <-ingest:
	case <-beat:
		l.beat()
	}
	return true
}
