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
		all := true
		for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
			known, err := in.declareLane(ctx, stream{source, b.Boot, lane}, b)
			if err != nil {
				return err
			}
			all = all && known
		}
		if all {
			in.setAccounted(k)
		}
	}
	return nil
}

// declareLane accounts for one lane, and reports whether all is known of its end.
func (in *intake) declareLane(ctx context.Context, k stream, b telemetry.BootStatus) (all bool, err error) {
	n, err := in.greatestOf(ctx, k)
	if err != nil {
		return false, err
	}
	known := b.Last[k.lane.String()]
	g := store.Gap{Source: k.source, Boot: k.boot, Lane: k.lane, First: n + 1, Last: known, Noticed: in.now().UTC()}
	if known > n {
		in.setPublished(k, known)
		if err := in.store.NoteGap(ctx, g); err != nil {
			return false, err
		}
	}
	kept := k.lane == buffer.Audit && b.Journal
	if b.Clean || kept || k.lane == buffer.Ingest && known == 0 && n == 0 { // the agent writes down at once that it has any
		return true, nil
	}
	g.First = max(n, known) + 1
	return in.endLost(ctx, g)
}

// endLost stores that what follows a number of a boot is lost, and reports whether all is known of it. At an institute only what the lab has not,
// either, is lost: it is asked first, once for all if it answers.
func (in *intake) endLost(ctx context.Context, g store.Gap) (known bool, err error) {
	g.Last, g.Declared = 0, false
	lost := true
	if in.ofLabs {
		k := stream{g.Source, g.Boot, g.Lane}
		if !in.ends.has(k) { // an earlier start of this viewer, or another viewer, may have asked
			answered, err := in.store.EndAnswered(ctx, k.source, k.boot, k.lane)
			if err != nil {
				return false, err
			}
			in.ends.begin(k, in.now(), answered)
		}
		var ask bool
		if ask, lost, known = in.ends.due(k, in.now()); ask {
			in.request(g)
		}
	}
	if !lost {
		return known, nil
	}
	g.Declared = true
	return known || !in.ofLabs, in.store.NoteGap(ctx, g)
}

// maxUnnamed is how many boots before that of a status are looked at: as many as an agent names.
const maxUnnamed = 16

// endedBefore accounts for the boots that are known here from before that of a status, and that the status does not name, once each: the agent
// could not write them down. It is not enough to do so when a boot is new here: its events may come before its first status.
func (in *intake) endedBefore(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	boots := in.store.Boots(source)
	if at := slices.Index(boots, s.Boot); at >= 0 {
		boots = boots[:at]
	}
	for _, boot := range boots[max(0, len(boots)-maxUnnamed):] {
		k := stream{source: source, boot: boot}
		if in.isAccounted(k) || slices.ContainsFunc(s.Boots, func(b telemetry.BootStatus) bool { return b.Boot == boot }) {
			continue
		}
		known, err := in.bootEnded(ctx, source, boot)
		if err != nil {
			return err
		}
		if known {
			in.setAccounted(k)
		}
	}
	return nil
}

// bootEnded stores what is missing of a boot that ended, and reports whether all is known of its end. Of one that did not stop in order the last of each lane may be lost: gaps of unknown
// end, for nobody knows whether its journal was written, nor whether others posted anything. One that did says how much there is of it.
func (in *intake) bootEnded(ctx context.Context, source, boot string) (all bool, err error) {
	end, err := in.store.End(ctx, source, boot)
	if err != nil {
		return false, err
	}
	all = true
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		last, err := in.store.Last(ctx, source, boot, lane)
		if err != nil {
			return false, err
		}
		last = max(last, in.publishedOf(stream{source, boot, lane}))
		g := store.Gap{Source: source, Boot: boot, Lane: lane, First: last + 1, Last: end.Last[lane], Noticed: in.now().UTC()}
		known := true
		switch {
		case !end.Clean:
			known, err = in.endLost(ctx, g)
		case g.Last > last:
			err = in.store.NoteGap(ctx, g)
		}
		if err != nil {
			return false, err
		}
		all = all && known
	}
	return all, nil
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
