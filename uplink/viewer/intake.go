package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// intake takes what agents publish, in order: it stores it, shows it, and finds what is missing.
//
// Numbers of one (source, boot, lane) count up by one. A jump is a gap: it is stored, and a resend is requested. An event whose
// number is not above the greatest one seen is a resend or a duplicate; the store distinguishes them.
type intake struct {
	store   records
	live    *live
	fleet   *fleet
	now     func() time.Time
	request func(gap store.Gap)                   // requests a resend; must not block
	report  func(agent string, r uplink.Received) // tells an agent what is here; must not block
	refused *refusals                             // messages that were set aside
	arrival *arrival
	twins   *twins
	log     *slog.Logger

	mu        sync.Mutex
	greatest  map[stream]uint64 // number seen
	accounted map[stream]bool   // earlier boots of agents, of which the lane is 0
	published map[stream]uint64 // greatest number that an agent had published by its status, where it was not seen
}

// records is what the intake needs of a [store.Store]: what is here, and what is not.
type records interface {
	Append(ctx context.Context, events []buffer.Event) (added int64, err error)
	NoteGap(ctx context.Context, g store.Gap) error
	Gaps(ctx context.Context, source string, limit int) ([]store.Gap, error)
	FirstMissing(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error)
	Last(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error)
	Ended(ctx context.Context, source, boot string) (bool, error)
	Boots(source string) []string
}

// maxStreams is how many streams are remembered. Beyond, all are forgotten: the store knows them.
const maxStreams = 16384

// stream is one numbering.
type stream struct {
	source, boot string
	lane         buffer.Lane
}

func streamOf(e *buffer.Event) stream { return stream{e.Source, e.Boot, e.Lane} }

func newIntake(s records, l *live, now func() time.Time, request func(store.Gap), log *slog.Logger) *intake {
	return &intake{store: s, live: l, fleet: l.fleet, now: now, request: request, report: func(string, uplink.Received) {}, log: log,
		refused: new(refusals), arrival: newArrival(), twins: new(twins), accounted: map[stream]bool{}, greatest: map[stream]uint64{}, published: map[stream]uint64{}}
}

// events stores a batch and shows its new events. The batch may be acknowledged only if it returns nil.
func (in *intake) events(ctx context.Context, batch []buffer.Event) error {
	for i := range batch {
		store.Name(&batch[i])
	}
	seen, err := in.seenBefore(ctx, batch)
	if err != nil {
		return err
	}
	if _, err := in.store.Append(ctx, batch); err != nil {
		return err
	}
	refilled := map[stream]bool{}
	for i := range batch {
		e := &batch[i]
		k := streamOf(e)
		if e.Seq <= max(seen[k], in.publishedOf(k)) {
			refilled[k] = true
		}
		if e.Seq <= seen[k] {
			in.live.showLate(e)
			continue
		}
		in.addNew(e, seen[k])
		seen[k] = e.Seq
	}
	in.setGreatest(seen)
	for k := range refilled {
		in.arrival.came(k.source, k.lane, in.now())
	}
	return nil
}

// seenBefore returns the greatest number seen of each stream in the batch.
func (in *intake) seenBefore(ctx context.Context, batch []buffer.Event) (map[stream]uint64, error) {
	seen := map[stream]uint64{}
	for i := range batch {
		k := streamOf(&batch[i])
		if _, ok := seen[k]; ok {
			continue
		}
		n, err := in.greatestOf(ctx, k)
		if err != nil {
			return nil, err
		}
		seen[k] = n
	}
	return seen, nil
}

// addNew shows an event whose number is above last, the greatest one seen, and requests the gap between them, which the store knows of.
func (in *intake) addNew(e *buffer.Event, last uint64) {
	if e.Seq > last+1 {
		in.request(store.Gap{Source: e.Source, Boot: e.Boot, Lane: e.Lane, First: last + 1, Last: e.Seq - 1, Noticed: in.now().UTC()})
	}
	in.live.show(e)
}

// greatestOf returns the greatest number seen of a stream. It reads the store at the first call.
func (in *intake) greatestOf(ctx context.Context, k stream) (uint64, error) {
	in.mu.Lock()
	n, ok := in.greatest[k]
	in.mu.Unlock()
	if ok {
		return n, nil
	}
	n, err := in.store.Last(ctx, k.source, k.boot, k.lane)
	if err != nil {
		return 0, err
	}
	in.setGreatest(map[stream]uint64{k: n})
	return n, nil
}

// seen returns the greatest number of a stream that is remembered as seen.
func (in *intake) seen(k stream) uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.greatest[k]
}

func (in *intake) setGreatest(seen map[stream]uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.greatest) > maxStreams {
		clear(in.greatest)
	}
	for k, n := range seen {
		in.greatest[k] = max(in.greatest[k], n)
	}
}

// declared stores a gap that an agent declared: events that were overwritten before they could be sent. They count as seen, so that
// no resend is requested.
func (in *intake) declared(ctx context.Context, g store.Gap) error {
	if g.First == 0 || g.Last != 0 && g.Last < g.First {
		in.refused.add(g.Source, fmt.Errorf("gap from %d to %d", g.First, g.Last))
		return nil
	}
	k := stream{g.Source, g.Boot, g.Lane}
	n, err := in.greatestOf(ctx, k)
	if err != nil {
		return err
	}
	in.arrival.came(g.Source, g.Lane, in.now())
	g.Declared, g.Noticed = true, in.now().UTC()
	if err := in.store.NoteGap(ctx, g); err != nil {
		return err
	}
	if g.First <= n+1 && g.Last > n {
		in.setGreatest(map[stream]uint64{k: g.Last})
	}
	return nil
}

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

// reportReceived tells an agent up to where its events are here, of every lane of which it has published any.
func (in *intake) reportReceived(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		if s.Through[lane.String()] == 0 {
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
		in.report(source, uplink.Received{Boot: s.Boot, Lane: lane, Through: through, Formats: []string{"event"}})
	}
	return nil
}

// noteUnseen stores a gap of what the agent has published of this boot, by its status, and this viewer has not seen: a broker that was
// killed forgets its subscriptions, and the agent may be back before the viewer.
func (in *intake) noteUnseen(ctx context.Context, source string, s *telemetry.StatusPayload) error {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		through := s.Through[lane.String()]
		k := stream{source, s.Boot, lane}
		n, err := in.greatestOf(ctx, k)
		if err != nil {
			return err
		}
		if through <= n {
			continue
		}
		in.setPublished(k, through)
		g := store.Gap{Source: source, Boot: s.Boot, Lane: lane, First: n + 1, Last: through, Noticed: in.now().UTC()}
		if err := in.store.NoteGap(ctx, g); err != nil {
			return err
		}
	}
	return nil
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
	gaps, err := in.store.Gaps(ctx, source, 100)
	if err != nil {
		return err
	}
	gaps = slices.DeleteFunc(gaps, func(g store.Gap) bool { return g.Declared || g.Last == 0 })
	for _, g := range in.arrival.due(source, gaps, in.seen, in.now()) {
		in.request(g)
	}
	return nil
}

// bootEnded stores a gap of unknown end for a boot that did not stop cleanly: its last readings may be lost.
func (in *intake) bootEnded(ctx context.Context, source, boot string) error {
	clean, err := in.store.Ended(ctx, source, boot)
	if err != nil || clean {
		return err
	}
	last, err := in.store.Last(ctx, source, boot, buffer.Readings)
	if err != nil {
		return err
	}
	return in.store.NoteGap(ctx, store.Gap{Source: source, Boot: boot, Lane: buffer.Readings, First: last + 1, Noticed: in.now().UTC(), Declared: true})
}
