package telemetry

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"pychron-edge/buffer"
)

// status answers GET /status, with the rights of who asks: a page shows nothing to press that would be refused.
func (s *Server) status(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	q := ask(r, "source")
	source := q.text("source")
	if q.err != nil {
		return q.err
	}
	status, err := s.Backend.Status(source)
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

// fence says of each control that the patterns of who asks do not let it be moved.
func annotate(status *Status, by buffer.Principal) {
	for _, d := range status.Devices {
		for i := range d.Controls {
			if c := &d.Controls[i]; c.Forbidden == "" && !by.MayMove(d.Name, c.Control) {
				c.Forbidden = "not among the controls of " + by.Name
			}
		}
	}
}

// wire is an exchange as it is shown: bytes in hex, and as text with what cannot be read escaped.
type shownExchange struct {
	Exchange
	Request     string `json:"request"`
	RequestText string `json:"request_text"`
	Reply       string `json:"reply"`
	ReplyText   string `json:"reply_text"`
}

// trace answers GET /devices/{name}/trace.
func (s *Server) trace(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source")
	source := q.text("source")
	if q.err != nil {
		return q.err
	}
	exchanges, err := s.Backend.Trace(source, r.PathValue("name"))
	if err != nil {
		return err
	}
	shown := make([]shownExchange, len(exchanges))
	for i, e := range exchanges {
		shown[i] = shownExchange{e, hex.EncodeToString(e.Request), printable(e.Request), hex.EncodeToString(e.Reply), printable(e.Reply)}
	}
	answer(w, http.StatusOK, shown)
	return nil
}

// printable is bytes as text, quoted as Go does but without the quotes.
func printable(b []byte) string {
	quoted := strconv.QuoteToASCII(string(b))
	return quoted[1 : len(quoted)-1]
}

// Bounds of a history.
const (
	defaultPoints = 500
	maxPoints     = 5000
)

// series answers GET /series.
func (s *Server) series(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source", "device", "point", "since", "until", "points")
	ask := SeriesQuery{Source: q.text("source"), Device: q.text("device"), Point: q.text("point"),
		Since: q.moment("since"), Until: q.moment("until"), Points: q.number("points", defaultPoints, 1, maxPoints)}
	if ask.Until.IsZero() {
		ask.Until = s.Now().UTC()
	}
	if ask.Since.IsZero() {
		ask.Since = ask.Until.Add(-time.Hour)
	}
	switch {
	case q.err != nil:
		return q.err
	case ask.Device == "" || ask.Point == "":
		return bad("query parameters device and point are needed; allowed are the names in /status")
	case !ask.Since.Before(ask.Until):
		return bad("query parameter until is not after since; allowed is after")
	case s.Archive == nil:
		return failure(http.StatusNotFound, "no history is kept here; allowed is to ask the agent or a viewer")
	}
	series, err := s.Archive.Series(r.Context(), ask)
	if errors.Is(err, buffer.ErrUnknown) {
		if unit, known := s.point(ask); known {
			series, err = Series{Unit: unit}, nil
		}
	}
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]any{"unit": series.Unit, "t": column(series.T), "min": column(series.Min),
		"mean": column(series.Mean), "max": column(series.Max)})
	return nil
}

// point says whether a point is there now, and its unit: one that never had a value has an empty history.
func (s *Server) point(q SeriesQuery) (buffer.Unit, bool) {
	status, err := s.Backend.Status(q.Source)
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

// column is numbers in JSON, null where there is none.
type column []float64

// MarshalJSON implements [json.Marshaler].
func (c column) MarshalJSON() ([]byte, error) {
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

// capture answers PUT /capture.
func (s *Server) capture(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if q := ask(r); q.err != nil {
		return q.err
	}
	data, err := body(w, r, "application/json")
	if err != nil {
		return err
	}
	var wanted struct {
		Enabled *bool `json:"enabled"`
	}
	if err := json.Unmarshal(data, &wanted); err != nil || wanted.Enabled == nil {
		return bad(`body; allowed is {"enabled":true} or {"enabled":false}`)
	}
	if err := s.Backend.SetCapture(by.Name, *wanted.Enabled); err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]bool{"enabled": *wanted.Enabled})
	return nil
}

// clear answers DELETE /events: nothing before now is shown any more. What is kept stays kept.
func (s *Server) clear(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if q := ask(r); q.err != nil {
		return q.err
	}
	here := clearMark{s.Lanes.Now(), s.Now()} // before the event that tells of it, so that this one is seen
	if err := s.Backend.Clear(by.Name); err != nil {
		return err
	}
	s.mu.Lock()
	s.clearMark = here
	s.mu.Unlock()
	answer(w, http.StatusOK, map[string]string{"after": s.cursorText(here.after)})
	return nil
}
