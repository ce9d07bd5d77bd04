package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

const eventColumns = `SELECT b.source, b.boot, e.lane, e.seq, e.at + e.skew, e.up, s.device, s.point, s.unit, s.kind, e.severity, s.type, s.metric,
 e.value, e.bound, coalesce(e.missing, ''), s.labels, coalesce(e.status, 'success'), coalesce(e.note, '')
 FROM event e JOIN series s ON s.id = e.series JOIN boot b ON b.id = e.boot`

// where collects conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

// add adds a condition; each $ in it stands for the next of args.
func (w *where) add(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "$", fmt.Sprintf("\x00%d", len(w.args)), 1)
	}
	w.conditions = append(w.conditions, strings.ReplaceAll(condition, "\x00", "$"))
}

func (w *where) in(column string, args ...any) {
	if len(args) > 0 {
		w.add(column+" IN ("+strings.TrimSuffix(strings.Repeat("$,", len(args)), ",")+")", args...)
	}
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// columns are where a filter's lists and searched texts stand, by the name of the event's field.
var columns = map[string]string{
	"type": "s.type", "kind": "s.kind", "lane": "e.lane", "device": "s.device", "source": "s.source", "boot": "b.boot", "point": "s.point",
	"unit": "s.unit", "metric": "s.metric", "status": "coalesce(e.status, 'success')", "missing": "coalesce(e.missing, '')", "note": "coalesce(e.note, '')",
}

// selectEvents asks for what [buffer.Filter.Match] picks.
func (s *Store) selectEvents(f buffer.Filter) (string, []any, error) {
	if f.Limit < 0 || f.Limit > buffer.MaxLimit {
		return "", nil, fmt.Errorf("%w: limit %d; must be 1 to %d, or 0 for all", buffer.ErrRange, f.Limit, buffer.MaxLimit)
	}
	var w where
	lists := f.Lists()
	for _, field := range slices.Sorted(maps.Keys(lists)) { // one order, so that a database knows the query again
		w.in(columns[field], lists[field]...)
	}
	if f.MinSeverity > 0 {
		w.add("e.severity >= $", int64(f.MinSeverity))
	}
	if !f.Since.IsZero() {
		w.add("e.at >= $", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		w.add("e.at < $", f.Until.UnixMicro())
	}
	if f.Boot != "" {
		w.add("b.boot = $", f.Boot)
	}
	if f.Text != "" {
		s.addText(&w, clean(f.Text))
	}
	order := " ORDER BY e.at, e.id"
	if f.Limit > 0 {
		order = fmt.Sprintf(" ORDER BY e.at DESC, e.id DESC LIMIT %d", f.Limit)
	}
	return eventColumns + w.String() + order, w.args, nil
}

func (s *Store) addText(w *where, text string) {
	var either []string
	var args []any
	for _, field := range buffer.SearchedTexts {
		either = append(either, fmt.Sprintf(s.dialect.contains(), columns[field], "$"))
		args = append(args, buffer.LowerASCII(text))
	}
	w.add("("+strings.Join(either, " OR ")+")", args...)
}

func scanEvent(rows *sql.Rows) (e buffer.Event, err error) {
	var at, up int64
	var labels string
	err = rows.Scan(&e.Source, &e.Boot, &e.Lane, &e.Seq, &at, &up, &e.Device, &e.Point, &e.Unit, &e.Kind, &e.Severity, &e.Type, &e.Metric,
		&e.Value, &e.Bound, &e.Missing, &labels, &e.Status, &e.Note)
	e.Time, e.Up = time.UnixMicro(at).UTC(), time.Duration(up)*time.Microsecond
	e.Labels = unpackLabels(labels)
	if e.Bound == missingBound {
		e.Bound = buffer.Exact
	}
	return e, err
}

// newest collects the rows of a query in descending order and yields them in ascending order.
func (s *Store) newest(ctx context.Context, query string, args []any) (iter.Seq2[buffer.Event, error], error) {
	var events []buffer.Event
	for e, err := range s.stream(ctx, query, args) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	slices.Reverse(events)
	return func(yield func(buffer.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}, nil
}

// stream yields rows as the database returns them.
func (s *Store) stream(ctx context.Context, query string, args []any) iter.Seq2[buffer.Event, error] {
	return func(yield func(buffer.Event, error) bool) {
		rows, err := s.read.QueryContext(ctx, query, args...)
		if err != nil {
			yield(buffer.Event{}, fmt.Errorf("reading events: %w", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			e, err := scanEvent(rows)
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(buffer.Event{}, fmt.Errorf("reading events: %w", err))
		}
	}
}
