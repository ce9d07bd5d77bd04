package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// MaxTrips is how many trips are kept of one agent: at most 100 MB.
const MaxTrips = 100

// Trip is what an agent froze around a trip, as it came.
type Trip struct {
	telemetry.TripSummary
	Packed []byte // compressed JSON of a [telemetry.Trip]
}

// KeepTrip stores a trip. One that is stored already is not changed. Of one agent the newest are kept.
func (s *Store) KeepTrip(ctx context.Context, t *Trip) error {
	summary, err := json.Marshal(t.TripSummary)
	if err != nil {
		return fmt.Errorf("storing trip %.80s of %s: %w", t.ID, t.Source, err)
	}
	return s.transact(ctx, "storing a trip", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO trip (source, id, at, summary, packed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			t.Source, clean(t.ID), t.Time.UnixMicro(), clean(string(summary)), t.Packed)
		for i := 0; err == nil && i < len(t.Causes); i++ {
			_, err = tx.ExecContext(ctx, `INSERT INTO trip_cause (source, cause, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, t.Source, clean(t.Causes[i].ID), clean(t.ID))
		}
		if err != nil {
			return err
		}
		return pruneTrips(ctx, tx, t.Source)
	})
}

// pruneTrips forgets the trips of an agent beyond the newest, and what led to them.
func pruneTrips(ctx context.Context, tx *sql.Tx, source string) error {
	for _, statement := range []string{
		fmt.Sprintf(`DELETE FROM trip WHERE source = $1 AND id NOT IN (SELECT id FROM trip WHERE source = $1 ORDER BY at DESC, id LIMIT %d)`, MaxTrips),
		`DELETE FROM trip_cause WHERE source = $1 AND id NOT IN (SELECT id FROM trip WHERE source = $1)`,
	} {
		if _, err := tx.ExecContext(ctx, statement, source); err != nil {
			return err
		}
	}
	return nil
}

// maxListed is how many trips are listed, of all agents.
const maxListed = 1000

// Trips returns the trips of one agent, or of all if source is "", newest first.
func (s *Store) Trips(ctx context.Context, source string) ([]telemetry.TripSummary, error) {
	query, args := `SELECT summary FROM trip`, []any{}
	if source != "" {
		query, args = query+` WHERE source = $1`, []any{source}
	}
	rows, err := s.read.QueryContext(ctx, query+fmt.Sprintf(` ORDER BY at DESC, source, id LIMIT %d`, maxListed), args...)
	if err != nil {
		return nil, fmt.Errorf("reading trips: %w", err)
	}
	defer rows.Close()
	var list []telemetry.TripSummary
	for rows.Next() {
		var text string
		var t telemetry.TripSummary
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("reading trips: %w", err)
		}
		if err := json.NewDecoder(strings.NewReader(text)).Decode(&t); err != nil {
			return nil, fmt.Errorf("reading trips: %w", err)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// Trip returns the compressed JSON of the trip that one of its causes names. source "" is any agent. The error is [buffer.ErrUnknown] where
// there is none.
func (s *Store) Trip(ctx context.Context, source, id string) (packed []byte, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT t.packed FROM trip_cause c JOIN trip t ON t.source = c.source AND t.id = c.id
		WHERE c.cause = $1 AND ($2 = '' OR c.source = $2) ORDER BY c.source LIMIT 1`, clean(id), source).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("trip %.80q: %w; must be one of GET /trips", id, buffer.ErrUnknown)
	}
	if err != nil {
		return nil, fmt.Errorf("reading trip %.80q: %w", id, err)
	}
	return packed, nil
}
