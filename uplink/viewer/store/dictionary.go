package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"pychron-edge/buffer"
)

// dictionary holds the ids of boots and series. Labels contain NUL, which PostgreSQL's text refuses: they are stored with the unit
// separator instead.
type dictionary struct {
	mu     sync.Mutex
	boots  map[bootKey]int64
	order  []bootKey // in order of arrival
	series map[seriesKey]int64

	doubtful bool // it may hold what was not committed

	bootNames   map[int64]bootKey
	seriesNames map[int64]seriesNames
	clocks      map[int64]correction // by boot
}

// seriesNames are what the events of a series have in common.
type seriesNames struct {
	seriesKey
	point string
	unit  buffer.Unit
}

// common is what is the same in all events of a boot and series.
type common struct {
	boot   bootKey
	series seriesNames
}

func (n *common) event() buffer.Event {
	k := &n.series
	return buffer.Event{Source: n.boot.source, Boot: n.boot.boot, Device: k.device, Point: k.point, Unit: k.unit, Kind: k.kind, Type: k.typ, Metric: k.metric, Labels: k.labels}
}

type bootKey struct{ source, boot string }

type seriesKey struct {
	source, device, metric string
	kind                   buffer.Kind
	typ                    buffer.Type
	labels                 buffer.Labels
}

const separator = "\x1f"

func packLabels(l buffer.Labels) string { return strings.ReplaceAll(string(l), "\x00", separator) }
func unpackLabels(s string) buffer.Labels {
	return buffer.Labels(strings.ReplaceAll(s, separator, "\x00"))
}

func newDictionary() dictionary {
	return dictionary{boots: map[bootKey]int64{}, series: map[seriesKey]int64{}, bootNames: map[int64]bootKey{}, seriesNames: map[int64]seriesNames{}, clocks: map[int64]correction{}}
}

// common returns what the events of a boot and a series have in common. Those that another viewer added are read with q.
func (d *dictionary) common(ctx context.Context, q queryer, boot, series int64) (common, error) {
	for again := false; ; again = true {
		if n, ok := d.known(boot, series); ok {
			return n, nil
		}
		if again {
			return common{}, fmt.Errorf("boot %d or series %d is not in the dictionary", boot, series)
		}
		if err := d.load(ctx, q); err != nil {
			return common{}, err
		}
	}
}

func (d *dictionary) known(boot, series int64) (n common, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n.boot, ok = d.bootNames[boot]; !ok {
		return n, false
	}
	n.series, ok = d.seriesNames[series]
	return n, ok
}

func (d *dictionary) clockOf(boot int64) (c correction, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok = d.clocks[boot]
	return c, ok
}

func (d *dictionary) setClock(boot int64, c correction) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clocks[boot] = c
}

// bootsOf returns the boots of one source, or of all if source is "", in order of arrival.
func (d *dictionary) bootsOf(source string) (boots []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.order {
		if source == "" || k.source == source {
			boots = append(boots, k.boot)
		}
	}
	return boots
}

// bootIDs are the ids of all boots.
func (d *dictionary) bootIDs() []int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.bootNames))
}

// bootOf returns the id of e's boot, and adds it with tx if it is new.
func (d *dictionary) bootOf(ctx context.Context, tx *sql.Tx, e *buffer.Event, now int64) (int64, error) {
	k := bootKey{clean(e.Source), clean(e.Boot)}
	d.mu.Lock()
	id, ok := d.boots[k]
	d.mu.Unlock()
	if ok {
		return id, nil
	}
	id, err := addBoot(ctx, tx, k, now)
	if err != nil {
		return 0, fmt.Errorf("boot %s of %s: %w", k.boot, k.source, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.addBoot(id, k)
	return id, nil
}

// seriesOf returns the id of e's series, and adds it with tx if it is new.
func (d *dictionary) seriesOf(ctx context.Context, tx *sql.Tx, e *buffer.Event) (int64, error) {
	k := seriesKey{e.Source, e.Device, e.Metric, e.Kind, e.Type, e.Labels}
	d.mu.Lock()
	id, ok := d.series[k]
	d.mu.Unlock()
	if ok {
		return id, nil
	}
	id, n, err := addSeries(ctx, tx, k, e)
	if err != nil {
		return 0, fmt.Errorf("series %s of %s: %w", k.metric, k.device, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.series[k], d.seriesNames[id] = id, n
	return id, nil
}

// addSeries inserts a series if it is new, and returns its id and names as they are stored.
func addSeries(ctx context.Context, tx *sql.Tx, k seriesKey, e *buffer.Event) (id int64, n seriesNames, err error) {
	n.seriesKey = seriesKey{clean(k.source), clean(k.device), clean(k.metric), k.kind, k.typ, unpackLabels(packLabels(k.labels))}
	args := []any{n.source, n.device, n.metric, int64(n.typ), int64(n.kind), packLabels(n.labels), clean(e.Point), clean(string(e.Unit))}
	_, err = tx.ExecContext(ctx, `INSERT INTO series (source, device, metric, type, kind, labels, point, unit)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`, args...)
	if err != nil {
		return 0, n, err
	}
	err = tx.QueryRowContext(ctx, `SELECT id, point, unit FROM series
		WHERE source = $1 AND device = $2 AND metric = $3 AND type = $4 AND kind = $5 AND labels = $6`, args[:6]...).Scan(&id, &n.point, &n.unit)
	return id, n, err
}

// addBoot inserts a boot if it is new, and returns its id.
func addBoot(ctx context.Context, tx *sql.Tx, k bootKey, now int64) (id int64, err error) {
	if _, err := tx.ExecContext(ctx, `INSERT INTO boot (source, boot, arrived) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, k.source, k.boot, now); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT id FROM boot WHERE source = $1 AND boot = $2`, k.source, k.boot).Scan(&id)
	return id, err
}
