package telemetry

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"pychron-edge/buffer"
)

// views answer what is now, and one point's history.
type views struct {
	backend Backend
	archive Archive // nil: no history
	source  string  // see ServerOptions.Source
	now     func() time.Time
}

// status answers GET /status, with the rights of who asks: a page shows nothing to press that would be refused.
func (v *views) status(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	q := ask(r, "source")
	source := q.Text("source")
	if err := mistake(q); err != nil {
		return err
	}
	if err := v.here(source); err != nil {
		return err
	}
	status, err := v.backend.Status(source)
	if err != nil {
		return err
	}
	status.Rights = by.AllRights()
	if by.May(buffer.RightCommand) {
		annotate(&status, by)
	}
	answer(w, http.StatusOK, status)
	return nil
}

// here refuses what is asked of another agent than the one that answers: its numbers are not the other's.
func (v *views) here(source string) error {
	if source == "" || v.source == "" || source == v.source {
		return nil
	}
	return fmt.Errorf("source %q: %w agent; must be %s", cut(source), buffer.ErrUnknown, v.source)
}

// annotate marks each control that the patterns of who asks do not let them move.
func annotate(status *Status, by buffer.Principal) {
	for _, d := range status.Devices {
		for i := range d.Controls {
			if c := &d.Controls[i]; c.Forbidden == "" && !by.MayMove(d.Name, c.Control) {
				c.Forbidden = "not among the controls of " + by.Name
			}
		}
	}
}

// trace answers GET /devices/{name}/trace.
func (v *views) trace(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source")
	source := q.Text("source")
	if err := mistake(q); err != nil {
		return err
	}
	if err := v.here(source); err != nil {
		return err
	}
	exchanges, err := v.backend.Trace(source, r.PathValue("name"))
	if err != nil {
		return err
	}
	shown := make([]ShownExchange, len(exchanges))
	for i, e := range exchanges {
		shown[i] = Show(e)
	}
	answer(w, http.StatusOK, shown)
	return nil
}

// printable is bytes as text, quoted as Go does but without the quotes.
func printable(b []byte) string {
	quoted := strconv.QuoteToASCII(string(b))
	return quoted[1 : len(quoted)-1]
}

// Limits of a history, in points.
const (
	defaultPoints = 500
	MaxPoints     = 5000
)

// series answers GET /series.
func (v *views) series(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source", "device", "point", "since", "until", "points")
	ask := SeriesQuery{Source: q.Text("source"), Device: q.Text("device"), Point: q.Text("point"),
		Since: q.Moment("since"), Until: q.Moment("until"), Points: q.Number("points", defaultPoints, 1, MaxPoints)}
	if err := mistake(q); err != nil {
		return err
	}
	if err := v.here(ask.Source); err != nil {
		return err
	}
	if ask.Until.IsZero() {
		ask.Until = v.now().UTC()
	}
	if ask.Since.IsZero() {
		ask.Since = ask.Until.Add(-time.Hour)
	}
	switch {
	case ask.Device == "" || ask.Point == "":
		return bad("query parameters device and point are needed; must be names in /status")
	case !ask.Since.Before(ask.Until):
		return bad("query parameter until must be after since")
	case v.archive == nil:
		return failure(http.StatusNotFound, "no history is kept here; the request must go to the agent or a viewer")
	}
	series, err := v.archive.Series(r.Context(), ask)
	if errors.Is(err, buffer.ErrUnknown) {
		if unit, known := v.unit(ask); known {
			series, err = Series{Unit: unit}, nil
		}
	}
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]any{"unit": series.Unit, "t": Column(series.T), "min": Column(series.Min),
		"mean": Column(series.Mean), "max": Column(series.Max)})
	return nil
}

// unit is that of a point that is there now, and whether there is one: a point that never had a value has an empty history.
func (v *views) unit(q SeriesQuery) (buffer.Unit, bool) {
	status, err := v.backend.Status(q.Source)
	if err != nil {
		return "", false
	}
	for _, d := range status.Devices {
		for _, p := range d.Points {
			if d.Name == q.Device && p.Point == q.Point {
				return p.Unit, true
			}
		}
	}
	return "", false
}

// Column is numbers in JSON, null where there is none.
type Column []float64

// MarshalJSON implements [json.Marshaler].
func (c Column) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 2+12*len(c))
	out = append(out, '[')
	for i, v := range c {
		if i > 0 {
			out = append(out, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out = append(out, "null"...)
			continue
		}
		out = strconv.AppendFloat(out, v, 'g', -1, 64)
	}
	return append(out, ']'), nil
}
