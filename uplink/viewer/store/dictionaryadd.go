package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"pychron-edge/buffer"
)

// number gives rows the ids of the boots and series of their events. Those that are new are added with tx, all at once.
func (s *Store) number(ctx context.Context, tx *sql.Tx, events []buffer.Event, rows []row, now int64) error {
	boots, series := s.dict.number(events, rows)
	if len(boots) == 0 && len(series) == 0 {
		return nil
	}
	if err := s.addBoots(ctx, tx, boots, now); err != nil {
		return err
	}
	if err := s.addSeries(ctx, tx, series); err != nil {
		return err
	}
	s.dict.number(events, rows)
	return nil
}

// number gives rows the ids that are known, and returns the boots and series that are not, once each, in order of arrival.
func (d *dictionary) number(events []buffer.Event, rows []row) (boots []bootKey, series []*buffer.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	seenBoots, seenSeries := map[bootKey]bool{}, map[seriesNames]bool{}
	for i := range events {
		e, ok := &events[i], false
		b, k := bootKeyOf(e), seriesOf(e)
		if rows[i].boot, ok = d.boots[b]; !ok && !seenBoots[b] {
			seenBoots[b] = true
			boots = append(boots, b)
		}
		if rows[i].series, ok = d.series[k]; !ok && !seenSeries[k] {
			seenSeries[k] = true
			series = append(series, e)
		}
	}
	return boots, series
}

func bootKeyOf(e *buffer.Event) bootKey { return bootKey{clean(e.Source), clean(e.Boot)} }

func seriesOf(e *buffer.Event) seriesNames {
	return seriesNames{e.Source, e.Device, e.Metric, e.Kind, e.Type, e.Labels, e.Point, e.Unit}
}

// bootOf returns the id of a boot, and adds it with tx if it is new.
func (s *Store) bootOf(ctx context.Context, tx *sql.Tx, k bootKey, now int64) (int64, error) {
	if id, ok := s.dict.bootOf(k); ok {
		return id, nil
	}
	if err := s.addBoots(ctx, tx, []bootKey{k}, now); err != nil {
		return 0, err
	}
	id, _ := s.dict.bootOf(k)
	return id, nil
}

func (d *dictionary) bootOf(k bootKey) (id int64, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id, ok = d.boots[k]
	return id, ok
}

func (s *Store) addBoots(ctx context.Context, tx *sql.Tx, all []bootKey, now int64) error {
	if len(all) == 0 {
		return nil
	}
	ids, err := s.dialect.addBoots(ctx, tx, all, now)
	if err == nil && slices.Contains(ids, 0) {
		err = sql.ErrNoRows
	}
	if err != nil {
		return fmt.Errorf("%d new boots, the first %s of %s: %w", len(all), all[0].boot, all[0].source, err)
	}
	s.dict.mu.Lock()
	defer s.dict.mu.Unlock()
	for i, k := range all {
		s.dict.addBoot(ids[i], k)
	}
	return nil
}

// addSeries adds the series of events.
func (s *Store) addSeries(ctx context.Context, tx *sql.Tx, of []*buffer.Event) error {
	if len(of) == 0 {
		return nil
	}
	all := make([]seriesNames, len(of))
	for i, e := range of {
		all[i] = storedNames(e)
	}
	ids, err := s.dialect.addSeries(ctx, tx, all)
	if err == nil && slices.Contains(ids, 0) {
		err = sql.ErrNoRows
	}
	if err != nil {
		return fmt.Errorf("%d new series, the first %s of %s: %w", len(all), of[0].Metric, of[0].Device, err)
	}
	s.dict.mu.Lock()
	defer s.dict.mu.Unlock()
	for i, e := range of {
		s.dict.series[seriesOf(e)], s.dict.seriesNames[ids[i]] = ids[i], all[i]
	}
	return nil
}

// storedNames are the names of an event's series as a database takes them.
func storedNames(e *buffer.Event) seriesNames {
	return seriesNames{clean(e.Source), clean(e.Device), clean(e.Metric), e.Kind, e.Type, unpackLabels(packLabels(e.Labels)), clean(e.Point), buffer.Unit(clean(string(e.Unit)))}
}
