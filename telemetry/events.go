package telemetry

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
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

// Headers of an answer.
const (
	nextCursor = "X-Pychron-Edge-After" // where to go on: the value for after
	cutHeader  = "X-Pychron-Edge-Cut"   // what is not in the answer although it matches, and why
)

// events answers GET /events: the newest that match, or those after a cursor, the oldest first.
func (l *eventLog) events(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, append([]string{"format", "units", "separator", "decimal"}, buffer.FilterParameters...)...)
	filter := buffer.ParseFilter(q)
	form := l.format(q)
	if err := mistake(q); err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return l.stream(w, r, filter, q.Has("limit"))
	}
	events, cut, err := l.pick(w, r, &filter)
	if err != nil {
		return err
	}
	if cut != "" {
		w.Header().Set(cutHeader, cut)
	}
	if q.Has("limit") && filter.Limit > 0 && strings.HasPrefix(cut, olderCut) {
		cut = "" // who asks for so many gets a list of so many
	}
	if err := form.write(newWriter(w), events, cut); err != nil {
		panic(http.ErrAbortHandler) // cuts the answer off
	}
	return nil
}

// olderCut is how the reason begins where only a limit is the reason.
const olderCut = "older events"

// pick is the events that match, from the rings and the store, where there is one, and what matches and is not among them: "" if nothing.
func (l *eventLog) pick(w http.ResponseWriter, r *http.Request, f *buffer.Filter) (events eventSeq, cut string, err error) {
	h := &ringReader{lanes: l.lanes, boots: l.backend.Boots, end: l.lanes.Now()}
	if f.After != "" {
		from, again, err := parseCursor(f.After, l.boot, h.end)
		if err != nil {
			return nil, "", err
		}
		if again {
			w.Header().Set("X-Pychron-Edge-Reset", "true")
		}
		from = l.cleared.from(from)
		if !again {
			cut = l.overwritten(from, f)
		}
		h.end = h.reach(from, f) // what is overwritten from here on shortens the answer, and brings nothing twice
		w.Header().Set(nextCursor, cursorText(l.boot, h.end))
		return h.oldest(from, f, f.Limit), cut, nil
	}
	w.Header().Set(nextCursor, cursorText(l.boot, h.end))
	from := l.cleared.from(buffer.Positions{})
	stored, err := l.stored(r, f)
	if err != nil && !errors.Is(err, ErrNoHistory) {
		return nil, "", err
	}
	if stored == nil && err == nil { // what is late comes from a store alone
		begin, more := h.begin(from, f)
		return h.oldest(begin, f, 0), cutBy(f, more, nil), nil
	}
	unread, order := err, &eventOrder{boots: l.backend.Boots}
	events, more, err := join(stored, h.newest(from, f, order, oneMore(f.Limit)), order, f.Limit)
	return events, cutBy(f, more, unread), err
}

// overwritten says what followed a cursor and is not in the rings any more, whether it matched or not: "" if nothing.
func (l *eventLog) overwritten(from buffer.Positions, f *buffer.Filter) string {
	var lost []string
	l.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		after, end := *from.Of(lane), r.Stats().Overwritten
		if after < end && (len(f.Lanes) == 0 || slices.Contains(f.Lanes, lane)) {
			lost = append(lost, fmt.Sprintf("%s %d to %d", lane, after+1, end))
		}
	})
	if len(lost) == 0 {
		return ""
	}
	return "overwritten before they were read, by position: " + strings.Join(lost, ", ")
}

// oneMore is a limit that shows whether there is more than limit; 0 = no limit.
func oneMore(limit int) int {
	if limit == 0 {
		return 0
	}
	return min(limit+1, buffer.MaxLimit)
}

// stored is what a store has that matches, one more than the limit; nil if there is no store. It shows nothing from before the last clear, by
// time, for a store has no positions. What the rings hold is judged by position alone: a clock that was set back hides nothing that came later.
func (l *eventLog) stored(r *http.Request, f *buffer.Filter) (iter.Seq2[buffer.Event, error], error) {
	if l.archive == nil {
		return nil, nil
	}
	more := *f
	more.Since, more.Limit = l.cleared.since(f.Since), oneMore(f.Limit)
	return l.archive.Events(r.Context(), more)
}

// cutBy says what is left out: more that match than the limit, or all that only a store has that cannot be read.
func cutBy(f *buffer.Filter, more bool, unread error) string {
	switch {
	case unread != nil:
		return strings.Map(oneLine, "these are from memory alone: "+unread.Error())
	case more:
		return fmt.Sprintf("%s match and are left out: limit is %d, at most %d; 0 gives all", olderCut, f.Limit, buffer.MaxLimit)
	}
	return ""
}

// oneLine makes a text fit for a header.
func oneLine(r rune) rune {
	if r < ' ' || r > '~' {
		return ' '
	}
	return r
}
