package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Gap is a run of consecutive events of one boot and lane that are not stored: First to Last. Last 0 means that the end is not known:
// the boot did not stop cleanly. A declared gap will not be filled; any other may be, by a resend.
type Gap struct {
	Source, Boot string
	Lane         buffer.Lane
	First, Last  uint64
	Noticed      time.Time
	Declared     bool
	Answered     bool // of a declared one without an end that is noted: whoever was asked for it has said that it is lost
}

// NoteGap stores what the events themselves do not show. A declared gap is lost, as far as its events are not stored. Any other says that
// all events up to its Last exist. With Last 0, what follows First, and is not stored, is lost; see [Store.EndAnswered].
func (s *Store) NoteGap(ctx context.Context, g Gap) error {
	if g.First == 0 || g.First > math.MaxInt64-2 || g.Last > math.MaxInt64-2 {
		return fmt.Errorf("noting a gap of %s from %d to %d: from must be 1 to %d, to must be 0 to %d", g.Source, g.First, g.Last, int64(math.MaxInt64-2), int64(math.MaxInt64-2))
	}
	if g.Last > 0 && g.Last < g.First {
		return nil
	}
	return s.transact(ctx, "noting a gap of "+g.Source, func(tx *sql.Tx) error {
		boot, err := s.bootOf(ctx, tx, bootKey{clean(g.Source), clean(g.Boot)}, s.now().UnixMicro())
		if err != nil {
			return err
		}
		k := stream{boot, g.Lane}
		if g.Last == 0 {
			return noteEnd(ctx, tx, k, &g)
		}
		return s.noteGap(ctx, tx, k, &g)
	})
}

func (s *Store) noteGap(ctx context.Context, tx *sql.Tx, k stream, g *Gap) error {
	opened, err := s.openIdentities(ctx, tx, []extent{{k, int64(g.First), int64(g.Last)}})
	if err != nil {
		return err
	}
	id := opened[0]
	if g.Declared {
		id.spans = id.spans.lose(int64(g.First), int64(g.Last), id.known.noticed, g.Noticed.UnixMicro())
		id.closed()
	} else {
		id.exists(int64(g.Last), g.Noticed.UnixMicro())
	}
	return s.saveIdentities(ctx, tx, id)
}

// noteEnd notes that what follows a number is lost.
func noteEnd(ctx context.Context, tx *sql.Tx, k stream, g *Gap) error {
	answered := int64(0)
	if g.Answered {
		answered = g.Noticed.UnixMicro()
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO stream (boot, lane, through, noticed, lost_from, lost_noticed, answered) VALUES ($1, $2, 0, 0, $3, $4, $5)
		ON CONFLICT (boot, lane) DO UPDATE SET lost_from = excluded.lost_from,
		lost_noticed = CASE WHEN stream.lost_noticed > 0 THEN stream.lost_noticed ELSE excluded.lost_noticed END,
		answered = CASE WHEN excluded.answered > 0 THEN excluded.answered ELSE stream.answered END`,
		k.boot, int64(k.lane), int64(g.First), g.Noticed.UnixMicro(), answered)
	return err
}

// EndAnswered reports whether those who were asked for the end of a boot and lane have said that it is lost: nobody need be asked again.
func (s *Store) EndAnswered(ctx context.Context, source, boot string, lane buffer.Lane) (bool, error) {
	var answered int64
	err := s.read.QueryRowContext(ctx, `SELECT answered FROM stream WHERE boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2) AND lane = $3`,
		source, boot, int64(lane)).Scan(&answered)
	if err != nil && err != sql.ErrNoRows {
		return false, fmt.Errorf("end of a boot of %s: %w", source, err)
	}
	return answered > 0, nil
}

// The four sorts of gaps: before a span, behind all spans, a span that is lost, and the lost end of a boot. lastOf is the end of a stream's spans.
const (
	lastOf  = `coalesce((SELECT max(p.last) FROM span p WHERE p.boot = g.boot AND p.lane = g.lane), 0)`
	gapSQL  = `SELECT b.source, b.boot, g.boot, g.lane, coalesce((SELECT max(p.last) FROM span p WHERE p.boot = g.boot AND p.lane = g.lane AND p.first < g.first), 0) + 1, g.first - 1, g.noticed, 0 FROM span g JOIN boot b ON b.id = g.boot WHERE g.noticed > 0`
	tailSQL = `SELECT b.source, b.boot, g.boot, g.lane, ` + lastOf + ` + 1, g.through, g.noticed, 0 FROM stream g JOIN boot b ON b.id = g.boot WHERE g.noticed > 0`
	lostSQL = `SELECT b.source, b.boot, g.boot, g.lane, g.first, g.last, g.declared, 1 FROM span g JOIN boot b ON b.id = g.boot WHERE g.declared > 0`
	endSQL  = `SELECT b.source, b.boot, g.boot, g.lane, CASE WHEN ` + lastOf + ` < g.lost_from THEN g.lost_from ELSE ` + lastOf + ` + 1 END, 0, g.lost_noticed, 1 FROM stream g JOIN boot b ON b.id = g.boot WHERE g.lost_noticed > 0`
)

// gapQuery finds one sort of gaps, in the order of what was noticed last.
type gapQuery struct{ query, order string }

var (
	openQueries = []gapQuery{{gapSQL, "g.noticed DESC, g.boot DESC, g.lane DESC, g.first"}, {tailSQL, "g.noticed DESC, g.boot DESC, g.lane"}}
	allQueries  = append(slices.Clip(openQueries), gapQuery{lostSQL, "g.declared DESC, g.boot DESC, g.lane DESC, g.first"},
		gapQuery{endSQL, "g.lost_noticed DESC, g.boot DESC, g.lane"})
)

// Gaps returns the newest gaps of source ("" = all), newest last, at most limit.
func (s *Store) Gaps(ctx context.Context, source string, limit int) ([]Gap, error) {
	return s.newestGaps(ctx, allQueries, source, limit)
}

// OpenGaps is as Gaps, of those that are not declared lost: what is missing there may still come.
func (s *Store) OpenGaps(ctx context.Context, source string, limit int) ([]Gap, error) {
	return s.newestGaps(ctx, openQueries, source, limit)
}

func (s *Store) newestGaps(ctx context.Context, queries []gapQuery, source string, limit int) ([]Gap, error) {
	limit = max(limit, 1)
	found, err := readGaps(ctx, s.read, queries, source, limit)
	if err != nil {
		return nil, fmt.Errorf("reading gaps: %w", err)
	}
	slices.SortFunc(found, numberedGap.compare)
	var gaps []Gap
	for _, g := range found[max(0, len(found)-limit):] {
		gaps = append(gaps, g.Gap)
	}
	return gaps, nil
}

// numberedGap is a gap and the number of its boot.
type numberedGap struct {
	Gap
	boot int64
}

func (g numberedGap) compare(h numberedGap) int {
	return cmp.Or(g.Noticed.Compare(h.Noticed), cmp.Compare(g.boot, h.boot), cmp.Compare(g.Lane, h.Lane), cmp.Compare(g.First, h.First))
}

// readGaps reads the newest gaps of each sort, in one statement, and so as they are at one time.
func readGaps(ctx context.Context, q queryer, queries []gapQuery, source string, limit int) (gaps []numberedGap, err error) {
	var args []any
	of := ""
	if source != "" {
		of, args = " AND b.source = $1", append(args, source)
	}
	var parts []string
	for i, sort := range queries {
		parts = append(parts, fmt.Sprintf("SELECT * FROM (%s%s ORDER BY %s DESC LIMIT %d) g%d", sort.query, of, sort.order, limit, i))
	}
	err = each(ctx, q, strings.Join(parts, " UNION ALL "), func(rows *sql.Rows) error {
		var g numberedGap
		var noticed, declared int64
		err := rows.Scan(&g.Source, &g.Boot, &g.boot, &g.Lane, &g.First, &g.Last, &noticed, &declared)
		g.Noticed, g.Declared = time.UnixMicro(noticed).UTC(), declared != 0
		gaps = append(gaps, g)
		return err
	}, args...)
	return gaps, err
}

// spansOf are all spans of a stream, and what is known beyond them, as they are at one time.
func (s *Store) spansOf(ctx context.Context, source, boot string, lane buffer.Lane) (all spans, k known, err error) {
	const ofBoot = `boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2) AND lane = $3`
	err = each(ctx, s.read, `SELECT first, last, noticed, declared FROM span WHERE `+ofBoot+`
		UNION ALL SELECT 0, through, noticed, 0 FROM stream WHERE `+ofBoot+` ORDER BY first`, func(rows *sql.Rows) error {
		var sp span
		err := rows.Scan(&sp.first, &sp.last, &sp.noticed, &sp.declared)
		if sp.first == 0 { // numbers begin with 1
			k = known{through: sp.last, noticed: sp.noticed}
		} else {
			all = append(all, sp)
		}
		return err
	}, source, boot, int64(lane))
	return all, k, err
}

// FirstMissing returns the first Seq of one boot and lane that is missing and not declared lost, 0 if there is none.
func (s *Store) FirstMissing(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	all, k, err := s.spansOf(ctx, source, boot, lane)
	if err != nil {
		return 0, fmt.Errorf("first missing event of %s: %w", source, err)
	}
	next := int64(1)
	for _, sp := range all {
		if sp.first > next {
			return uint64(next), nil
		}
		next = sp.last + 1
	}
	if next <= k.through {
		return uint64(next), nil
	}
	return 0, nil
}

// Last returns the greatest Seq stored of one boot and lane, 0 if there is none.
func (s *Store) Last(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	var last uint64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(last), 0) FROM span
		WHERE boot = (SELECT id FROM boot WHERE source = $1 AND boot = $2) AND lane = $3 AND declared = 0`,
		source, boot, int64(lane)).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("last event of %s: %w", source, err)
	}
	return last, nil
}

// Boots returns the boots of one agent, or of all if source is "", in order of arrival.
func (s *Store) Boots(source string) []string { return s.dict.bootsOf(source) }

// End is how a boot ended.
type End struct {
	Clean bool                   // it stopped in order: its last system event is that of a clean stop
	Last  map[buffer.Lane]uint64 // the last number of its lanes, 0 for none, as that event tells it; nil: it does not
}

// End returns how a boot ended, as far as its events are here.
func (s *Store) End(ctx context.Context, source, boot string) (end End, err error) {
	f := buffer.Filter{Sources: []string{source}, Boot: boot, Lanes: []buffer.Lane{buffer.Audit}, Kinds: []buffer.Kind{buffer.System}, Limit: 1}
	events, err := s.Events(ctx, f)
	if err != nil {
		return end, err
	}
	for e, err := range events {
		if err != nil {
			return end, err
		}
		if end.Clean = e.Metric == "agent_stops_total"; end.Clean {
			end.Last = lastNumbers(e.Note)
		}
	}
	return end, nil
}

// lastNumbers reads the numbers that the note of a stop begins with.
func lastNumbers(note string) map[buffer.Lane]uint64 {
	var readings, ingest uint64
	if n, _ := fmt.Sscanf(note, buffer.StopNote, &readings, &ingest); n != 2 {
		return nil
	}
	return map[buffer.Lane]uint64{buffer.Readings: readings, buffer.Ingest: ingest}
}
