package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
	"pychron-edge/telemetry"
)

// buckets gathers values in steps of equal width.
type buckets struct {
	since, until int64 // microseconds
	from, step   int64
	parts        []part
	last         []int64 // time of the last value in a bucket, 0 where it is not known
	missing      []bool  // what is known ended in this bucket, and no value followed there
	points       block.Points
	exact        exact
	ends         []entry // of all that is known of the point
}

// coarse is the width of buckets, in microseconds, from which they begin and end at whole five minutes: then summaries of blocks fill them.
const coarse = 3 * partLength

func newBuckets(q telemetry.SeriesQuery) *buckets {
	since, until := q.Since.UnixMicro(), q.Until.UnixMicro()
	from, step := since, max((until-since+int64(q.Points)-1)/int64(q.Points), 1)
	if step >= coarse {
		from = floor(since, partLength)
		step = max((until-from+int64(q.Points)-1)/int64(q.Points), step)
		step = floor(step+partLength-1, partLength)
	}
	n := int((until - from + step - 1) / step)
	return &buckets{since: since, until: until, from: from, step: step, parts: make([]part, n), last: make([]int64, n), missing: make([]bool, n),
		exact: exact{points: q.Points}}
}

// addSeries adds what is stored of a series.
func (b *buckets) addSeries(ctx context.Context, tx *sql.Tx, id int64) error {
	for _, table := range rowTables { // an index of each has all columns of this query, or the table is in its order
		err := each(ctx, tx, `SELECT at, value, bound FROM `+table+` WHERE series = $1 AND at >= $2 AND at < $3`, func(rows *sql.Rows) error {
			var at, bound int64
			var value float64
			if err := rows.Scan(&at, &value, &bound); err != nil {
				return err
			}
			b.add(at, value, bound == missingBound)
			return nil
		}, id, b.since, b.until)
		if err != nil {
			return err
		}
	}
	return b.addPacked(ctx, tx, id)
}

// add adds one value.
func (b *buckets) add(at int64, value float64, missing bool) {
	if at < b.since || at >= b.until {
		return
	}
	if missing {
		b.ends = append(b.ends, entry{at: at, what: absent})
		return
	}
	b.exact.add(at, value)
	i := (at - b.from) / b.step
	b.parts[i].add(value, false)
	b.last[i] = max(b.last[i], at)
}

// addEnds adds the events of a series that end what is known of the point.
func (b *buckets) addEnds(ctx context.Context, tx *sql.Tx, end ender) error {
	for _, table := range rowTables {
		err := each(ctx, tx, `SELECT at FROM `+table+` WHERE series = $1 AND at >= $2 AND at < $3`, func(rows *sql.Rows) error {
			e := entry{what: end.what}
			if err := rows.Scan(&e.at); err != nil {
				return err
			}
			b.ends = append(b.ends, e)
			return nil
		}, end.id, b.since, b.until)
		if err != nil {
			return err
		}
	}
	return nil
}

// end marks the buckets in which what is known ended, and no value came after that.
func (b *buckets) end() {
	for _, e := range b.ends {
		if i := (e.at - b.from) / b.step; b.last[i] <= e.at {
			b.missing[i] = true
		}
	}
}

// ofSeries picks the blocks of a series that may have something between two times. None is longer than an hour.
const ofSeries = ` WHERE e.series = $1 AND e.first_at > $2 AND e.first_at < $3 AND e.last_at >= $4`

// addPacked adds the blocks of a series: by their summaries where these fall into one bucket each, else unpacked.
func (b *buckets) addPacked(ctx context.Context, tx *sql.Tx, id int64) error {
	args := []any{id, b.since - time.Hour.Microseconds(), b.until, b.since}
	if b.step < coarse {
		return b.addBlocks(ctx, tx, ofSeries, args...)
	}
	var unpack []packed
	err := each(ctx, tx, `SELECT e.id, e.month, e.first_at, e.last_at, e.parts FROM block e`+ofSeries, func(rows *sql.Rows) error {
		var one packed
		var first, last int64
		var parts sql.RawBytes
		if err := rows.Scan(&one.id, &one.month, &first, &last, &parts); err != nil {
			return err
		}
		if len(parts) == 0 || first < b.since || last >= b.until {
			unpack = append(unpack, one)
			return nil
		}
		return b.addParts(hourOf(first), parts)
	}, args...)
	for i := 0; i < len(unpack) && err == nil; i++ {
		err = b.addBlocks(ctx, tx, ` WHERE e.id = $1`+inMonth("d.month", unpack[i].month), unpack[i].id)
	}
	return err
}

// addBlocks unpacks the blocks that a condition picks.
func (b *buckets) addBlocks(ctx context.Context, tx *sql.Tx, where string, args ...any) error {
	return each(ctx, tx, `SELECT e.id, e.skew, d.data FROM block e JOIN block_data d ON d.id = e.id AND d.month = e.month`+where, func(rows *sql.Rows) error {
		var id, skew int64
		var data sql.RawBytes
		if err := rows.Scan(&id, &skew, &data); err != nil {
			return err
		}
		if err := b.points.Open(data); err != nil {
			return fmt.Errorf("block %d: %w", id, err)
		}
		b.addPoints(skew)
		return nil
	}, args...)
}

// addParts adds the summaries of a block.
func (b *buckets) addParts(hour int64, in []byte) error {
	parts, err := readParts(in)
	if err != nil {
		return err
	}
	for i := range parts {
		p := &parts[i]
		if p.count == 0 {
			continue
		}
		at := (hour + int64(i)*partLength - b.from) / b.step
		b.parts[at].merge(p)
		b.missing[at] = b.missing[at] || p.count > p.values
		b.exact.values += p.values // they are not kept
	}
	return nil
}

// merge adds a summary that was written.
func (p *part) merge(q *part) {
	if q.values == 0 {
		return
	}
	if p.values == 0 {
		p.min, p.max = q.min, q.max
	}
	p.min, p.max = min(p.min, q.min), max(p.max, q.max)
	p.mean += q.mean * float64(q.values)
	p.values += q.values
}

// maxSilence is how long an event counts as the value until the next one: 2.5 heartbeats of 60 s.
const maxSilence = 150 * time.Second

// series is every value for itself where there is room. Else it leaves out buckets without an event while the last event still counts, and makes one gap where it does not.
func (b *buckets) series(unit buffer.Unit) telemetry.Series {
	if b.exact.holds() {
		return b.exact.series(unit, b.ends, b.until)
	}
	b.end()
	out := roomySeries(unit, len(b.parts))
	put := func(i int, low, mean, high float64) {
		out.T = append(out.T, float64(b.from+int64(i)*b.step+b.step/2)/1e6)
		out.Min, out.Mean, out.Max = append(out.Min, low), append(out.Mean, mean), append(out.Max, high)
	}
	last, open := -1, false // last bucket with a value; whether a gap stands since
	for i := range b.parts {
		switch {
		case b.parts[i].values > 0:
			p := &b.parts[i]
			put(i, p.min, p.mean/float64(p.values), p.max)
			last, open = i, false
			if b.missing[i] && i+1 < len(b.parts) && b.parts[i+1].values == 0 {
				put(i+1, math.NaN(), math.NaN(), math.NaN())
				open = true
			}
		case open || last < 0:
		case b.missing[i] || int64(i-last)*b.step > maxSilence.Microseconds():
			put(i, math.NaN(), math.NaN(), math.NaN())
			open = true
		}
	}
	return out
}
