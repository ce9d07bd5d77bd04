package telemetry

import (
	"iter"
	"net/http"

	"strings"

	"pychron-edge/buffer"
)

// nextPlace is the header that says where to go on: the value for after.
const nextCursor = "X-Pychron-Edge-After"

// events answers GET /events: the newest that match, or those after a place, the oldest first.
func (s *Server) events(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, eventParameters...)
	f := q.filter()
	units := s.units(q)
	form, err := s.format(q.text("format"), units)
	if q.err != nil {
		return q.err
	}
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		return s.stream(w, r, f, q)
	}
	events, err := s.pick(w, r, &f)
	if err != nil {
		return err
	}
	if err := form.write(newWriter(w), events); err != nil {
		panic(http.ErrAbortHandler) // cut off
	}
	return nil
}

// units is what pressures are shown in.
func (s *Server) units(q *query) string {
	units := q.text("units")
	switch units {
	case "":
		return s.Units
	case "torr", "mbar", "pa":
		return units
	}
	q.fail("query parameter units=%q; allowed are torr, mbar, pa", cut(units))
	return ""
}

// pick is the events that match, from the rings and, where a time is asked for and there is a store, from that too.
func (s *Server) pick(w http.ResponseWriter, r *http.Request, f *Filter) (iter.Seq2[*buffer.Event, error], error) {
	end := s.Lanes.Now()
	var from buffer.Positions
	if f.After != "" {
		cursor, again, err := s.parseCursor(f.After)
		if err != nil {
			return nil, err
		}
		if again {
			w.Header().Set("X-Pychron-Edge-Reset", "true")
		}
		from = cursor
	}
	from = s.shownFrom(from)
	if f.After == "" && (!f.Since.IsZero() || !f.Until.IsZero()) && s.Archive != nil {
		f.Since = s.shownSince(f.Since)
		stored, err := s.Archive.Events(r.Context(), *f)
		if err != nil {
			return nil, err
		}
		if stored != nil {
			w.Header().Set(nextCursor, s.cursorText(end))
			return s.join(stored, s.newest(from, end, f), f.Limit), nil
		}
	}
	if f.After == "" {
		w.Header().Set(nextCursor, s.cursorText(end))
		return s.oldest(s.begin(from, end, f), end, f, 0), nil
	}
	w.Header().Set(nextCursor, s.cursorText(s.reach(from, end, f)))
	return s.oldest(from, end, f, f.Limit), nil
}

// oldest yields what matches between two places, at most limit (0 = all).
func (s *Server) oldest(from, end buffer.Positions, f *Filter, limit int) iter.Seq2[*buffer.Event, error] {
	return func(yield func(*buffer.Event, error) bool) {
		merge, n := s.newMerge(from, &end), 0
		for e := merge.next(); e != nil; e = merge.next() {
			if !f.Match(e) {
				continue
			}
			if n++; !yield(e, nil) || n == limit {
				return
			}
		}
	}
}

// reach is the place that oldest comes to.
func (s *Server) reach(from, end buffer.Positions, f *Filter) buffer.Positions {
	merge, n := s.newMerge(from, &end), 0
	for e := merge.next(); e != nil; e = merge.next() {
		if f.Match(e) {
			if n++; n == f.Limit {
				return merge.positions()
			}
		}
	}
	return end
}

// begin is the place after which the newest matching events stand, as many as the filter's limit.
func (s *Server) begin(from, end buffer.Positions, f *Filter) buffer.Positions {
	if f.Limit == 0 {
		return from
	}
	var cursors []buffer.Positions // before each of the last matches, in a circle
	merge, n := s.newMerge(from, &end), 0
	for before := from; ; before = merge.positions() {
		e := merge.next()
		if e == nil {
			break
		}
		if !f.Match(e) {
			continue
		}
		if len(cursors) < f.Limit {
			cursors = append(cursors, before)
		} else {
			cursors[n%f.Limit] = before
		}
		n++
	}
	switch {
	case n == 0:
		return end
	case n <= f.Limit:
		return cursors[0]
	}
	return cursors[n%f.Limit]
}

// newest copies the newest matching events.
func (s *Server) newest(from, end buffer.Positions, f *Filter) []buffer.Event {
	var all []buffer.Event
	for e := range s.oldest(s.begin(from, end, f), end, f, 0) {
		all = append(all, *e)
	}
	return all
}

// known is an event's identity.
type identity struct {
	source, boot string
	lane         buffer.Lane
	seq          uint64
}

func identityOf(e *buffer.Event) identity { return identity{e.Source, e.Boot, e.Lane, e.Seq} }

// join yields stored events and then those of the rings, none twice, the newest limit of them (0 = all).
func (s *Server) join(stored iter.Seq2[buffer.Event, error], recent []buffer.Event, limit int) iter.Seq2[*buffer.Event, error] {
	ids := make(map[identity]bool, len(recent))
	for i := range recent {
		ids[identityOf(&recent[i])] = true
	}
	return func(yield func(*buffer.Event, error) bool) {
		var old []buffer.Event
		for e, err := range stored {
			switch {
			case err != nil:
				yield(nil, err)
				return
			case ids[identityOf(&e)]:
			case limit > 0:
				old = append(old, e)
			case !yield(&e, nil):
				return
			}
		}
		if limit > 0 {
			old = old[max(0, min(len(old), len(old)+len(recent)-limit)):]
		}
		for _, part := range [][]buffer.Event{old, recent} {
			for i := range part {
				if !yield(&part[i], nil) {
					return
				}
			}
		}
	}
}
