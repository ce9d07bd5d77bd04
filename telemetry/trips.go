package telemetry

import (
	"net/http"
	"strconv"

	"pychron-edge/buffer"
)

// trips answer what was frozen around trips.
type trips struct {
	from Trips // nil: nothing is frozen here
}

func (t *trips) list(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source")
	source := q.Text("source")
	if err := mistake(q); err != nil {
		return err
	}
	all := []TripSummary{}
	if t.from != nil {
		found, err := t.from.List(r.Context(), source)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	answer(w, http.StatusOK, all)
	return nil
}

func (t *trips) find(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source")
	source := q.Text("source")
	if err := mistake(q); err != nil {
		return err
	}
	id := r.PathValue("id")
	if t.from == nil {
		return failure(http.StatusNotFound, "nothing is kept of trip %q here; must be one of GET /trips", cut(id))
	}
	data, err := t.from.Find(r.Context(), source, id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // whoever asked may be gone
	return nil
}

func appendTripID(dst []byte, boot string, lane buffer.Lane, seq uint64) []byte {
	dst = append(append(dst, boot...), '.')
	dst = append(append(dst, lane.String()...), '.')
	return strconv.AppendUint(dst, seq, 10)
}
