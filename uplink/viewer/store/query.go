package store

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// joined are the tables that a filter's columns stand in; %s is that of rows or blocks.
const joined = `%s e JOIN series s ON s.id = e.series JOIN boot b ON b.id = e.boot`

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

func (w *where) clone() where { return where{slices.Clone(w.conditions), slices.Clone(w.args)} }

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

// question is a filter in the store's words. Times are in microseconds since 1970.
type question struct {
	filter       buffer.Filter // without times, which are those of the events' own clocks
	since, until int64         // until is exclusive
	series       where         // conditions on what is the same in all events of a block
	rows         where         // all conditions on rows
}

// The times that a question goes by where it has no others.
const (
	beginOfTime = math.MinInt64 / 2
	endOfTime   = math.MaxInt64 / 2
)

func (s *Store) question(f buffer.Filter) (*question, error) {
	if f.Limit < 0 || f.Limit > buffer.MaxLimit {
		return nil, fmt.Errorf("%w: limit %d; must be 1 to %d, or 0 for all", buffer.ErrRange, f.Limit, buffer.MaxLimit)
	}
	f.Text = clean(f.Text)
	q := &question{filter: f, since: beginOfTime, until: endOfTime}
	q.filter.Since, q.filter.Until = time.Time{}, time.Time{}
	lists := f.Lists()
	for _, field := range slices.Sorted(maps.Keys(lists)) { // one order, so that a database knows the query again
		q.series.in(columns[field], lists[field]...)
	}
	if f.MinSeverity > 0 {
		q.series.add("e.severity >= $", int64(f.MinSeverity))
	}
	if f.Boot != "" {
		q.series.add("b.boot = $", f.Boot)
	}
	q.rows = q.series.clone()
	if !f.Since.IsZero() {
		q.since = f.Since.UnixMicro()
		q.rows.add("e.at >= $", q.since)
	}
	if !f.Until.IsZero() {
		q.until = f.Until.UnixMicro()
		q.rows.add("e.at < $", q.until)
	}
	if f.Text != "" {
		s.addText(&q.rows, f.Text)
	}
	return q, nil
}

// picks reports whether the question picks an event of a block.
func (q *question) picks(at int64, e *buffer.Event) bool {
	return at >= q.since && at < q.until && q.filter.Match(e)
}

// concerns reports whether the question may pick events of a lane.
func (q *question) concerns(lane buffer.Lane) bool {
	return len(q.filter.Lanes) == 0 || slices.Contains(q.filter.Lanes, lane)
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
