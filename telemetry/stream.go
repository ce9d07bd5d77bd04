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
	pause     = 50 * time.Millisecond // between two pieces: a flood costs 20 writes a second, not one per event
)

// stream answers GET /events with Accept: text/event-stream. Every message's id is the place after it; a reader that
// comes back with it as Last-Event-ID goes on there. Beside the events (unnamed messages) there are
//
//	event: reset   the place asked for is of another boot: the stream starts over
//	event: gap     {"lane","from","to"}: positions that were overwritten before they could be sent
//
// and a comment as heartbeat every 15 seconds. Without a place the stream begins now, or with the newest events if limit
// is given.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, f Filter, q *query) error {
	if !f.Until.IsZero() {
		return bad("query parameter until has no meaning for a stream; allowed is to leave it out")
	}
	from, again, err := s.streamFrom(r, &f, q.values.Has("limit"))
	if err != nil {
		return err
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return failure(http.StatusTooManyRequests, "%d streams are open already; allowed are %d", maxStreams, maxStreams)
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	live := &live{server: s, out: newWriter(w), merge: s.newMerge(from, nil), filter: f}
	live.out.buf = append(live.out.buf, "retry: 2000\n"...)
	if again {
		live.say("reset", map[string]string{"boot": s.Boot})
	}
	live.beat()
	live.run(r)
	return nil
}

// streamFrom is where a stream begins.
func (s *Server) streamFrom(r *http.Request, f *Filter, backlog bool) (from buffer.Positions, again bool, err error) {
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = f.After
	}
	now := s.Lanes.Now()
	switch {
	case after != "":
		from, again, err = s.parseCursor(after)
	case backlog:
		return s.begin(s.shownFrom(from), now, f), false, nil
	default:
		from = now
	}
	return s.shownFrom(from), again, err
}

// live is one stream.
type live struct {
	server *Server
	out    *writer
	merge  *mergeIterator
	filter Filter
}

// run sends until the reader goes or the server stops.
func (l *live) run(r *http.Request) {
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

// collect writes what has come since, piece by piece.
func (l *live) collect() {
	for e := l.merge.next(); e != nil; e = l.merge.next() {
		l.gaps()
		if !l.filter.Match(e) {
			continue
		}
		l.out.buf = append(l.out.buf, "data: "...)
		l.out.buf = buffer.AppendJSON(l.out.buf, e)
		l.out.buf = append(l.out.buf, '\n')
		l.id()
		l.out.buf = append(l.out.buf, '\n')
		if l.out.full() != nil {
			return
		}
	}
}

// gaps declares what was overwritten unread.
func (l *live) gaps() {
	for _, gap := range l.merge.lost {
		l.say("gap", gap)
	}
	l.merge.lost = l.merge.lost[:0]
}

// say writes a named message.
func (l *live) say(name string, v any) {
	data, _ := json.Marshal(v) // plain fields: it cannot fail
	l.out.buf = append(append(append(append(l.out.buf, "event: "...), name...), "\ndata: "...), data...)
	l.out.buf = append(l.out.buf, "\n\n"...)
}

// beat writes a heartbeat. It moves the reader's place on, over what its filter left out.
func (l *live) beat() {
	l.out.buf = append(l.out.buf, ": alive\n"...)
	l.id()
	l.out.buf = append(l.out.buf, '\n')
}

func (l *live) id() {
	l.out.buf = append(l.out.buf, "id: "...)
	l.out.buf = appendCursor(l.out.buf, l.server.Boot, l.merge.positions())
	l.out.buf = append(l.out.buf, '\n')
}

// wait returns true when there is something to send, false when the stream is over.
func (l *live) wait(r *http.Request, beat <-chan time.Time) bool {
	select {
	case <-r.Context().Done():
		return false
	case <-l.server.stop:
		return false
	case <-time.After(pause):
	}
	p, lanes := l.merge.positions(), l.server.Lanes
	select {
	case <-r.Context().Done():
		return false
	case <-l.server.stop:
		return false
	case <-lanes.Audit.Wait(p.Audit):
	case <-lanes.Readings.Wait(p.Readings):
	case <-lanes.Ingest.Wait(p.Ingest):
	case <-beat:
		l.beat()
	}
	return true
}
