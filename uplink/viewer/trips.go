package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// maxTrip is how long the JSON of a trip may be, in bytes.
const maxTrip = 16 << 20

// trip stores what an agent froze around a trip. One that cannot be believed is set aside: an error would make the broker send it again and
// again.
func (in *intake) trip(ctx context.Context, source string, packed []byte) error {
	t, err := parseTrip(source, packed)
	if err != nil {
		in.refused.add(source, err)
		return nil
	}
	return in.store.KeepTrip(ctx, t)
}

// parseTrip checks a trip as it came: its summary, which is listed, and that the rest is JSON. Who sent it is known by the topic.
func parseTrip(source string, packed []byte) (*store.Trip, error) {
	data, err := unpackTrip(packed)
	if err != nil {
		return nil, err
	}
	var t telemetry.TripSummary
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("trip: %w", err)
	}
	if t.Source = source; len(t.Causes) == 0 || len(t.Causes) > 32 || t.Causes[0].ID != t.ID {
		return nil, fmt.Errorf("trip: %d causes; there must be 1 to 32, and the first must have the id of the trip", len(t.Causes))
	}
	for _, text := range []string{t.ID, t.Boot} {
		if err := uplink.CheckName(text); err != nil || text == "" {
			return nil, fmt.Errorf("trip: id or boot %.40q; it must be a name of 1 to %d bytes", text, buffer.MaxString)
		}
	}
	if y := t.Time.Year(); y < 1970 || y > 9999 {
		return nil, fmt.Errorf("trip: year %d; it must be 1970 to 9999", y)
	}
	t.Points, t.Readings, t.Why = min(max(t.Points, 0), math.MaxInt32), min(max(t.Readings, 0), math.MaxInt32), clipped(t.Why)
	for i := range t.Causes {
		if err := checkCause(&t.Causes[i]); err != nil {
			return nil, err
		}
	}
	return &store.Trip{TripSummary: t, Packed: packed}, nil
}

// checkCause checks what is listed of a cause, and cuts its texts.
func checkCause(c *telemetry.TripCause) error {
	if err := uplink.CheckName(c.ID); err != nil || c.ID == "" {
		return fmt.Errorf("trip: cause %.40q; it must be a name of 1 to %d bytes", c.ID, buffer.MaxString)
	}
	for _, text := range []*string{&c.Kind, &c.About, &c.Severity, &c.Status, &c.Note} {
		*text = clipped(*text)
	}
	return nil
}

// clipped is a text that is not longer than a note.
func clipped(s string) string { return fmt.Sprintf("%.*s", buffer.MaxNote, s) }

// unpackTrip is the JSON of a trip, which is not longer than it may be.
func unpackTrip(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("trip: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxTrip+1))
	if err != nil {
		return nil, fmt.Errorf("trip: %w", err)
	}
	if len(data) > maxTrip {
		return nil, fmt.Errorf("trip: more than %d bytes of JSON", maxTrip)
	}
	if !json.Valid(data) {
		return nil, errors.New("trip: no JSON")
	}
	return data, nil
}

// trips is what the page asks for of trips.
type trips struct{ history *history }

var _ telemetry.Trips = trips{}

// List implements [telemetry.Trips].
func (t trips) List(ctx context.Context, source string) ([]telemetry.TripSummary, error) {
	db, err := t.history.get()
	if err != nil {
		return nil, t.history.unreadable(err)
	}
	list, err := db.Trips(ctx, source)
	return list, t.history.unreadable(err)
}

// Find implements [telemetry.Trips].
func (t trips) Find(ctx context.Context, source, id string) ([]byte, error) {
	db, err := t.history.get()
	if err != nil {
		return nil, t.history.unreadable(err)
	}
	packed, err := db.Trip(ctx, source, id)
	if err != nil {
		return nil, t.history.unreadable(err)
	}
	return unpackTrip(packed)
}
