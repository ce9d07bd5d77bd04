package telemetry

import (
	"net/http"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// eventLog answers GET /events: once, in one of the formats, or as a stream.
type eventLog struct {
	backend Backend
	archive Archive // nil: no history
	lanes   buffer.Lanes
	boot    string
	units   string // of pressures, where the question names none
	now     func() time.Time

	cleared cleared
	streams *capacity     // the open ones
	stop    chan struct{} // closed when the server ends: streams end
}

// nextCursor is the header that says where to go on: the value for after.
const nextCursor = "X-Pychron-Edge-After"

// events answers GET /events: the newest that match, or those after a cursor, the oldest first.
func (l *eventLog) events(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, append([]string{"format", "units"}, buffer.FilterParameters...)...)
	filter := buffer.ParseFilter(q)
	form := l.format(q)
	if err := mistake(q); err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return l.stream(w, r, filter, q.Has("limit"))
	}
	events, err := l.pick(w, r, &filter)
	if err != nil {
		return err
	}
	if err := form.write(newWriter(w), events); err != nil {
		panic(http.ErrAbortHandler) // cuts the answer off
	}
	return nil
}

// pick is the events that match, from the rings and, where a time is asked for and there is a store, from that too.
func (l *eventLog) pick(w http.ResponseWriter, r *http.Request, f *buffer.Filter) (eventSeq, error) {
	h := &ringReader{lanes: l.lanes, boots: l.backend.Boots, end: l.lanes.Now()}
	if f.After != "" {
		from, again, err := parseCursor(f.After, l.boot, h.end)
		if err != nil {
			return nil, err
		}
		if again {
			w.Header().Set("X-Pychron-Edge-Reset", "true")
		}
		from = l.cleared.from(from)
		w.Header().Set(nextCursor, cursorText(l.boot, h.reach(from, f)))
		return h.oldest(from, f, f.Limit), nil
	}
	w.Header().Set(nextCursor, cursorText(l.boot, h.end))
	from := l.cleared.from(buffer.Positions{})
	if l.archive != nil && (!f.Since.IsZero() || !f.Until.IsZero()) {
		f.Since = l.cleared.since(f.Since)
		stored, err := l.archive.Events(r.Context(), *f)
		if err != nil {
			return nil, err
		}
		if stored != nil {
			return join(stored, h.newest(from, f), f.Limit), nil
		}
	}
	return h.oldest(h.begin(from, f), f, 0), nil
}
