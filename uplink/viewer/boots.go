package main

import (
	"context"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/store"
)

// declareBoots accounts for the earlier starts of an agent, once each: what they recorded and is not here is a gap, to be requested.
// Of one that did not stop in order there may be more: a gap of unknown end. The status comes before the events of the start
// that publishes it, so that boots stand in their order in the store.
func (in *intake) declareBoots(ctx context.Context, source string, boots []telemetry.BootStatus) error {
	for _, b := range boots {
		k := stream{source: source, boot: b.Boot}
		if in.isAccounted(k) {
			continue
		}
		for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
			if err := in.declareLane(ctx, stream{source, b.Boot, lane}, b); err != nil {
				return err
			}
		}
		in.setAccounted(k)
	}
	return nil
}

func (in *intake) declareLane(ctx context.Context, k stream, b telemetry.BootStatus) error {
	n, err := in.greatestOf(ctx, k)
	if err != nil {
		return err
	}
	known := b.Last[k.lane.String()]
	g := store.Gap{Source: k.source, Boot: k.boot, Lane: k.lane, First: n + 1, Last: known, Noticed: in.now().UTC()}
	if known > n {
		in.setPublished(k, known)
		if err := in.store.NoteGap(ctx, g); err != nil {
			return err
		}
	}
	kept := k.lane == buffer.Audit && b.Journal
	if b.Clean || kept || k.lane == buffer.Ingest && known == 0 && n == 0 { // the agent writes down at once that it has any
		return nil
	}
	g.First, g.Last, g.Declared = max(n, known)+1, 0, true
	return in.store.NoteGap(ctx, g)
}

// endedBefore stores a gap of unknown end for the last boot before the one of a status, if that is new here, the status does not account
// for it, and it did not stop cleanly.
func (in *intake) endedBefore(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	boots := in.store.Boots(source)
	if len(boots) == 0 || slices.Contains(boots, s.Boot) {
		return nil
	}
	last := boots[len(boots)-1]
	if slices.ContainsFunc(s.Boots, func(b telemetry.BootStatus) bool { return b.Boot == last }) {
		return nil
	}
	return in.bootEnded(ctx, source, last)
}

func (in *intake) isAccounted(k stream) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.accounted[k]
}

func (in *intake) setAccounted(k stream) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.accounted) > maxStreams {
		clear(in.accounted)
	}
	in.accounted[k] = true
}
