package telemetry

import (
	"iter"
	"net/http"

	"strings"

	"pychron-edge/buffer"
)

// nextPlace is the header that says where to go on: the value for after.
const nextPlace = "X-Pychron-Edge-After"

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
	if err := form.write(newSink(w), events); err != nil {
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
	var from buffer.Place
	if f.After != "" {
		place, again, err := s.parsePlace(f.After)
		if err != nil {
			return nil, err
		}
		if again {
			w.Header().Set("X-Pychron-Edge-Reset", "true")
		}
		from = place
	}
	from = s.shownFrom(from)
	if f.After == "" && (!f.Since.IsZero() || !f.Until.IsZero()) && s.Archive != nil {
		f.Since = s.shownSince(f.Since)
		stored, err := s.Archive.Events(r.Context(), *f)
		if err != nil {
			return nil, err
		}
		if stored != nil {
			w.Header().Set(nextPlace, s.placeText(end))
			return s.join(stored, s.newest(from, end, f), f.Limit), nil
		}
	}
	if f.After == "" {
		w.Header().Set(nextPlace, s.placeText(end))
		return s.oldest(s.begin(from, end, f), end, f, 0), nil
	}
	w.Header().Set(nextPlace, s.placeText(s.reach(from, end, f)))
	return s.oldest(from, end, f, f.Limit), nil
}

// oldest yields what matches between two places, at most limit (0 = all).
func (s *Server) oldest(from, end buffer.Place, f *Filter, limit int) iter.Seq2[*buffer.Event, error] {
	return func(yield func(*buffer.Event, error) bool) {
		walk, n := s.newWalk(from, &end), 0
		for e := walk.next(); e != nil; e = walk.next() {
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
func (s *Server) reach(from, end buffer.Place, f *Filter) buffer.Place {
	walk, n := s.newWalk(from, &end), 0
	for e := walk.next(); e != nil; e = walk.next() {
		if f.Match(e) {
			if n++; n == f.Limit {
				return walk.place()
			}
		}
	}
	return end
}

// begin is the place after which the newest matching events stand, as many as the filter's limit.
func (s *Server) begin(from, end buffer.Place, f *Filter) buffer.Place {
	if f.Limit == 0 {
		return from
	}
	var places []buffer.Place // before each of the last matches, in a circle
	walk, n := s.newWalk(from, &end), 0
	for before := from; ; before = walk.place() {
		e := walk.next()
		if e == nil {
			break
		}
		if !f.Match(e) {
			continue
		}
		if len(places) < f.Limit {
			places = append(places, before)
		} else {
			places[n%f.Limit] = before
		}
		n++
	}
	switch {
	case n == 0:
		return end
	case n <= f.Limit:
		return places[0]
	}
	return places[n%f.Limit]
}

// newest copies the newest matching events.
func (s *Server) newest(from, end buffer.Place, f *Filter) []buffer.Event {
	var all []buffer.Event
	for e := range s.oldest(s.begin(from, end, f), end, f, 0) {
		all = append(all, *e)
	}
	return all
}

// known is an event's identity.
type known struct {
	source, boot string
	lane         buffer.Lane
	seq          uint64
}

func knownOf(e *buffer.Event) known { return known{e.Source, e.Boot, e.Lane, e.Seq} }

// join yields stored events and then those of the rings, none twice, the newest limit of them (0 = all).
func (s *Server) join(stored iter.Seq2[buffer.Event, error], recent []buffer.Event, limit int) iter.Seq2[*buffer.Event, error] {
	ids := make(map[known]bool, len(recent))
	for i := range recent {
		ids[knownOf(&recent[i])] = true
	}
	return func(yield func(*buffer.Event, error) bool) {
		var old []buffer.Event
		for e, err := range stored {
			switch {
			case err != nil:
				yield(nil, err)
				return
			case ids[knownOf(&e)]:
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
