package blackbox

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

const (
	maxEvents  = 2000      // that are kept of a window, the newest
	maxPayload = 700 << 10 // bytes, compressed: with what MQTT adds, less than the megabyte that every broker takes
)

// recall makes what there is of a window until now.
func (b *Box) recall(w *window, now time.Duration) *telemetry.Trip {
	from, until := max(w.first-Before, 0), min(w.until, now)
	t := &telemetry.Trip{TripSummary: telemetry.TripSummary{ID: w.id(), Source: b.env.Source, Boot: b.env.Boot, Time: w.causes[0].Time, Causes: slices.Clone(w.causes),
		Recording: now < w.until, Thinned: 1}}
	series, oldest := b.readings(w, from, until)
	t.Series, t.Points = series, len(series)
	for i := range series {
		t.Readings += len(series[i].T)
	}
	t.Events = b.events(from, until)
	t.Exchanges = merged(w.exchanges, b.exchanges())
	b.complete(t, w, oldest, now)
	zero := b.env.ZeroWall()
	t.From, t.Until = zero.Add(max(from, oldest)).Truncate(time.Millisecond), zero.Add(until).Truncate(time.Millisecond)
	return t
}

// complete says whether all of the window is there, and if not, why.
func (b *Box) complete(t *telemetry.Trip, w *window, oldest, now time.Duration) {
	switch {
	case t.Recording:
		t.Why = "it goes on"
	case w.first < Before:
		t.Why = fmt.Sprintf("the agent had started %v before", w.first.Round(time.Second))
	case oldest > w.first-Before+time.Minute: // a point may be read once a minute: the first reading is not the beginning
		t.Why = fmt.Sprintf("the memory holds readings from %v before", max(w.first-oldest, 0).Round(time.Second))
	}
	t.Complete = t.Why == ""
}

// readings are the columns of all points, sorted by name, and the time from which they are complete.
func (b *Box) readings(w *window, from, until time.Duration) ([]telemetry.TripSeries, time.Duration) {
	columns := map[uint16]*telemetry.TripSeries{}
	codes := map[uint16]uint16{}
	oldest := b.memory.between(from, until, func(r reading) {
		s := columns[r.series]
		if s == nil {
			s = b.seriesOf(r.series)
			columns[r.series] = s
		}
		if code, ok := codes[r.series]; !ok || code != r.code {
			codes[r.series] = r.code
			s.Changes = append(s.Changes, b.codeOf(r.code, len(s.T)))
		}
		if s.Changes[len(s.Changes)-1].Missing != "" {
			r.value = math.NaN()
		}
		s.T, s.V = append(s.T, r.up-w.first.Milliseconds()), append(s.V, r.value)
	})
	list := make([]telemetry.TripSeries, 0, len(columns))
	for _, id := range slices.Sorted(maps.Keys(columns)) {
		list = append(list, *columns[id])
	}
	slices.SortStableFunc(list, func(x, y telemetry.TripSeries) int {
		return cmp.Or(cmp.Compare(x.Device, y.Device), cmp.Compare(x.Point, y.Point), cmp.Compare(x.Name, y.Name))
	})
	return list, oldest
}

// seriesOf is a point without readings.
func (b *Box) seriesOf(id uint16) *telemetry.TripSeries {
	b.memory.mu.Lock()
	defer b.memory.mu.Unlock()
	p := b.memory.series.list[id].point
	return &telemetry.TripSeries{Device: p.device, Point: cmp.Or(p.channel, p.name), Name: p.name, Unit: p.unit, Changes: []telemetry.TripCode{}}
}

func (b *Box) codeOf(code uint16, index int) telemetry.TripCode {
	b.memory.mu.Lock()
	defer b.memory.mu.Unlock()
	bound, missing := b.memory.codes.text(code)
	return telemetry.TripCode{Index: index, Bound: bound.String(), Missing: missing}
}

// events are those of audit and ingest that were recorded in a time, oldest first.
func (b *Box) events(from, until time.Duration) []json.RawMessage {
	var all []buffer.Event
	for _, ring := range []*buffer.Ring{b.env.Lanes.Audit, b.env.Lanes.Ingest} {
		follow := ring.Follow(0, 64)
		for events, _ := follow.Next(); len(events) > 0; events, _ = follow.Next() {
			for i := range events {
				if e := &events[i]; e.Boot == b.env.Boot && e.Up >= from && e.Up <= until {
					all = append(all, *e)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(x, y buffer.Event) int { return cmp.Compare(x.Up, y.Up) })
	all = all[max(len(all)-maxEvents, 0):]
	list := make([]json.RawMessage, len(all))
	for i := range all {
		list[i] = buffer.AppendJSON(nil, &all[i])
	}
	return list
}

// merged is both lists of exchanges in the order of their times, none twice.
func merged(a, b []telemetry.ShownExchange) []telemetry.ShownExchange {
	all := append(slices.Clone(a), b...)
	slices.SortStableFunc(all, func(x, y telemetry.ShownExchange) int {
		return cmp.Or(x.Time.Compare(y.Time), cmp.Compare(x.Device, y.Device), cmp.Compare(x.Request, y.Request), cmp.Compare(x.Reply, y.Reply))
	})
	all = slices.CompactFunc(all, func(x, y telemetry.ShownExchange) bool {
		return x.Time.Equal(y.Time) && x.Device == y.Device && x.Request == y.Request && x.Reply == y.Reply
	})
	if all == nil {
		all = []telemetry.ShownExchange{}
	}
	return all
}

// pack is the compressed JSON of a trip. One that is too long for a broker loses every second reading, again and again, and says so.
func pack(t *telemetry.Trip) ([]byte, error) {
	for {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if err := json.NewEncoder(z).Encode(t); err != nil {
			return nil, fmt.Errorf("packing trip %s: %w", t.ID, err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("packing trip %s: %w", t.ID, err)
		}
		if b.Len() <= maxPayload || t.Readings <= len(t.Series) {
			return b.Bytes(), nil
		}
		thin(t)
	}
}

// thin leaves every second reading of each point, and the first of each change.
func thin(t *telemetry.Trip) {
	t.Thinned, t.Readings = 2*t.Thinned, 0
	for i := range t.Series {
		s := &t.Series[i]
		n, next := 0, 0
		for k := range s.T {
			first := next < len(s.Changes) && s.Changes[next].Index == k
			if k%2 == 1 && !first {
				continue
			}
			if first {
				s.Changes[next].Index = n
				next++
			}
			s.T[n], s.V[n] = s.T[k], s.V[k]
			n++
		}
		s.T, s.V = s.T[:n], s.V[:n]
		t.Readings += n
	}
}
