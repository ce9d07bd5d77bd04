package store

import (
	"context"
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
	series map[seriesNames]int64

	doubtful bool // it may hold what was not committed

	bootNames   map[int64]bootKey
	seriesNames map[int64]seriesNames
	clocks      map[int64]correction // by boot
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

// seriesNames are what the events of a series have in common, and no other series has.
type seriesNames struct {
	source, device, metric string
	kind                   buffer.Kind
	typ                    buffer.Type
	labels                 buffer.Labels
	point                  string
	unit                   buffer.Unit
}

const separator = "\x1f"

func packLabels(l buffer.Labels) string { return strings.ReplaceAll(string(l), "\x00", separator) }
func unpackLabels(s string) buffer.Labels {
	return buffer.Labels(strings.ReplaceAll(s, separator, "\x00"))
}

func newDictionary() dictionary {
	return dictionary{boots: map[bootKey]int64{}, series: map[seriesNames]int64{}, bootNames: map[int64]bootKey{}, seriesNames: map[int64]seriesNames{}, clocks: map[int64]correction{}}
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
