package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pychron-edge/buffer"
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
	ofLabs  bool // the agents are those of labs, each of which has a store of its own
	ends    *ends
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
	OpenGaps(ctx context.Context, source string, limit int) ([]store.Gap, error)
	FirstMissing(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error)
	Last(ctx context.Context, source, boot string, lane buffer.Lane) (uint64, error)
	End(ctx context.Context, source, boot string) (store.End, error)
	EndAnswered(ctx context.Context, source, boot string, lane buffer.Lane) (bool, error)
	Boots(source string) []string
	KeepTrip(ctx context.Context, t *store.Trip) error
}

func newIntake(s records, l *live, now func() time.Time, request func(store.Gap), log *slog.Logger) *intake {
	return &intake{store: s, live: l, fleet: l.fleet, now: now, request: request, report: func(string, uplink.Received) {}, log: log,
		refused: new(refusals), arrival: newArrival(), twins: new(twins), ends: newEnds(), accounted: map[stream]bool{}, greatest: map[stream]uint64{}, published: map[stream]uint64{}}
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

// block stores a block of readings. They are old: the live page has newer ones, and what is missing among them comes with other blocks.
func (in *intake) block(ctx context.Context, events []buffer.Event) error {
	if len(events) == 0 {
		return nil
	}
	if _, err := in.store.Append(ctx, events); err != nil {
		return err
	}
	k := streamOf(&events[0])
	if _, err := in.greatestOf(ctx, k); err != nil { // it reads the store
		return err
	}
	greatest := uint64(0)
	for i := range events {
		greatest = max(greatest, events[i].Seq)
	}
	in.setGreatest(map[stream]uint64{k: greatest})
	in.arrival.came(k.source, k.lane, in.now())
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

// forget forgets what is remembered of the store.
func (in *intake) forget() {
	in.mu.Lock()
	defer in.mu.Unlock()
	clear(in.greatest)
	clear(in.accounted)
	clear(in.published)
	in.ends.forget()
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
	g.Declared, g.Answered, g.Noticed = true, g.Last == 0, in.now().UTC()
	if err := in.store.NoteGap(ctx, g); err != nil {
		return err
	}
	if g.Last == 0 {
		in.ends.answer(k)
	}
	if g.First <= n+1 && g.Last > n {
		in.setGreatest(map[stream]uint64{k: g.Last})
	}
	return nil
}
