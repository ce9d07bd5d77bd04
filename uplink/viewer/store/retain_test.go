package store

import (
	"database/sql"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// dated are events of a boot that was received at zero and has another idea of the time: 20 readings, 10 s apart, and a command.
func dated(boot string, begin time.Time) (all []buffer.Event) {
	for i := range uint64(20) {
		e := reading(boot, i+1, float64(i))
		e.Up = time.Duration(i+1) * 10 * time.Second
		e.Time = begin.Add(e.Up)
		all = append(all, e)
	}
	c := command(boot, 1, "")
	c.Time = begin.Add(c.Up)
	return append(all, c)
}

// retains is that events are deleted by their age, whatever clock the agent has.
func retains(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	const month = 30 * 24 * time.Hour
	for name, begin := range map[string]time.Time{
		"no clock yet": time.Unix(0, 0), "off for months": zero.AddDate(0, -3, 0), "right": zero, "fast by a week": zero.AddDate(0, 0, 7), "fast by a year": zero.AddDate(1, 0, 0),
	} {
		for _, packed := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", packed ", packed), func(t *testing.T) {
				s, _ := fresh(t)
				s.now = func() time.Time { return zero }
				all := dated("b1", begin)
				appendAll(t, s, all...)
				if packed {
					if n, err := s.Pack(t.Context(), zero.Add(4*time.Hour)); n != 20 || err != nil {
						t.Fatalf("Pack = %d, %v; want all 20 readings, two hours after they were received", n, err)
					}
				}
				for _, after := range []time.Duration{time.Hour, month - time.Second} {
					if n, err := s.Prune(t.Context(), Retain{Age: month}, zero.Add(after)); n != 0 || err != nil {
						t.Errorf("%s after they were received %d events are deleted, %v; want none", after, n, err)
					}
				}
				if n, err := s.Prune(t.Context(), Retain{Age: month}, zero.Add(month+8*24*time.Hour)); n != int64(len(all)) || err != nil {
					t.Errorf("a week after they were a month old %d events are deleted, %v; want all %d", n, err, len(all))
				}
			})
		}
	}
	t.Run("what a clock event makes right is there", func(t *testing.T) {
		s, _ := fresh(t)
		s.now = func() time.Time { return zero }
		appendAll(t, s, dated("b1", time.Unix(0, 0))...)
		if _, err := s.Prune(t.Context(), Retain{Age: month}, zero); err != nil {
			t.Fatal(err)
		}
		appendAll(t, s, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 2, Kind: buffer.Clock, Type: buffer.Gauge,
			Metric: "clock_offset_seconds", Value: float64(zero.Unix()), Up: 10 * time.Minute, Time: zero.Add(10 * time.Minute), Status: "success"})
		if got := collect(t, s, buffer.Filter{Since: zero}); len(got) != 22 {
			t.Errorf("%d events since %s, want all 22 with their right times", len(got), zero)
		}
	})
	t.Run("stored by a viewer without a clock", func(t *testing.T) {
		s, _ := fresh(t)
		s.now = func() time.Time { return time.Unix(60, 0) }
		appendAll(t, s, dated("b1", zero)...)
		if n, err := s.Prune(t.Context(), Retain{Age: month}, zero.Add(time.Hour)); n != 0 || err != nil {
			t.Errorf("%d events are deleted, %v; want none", n, err)
		}
	})
	t.Run("too much: what was received first goes first", func(t *testing.T) {
		s, _ := fresh(t)
		for i, begin := range []time.Time{zero.AddDate(1, 0, 0), zero.AddDate(0, 0, 2), time.Unix(0, 0), zero.AddDate(2, 0, 0)} {
			s.now = func() time.Time { return zero.AddDate(0, 0, 2*i) }
			appendAll(t, s, dated(fmt.Sprint("b", i), begin)...)
			if _, err := s.Pack(t.Context(), s.now().Add(3*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		p := pruning{store: s, now: zero.AddDate(0, 0, 7).UnixMicro(), months: s.dialect.divides(), tooOld: beginOfTime, before: math.MaxInt64}
		left := []string{"b0", "b1", "b2", "b3"}
		for len(left) > 0 {
			err := s.packing(t.Context(), func(tx *sql.Tx) error {
				n, _, err := p.some(t.Context(), tx)
				if n == 0 {
					return fmt.Errorf("nothing is deleted though %v are left", left)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for len(left) > 0 && len(collect(t, s, buffer.Filter{Boot: left[0]})) == 0 {
				left = left[1:]
			}
			for _, boot := range left[min(1, len(left)):] { // a step may be of 64 blocks, which are more than there are
				if n := len(collect(t, s, buffer.Filter{Boot: boot, Kinds: []buffer.Kind{buffer.Command}})); n != 1 {
					t.Errorf("%d commands of %s are left while %s is there, want the one", n, boot, left[0])
				}
			}
		}
	})
	t.Run("too much of the future", func(t *testing.T) {
		s, _ := fresh(t)
		s.now = func() time.Time { return zero }
		appendAll(t, s, dated("b1", zero.AddDate(1, 0, 0))...)
		n, err := s.Prune(t.Context(), Retain{Size: 1}, zero)
		if left := len(collect(t, s, buffer.Filter{})); left != 0 && s.dialect.measures() {
			t.Errorf("Prune = %d, %v, and %d events are left; want none", n, err, left)
		}
	})
	t.Run("a store of before", func(t *testing.T) {
		s, where := fresh(t)
		s.now = func() time.Time { return zero }
		all := dated("b1", zero)
		appendAll(t, s, all...)
		if _, err := s.Pack(t.Context(), zero.Add(4*time.Hour)); err != nil {
			t.Fatal(err)
		}
		appendAll(t, s, dated("b2", zero.AddDate(1, 0, 0))...)
		makeUnreceived(t, s)
		s.Close()
		s = open(t, where)
		s.now = func() time.Time { return zero.AddDate(0, 0, 20) }
		appendAll(t, s, dated("b3", time.Unix(0, 0))...)
		if n, err := s.Prune(t.Context(), Retain{Age: month}, zero.Add(month+time.Hour)); n != int64(len(all)) || err != nil {
			t.Errorf("Prune = %d, %v; want the %d whose own time is too old", n, err, len(all))
		}
		if got := collect(t, s, buffer.Filter{}); len(got) != 2*len(all) {
			t.Errorf("%d events are left, want %d", len(got), 2*len(all))
		}
	})
}

// makeUnreceived gives a store the tables of before it was noted when events were received.
func makeUnreceived(t testing.TB, s *Store) {
	t.Helper()
	for _, table := range []string{"event", "reading", "block"} {
		for _, statement := range []string{`DROP INDEX IF EXISTS ` + table + `_late`, `ALTER TABLE ` + table + ` DROP COLUMN received`} {
			if _, err := s.write.Exec(statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
	}
}

func TestRetains(t *testing.T) {
	retains(t, func(t *testing.T) (*Store, string) {
		where := filepath.Join(t.TempDir(), "events.db")
		return open(t, where), where
	})
}
