package main

import (
	"context"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// status takes an agent's status. One that cannot be believed is set aside: an error would make the broker send it again and again. If the
// boot before did not stop cleanly, a gap of unknown end is stored. An agent that is online is requested to send what is missing.
func (in *intake) status(ctx context.Context, source string, payload []byte) error {
	if len(payload) == 0 { // cleared at the broker: the agent is forgotten
		return nil
	}
	before := in.fleet.stateOf(source)
	s, err := in.fleet.setStatus(source, payload)
	if err != nil {
		in.refused.add(source, err)
		return nil
	}
	if s.State != "online" {
		in.arrival.forget(source)
		return nil
	}
	if before != "online" {
		in.arrival.forget(source)
	}
	in.twins.saw(source, s.Boot, in.now())
	if err := in.endedBefore(ctx, source, &s); err != nil {
		return err
	}
	if err := in.declareBoots(ctx, source, s.Boots); err != nil {
		return err
	}
	if err := in.noteUnseen(ctx, source, &s); err != nil {
		return err
	}
	if err := in.requestMissing(ctx, source); err != nil {
		return err
	}
	return in.reportReceived(ctx, source, &s)
}

// reportReceived tells an agent up to where its events are here, of every lane of which it has published any, and of readings, so that it
// knows what this viewer reads.
func (in *intake) reportReceived(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		if s.Through[lane.String()] == 0 && lane != buffer.Readings {
			continue
		}
		through, err := in.greatestOf(ctx, stream{source, s.Boot, lane})
		if err != nil {
			return err
		}
		missing, err := in.store.FirstMissing(ctx, source, s.Boot, lane)
		if err != nil {
			return err
		}
		if missing > 0 {
			through = min(through, missing-1)
		}
		in.report(source, uplink.Received{Boot: s.Boot, Lane: lane, Through: through, Formats: []string{uplink.FormatEvent, uplink.FormatBlock}})
	}
	return nil
}

// noteUnseen stores a gap of what the agent has published of this boot, by its status, and this viewer has not seen: a broker that was
// killed forgets its subscriptions, and the agent may be back before the viewer.
func (in *intake) noteUnseen(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		g := store.Gap{Source: source, Boot: s.Boot, Lane: lane, First: 1, Last: s.Through[lane.String()], Noticed: in.now().UTC()}
		if err := in.noteExists(ctx, &g); err != nil {
			return err
		}
	}
	return nil
}

// noteExists stores a gap of the numbers that exist, by somebody's word, and were not seen.
func (in *intake) noteExists(ctx context.Context, g *store.Gap) error {
	k := stream{g.Source, g.Boot, g.Lane}
	n, err := in.greatestOf(ctx, k)
	if err != nil || g.Last <= n {
		return err
	}
	in.setPublished(k, g.Last)
	unseen := *g
	unseen.First = max(g.First, n+1)
	return in.store.NoteGap(ctx, unseen)
}

func (in *intake) setPublished(k stream, through uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.published) > maxStreams {
		clear(in.published)
	}
	in.published[k] = max(in.published[k], through)
}

func (in *intake) publishedOf(k stream) uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.published[k]
}

// requestMissing requests the gaps of an agent that were not declared lost, each after a longer while. The agent answers from its rings
// or its journal and declares what it no longer has, so that requests end.
func (in *intake) requestMissing(ctx context.Context, source string) error {
	gaps, err := in.store.OpenGaps(ctx, source, 100)
	if err != nil {
		return err
	}
	for _, g := range in.arrival.due(source, gaps, in.seen, in.now()) {
		in.request(g)
	}
	return nil
}
