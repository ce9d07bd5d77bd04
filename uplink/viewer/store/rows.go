package store

import (
	"cmp"
	"database/sql"

	"pychron-edge/buffer"
)

// row is one event as it is stored in a table.
type row struct {
	boot, series   int64
	lane, severity int64
	seq            int64
	at, skew, up   int64 // microseconds: corrected wall time, what to add to it for the event's own time, monotonic
	received       int64 // when it was stored, by this computer's clock; 0 where an earlier version did
	value          float64
	bound          int64
	missing        *string
	status, note   *string
}

// stream is one numbering: the events of a boot and lane.
type stream struct {
	boot int64
	lane buffer.Lane
}

// compare is the order in which streams are locked.
func (k stream) compare(other stream) int {
	return cmp.Or(cmp.Compare(k.boot, other.boot), cmp.Compare(k.lane, other.lane))
}

// rowTables are the tables of rows: every lane but readings (and the readings of a store that is being migrated), and readings.
var rowTables = [...]string{"event", "reading"}

// rowColumns are what scan reads.
const rowColumns = `e.boot, e.series, e.lane, e.severity, e.seq, e.at, e.skew, e.up, e.value, e.bound, e.missing, e.status, e.note, e.received`

// missingBound marks, in a table, an event without a value, so that an index alone can answer.
const missingBound = 3

func (r *row) stream() stream { return stream{r.boot, buffer.Lane(r.lane)} }

func (r *row) scan(rows *sql.Rows) error {
	return rows.Scan(&r.boot, &r.series, &r.lane, &r.severity, &r.seq, &r.at, &r.skew, &r.up, &r.value, &r.bound, &r.missing, &r.status, &r.note, &r.received)
}

// position is where an event stands among all: by time, then by its number in its lane and boot.
type position struct{ at, boot, lane, seq int64 }

func (r *row) position() position { return position{r.at, r.boot, r.lane, r.seq} }

func (p position) compare(q position) int {
	for _, d := range [...][2]int64{{p.at, q.at}, {p.boot, q.boot}, {p.lane, q.lane}, {p.seq, q.seq}} {
		if d[0] != d[1] {
			if d[0] < d[1] {
				return -1
			}
			return 1
		}
	}
	return 0
}
