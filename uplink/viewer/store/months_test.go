package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestMonthOf(t *testing.T) {
	for text, want := range map[string]int64{"2026-11-30T23:59:59.999999Z": 202611, "2026-12-01T00:00:00Z": 202612, "2027-01-01T00:59:59+01:00": 202612, "1970-01-01T00:00:00Z": 197001} {
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		month := monthOf(at.UnixMicro())
		if month != want || beginOf(month, 0) > at.UnixMicro() || beginOf(month, 1) <= at.UnixMicro() {
			t.Errorf("%s is in month %d, from %d to %d, want %d", text, month, beginOf(month, 0), beginOf(month, 1), want)
		}
	}
}

// undivide puts all blocks where a store that is being divided has those that were not moved yet.
func undivide(ctx context.Context, s *Store) error {
	for _, table := range [...]string{"block_data", "block"} {
		if _, err := s.write.ExecContext(ctx, `UPDATE `+table+` SET month = 0`); err != nil {
			return err
		}
	}
	return nil
}

// makeUndivided gives a store the tables of before blocks were divided by months.
func makeUndivided(t testing.TB, s *Store) {
	t.Helper()
	bytes := "BLOB"
	if s.dialect.divides() {
		bytes = "BYTEA"
	}
	for _, statement := range []string{
		`CREATE TABLE copy AS SELECT id, data FROM block_data`, `DROP TABLE block_data`,
		`CREATE TABLE block_data (id BIGINT PRIMARY KEY, data ` + bytes + ` NOT NULL)`,
		`INSERT INTO block_data (id, data) SELECT id, data FROM copy`, `DROP TABLE copy`,
		`DROP INDEX IF EXISTS block_month`, `ALTER TABLE block DROP COLUMN month`,
	} {
		if _, err := s.write.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// hourly are readings of one gauge, two an hour, over some months up to zero.
func hourly(months int) (all []buffer.Event) {
	from := zero.AddDate(0, -months, 0)
	for at := from; at.Before(zero); at = at.Add(30 * time.Minute) {
		e := reading("b1", uint64(len(all)+1), float64(len(all)))
		e.Time, e.Up = at, at.Sub(from)
		all = append(all, e)
	}
	return all
}

// undivided is that a store of before blocks were divided opens and is divided in steps, after each of which the viewer may be stopped, while it
// stores and packs: nothing is lost or doubled.
func undivided(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, where := fresh(t)
	s.now = func() time.Time { return zero }
	all := hourly(2)
	late := all[len(all)-200:]
	all = all[:len(all)-200]
	appendAll(t, s, all...)
	if _, err := s.Pack(t.Context(), zero); err != nil {
		t.Fatal(err)
	}
	makeUndivided(t, s)
	for steps := 0; ; steps++ {
		s.Close()
		s = open(t, where)
		s.now, s.limits.moved = func() time.Time { return zero }, 190
		if len(late) > 0 {
			appendAll(t, s, late[:40]...)
			all, late = append(all, late[:40]...), late[40:]
			for n := int64(1); n > 0; {
				var err error
				if n, err = s.packStep(t.Context(), zero); err != nil {
					t.Fatal(err)
				}
			}
		}
		got := collect(t, s, buffer.Filter{})
		if len(got) != len(all) {
			t.Fatalf("after %d steps: %d events, want %d", steps, len(got), len(all))
		}
		for i := range got {
			if got[i] != all[i] {
				t.Fatalf("after %d steps: event %d is %+v, want %+v", steps, i, got[i], all[i])
			}
		}
		if n := appendAll(t, s, all[steps*7:steps*7+30]...); n != 0 {
			t.Fatalf("after %d steps %d known events are stored again", steps, n)
		}
		n, err := s.moveStep(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if s.dialect.divides() && steps < 5 {
				t.Errorf("%d steps, want more: the test stops nowhere", steps)
			}
			break
		}
	}
	if s.dialect.divides() {
		if got := fmt.Sprint(monthsOf(t, s)); got != "map[202609:208 202610:744 202611:510]" {
			t.Errorf("blocks by month: %s, want each in its own", got)
		}
	}
}

// monthsOf is how many blocks there are by month; that of their bytes must be the same.
func monthsOf(t *testing.T, s *Store) map[int64]int64 {
	t.Helper()
	all := map[int64]int64{}
	for _, table := range [...]string{"block", "block_data"} {
		counted := map[int64]int64{}
		rows, err := s.read.Query(`SELECT month, count(*) FROM ` + table + ` GROUP BY month`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var month, count int64
			if err := rows.Scan(&month, &count); err != nil {
				t.Fatal(err)
			}
			counted[month] = count
		}
		rows.Close()
		if table == "block" {
			all = counted
		} else if fmt.Sprint(counted) != fmt.Sprint(all) {
			t.Errorf("blocks by month %v, their bytes %v; want the same", all, counted)
		}
	}
	return all
}
