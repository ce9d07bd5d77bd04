package blackbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// List implements [telemetry.Trips].
func (b *Box) List(_ context.Context, source string) ([]telemetry.TripSummary, error) {
	if source != "" && source != b.env.Source {
		return nil, fmt.Errorf("source %q: %w agent; must be %s", source, buffer.ErrUnknown, b.env.Source)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []telemetry.TripSummary
	for _, w := range slices.Concat(b.packing, b.windows.open) {
		list = slices.Insert(list, 0, b.outline(w))
	}
	for i := len(b.frozen) - 1; i >= 0; i-- {
		list = append(list, b.frozen[i].TripSummary)
	}
	return list, nil
}

// outline is what is said of a window before it is frozen: its readings are not counted.
func (b *Box) outline(w *window) telemetry.TripSummary {
	zero := b.env.ZeroWall()
	return telemetry.TripSummary{ID: w.id(), Source: b.env.Source, Boot: b.env.Boot, Time: w.causes[0].Time, Causes: slices.Clone(w.causes), Recording: true,
		Why: "it goes on", Thinned: 1, From: zero.Add(max(w.first-Before, 0)), Until: zero.Add(w.until)}
}

// copied is a window as it is now: others may add to it.
func (b *Box) copied(w *window) *window {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := *w
	c.causes = slices.Clone(w.causes)
	return &c
}

// Find implements [telemetry.Trips].
func (b *Box) Find(_ context.Context, source, id string) ([]byte, error) {
	if source != "" && source != b.env.Source {
		return nil, fmt.Errorf("source %q: %w agent; must be %s", source, buffer.ErrUnknown, b.env.Source)
	}
	b.mu.Lock()
	at := slices.IndexFunc(b.frozen, func(k frozen) bool { return has(k.Causes, id) })
	open := slices.Concat(b.packing, b.windows.open)
	going := slices.IndexFunc(open, func(w *window) bool { return has(w.causes, id) })
	var packed []byte
	if at >= 0 {
		packed = b.frozen[at].packed
	}
	b.mu.Unlock()
	switch {
	case packed != nil:
		return Unpack(packed)
	case going >= 0:
		return json.Marshal(b.recall(b.copied(open[going]), b.env.Up()))
	}
	return nil, fmt.Errorf("trip %.80q: %w; must be one of GET /trips: the last %d are kept", id, buffer.ErrUnknown, maxFrozen)
}

// Unpack is the JSON of a trip that was packed here.
func Unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking a trip: %w", err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("unpacking a trip: %w", err)
	}
	return data, nil
}
