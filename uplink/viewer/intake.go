package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink/viewer/store"
)

// intake takes what arrives, in order: stores it, shows it, and notices what is missing.
//
// Numbers of one (source, boot, lane) count up by one. A jump is a gap: it is kept, and a resend is asked for. What
// arrives below the greatest number seen is a resend or a duplicate; the store tells them apart.
type intake struct {
	store *store.Store
	lanes buffer.Lanes
	fleet *fleet
	now   func() time.Time
	ask   func(gap store.Gap) // asks an agent for a resend; must not block
	log   *slog.Logger

	mu   sync.Mutex
	high map[stream]uint64
	owed map[stream]uint64 // greatest number an agent said the broker had, where it was not seen
}

// stream is one numbering.
type stream struct {
	source, boot string
	lane         buffer.Lane
}

func newIntake(s *store.Store, lanes buffer.Lanes, f *fleet, now func() time.Time, ask func(store.Gap), log *slog.Logger) *intake {
	return &intake{store: s, lanes: lanes, fleet: f, now: now, ask: ask, log: log, high: map[stream]uint64{}, owed: map[stream]uint64{}}
}

// events stores a batch and shows what is new of it. Only when it returns nil may the batch be acknowledged.
func (in *intake) events(ctx context.Context, batch []buffer.Event) error {
	before := map[stream]uint64{}
	for i := range batch {
		store.Name(&batch[i])
		k := stream{batch[i].Source, batch[i].Boot, batch[i].Lane}
		if _, ok := before[k]; ok {
			continue
		}
		n, err := in.highest(ctx, k)
		if err != nil {
			return err
		}
		before[k] = n
	}
	if _, err := in.store.Append(ctx, batch); err != nil {
		return err
	}
	refilled := map[stream]bool{}
	for i := range batch {
		e := &batch[i]
		k := stream{e.Source, e.Boot, e.Lane}
		last := before[k]
		if e.Seq <= max(last, in.owedOf(k)) {
			refilled[k] = true
		}
		if e.Seq <= last {
			continue
		}
		if e.Seq > last+1 {
			if err := in.missing(ctx, k, last+1, e.Seq-1); err != nil {
				return err
			}
		}
		before[k] = e.Seq
		in.lanes.Append(e)
		in.fleet.happened(e)
	}
	in.mu.Lock()
	for k, n := range before {
		in.high[k] = max(in.high[k], n)
	}
	in.mu.Unlock()
	for k := range refilled {
		if err := in.store.FillGaps(ctx, k.source, k.boot, k.lane); err != nil {
			return err
		}
	}
	return nil
}

// highest is the greatest number seen of a stream: asked of the store once.
func (in *intake) highest(ctx context.Context, k stream) (uint64, error) {
	in.mu.Lock()
	n, ok := in.high[k]
	in.mu.Unlock()
	if ok {
		return n, nil
	}
	n, err := in.store.Last(ctx, k.source, k.boot, k.lane)
	if err != nil {
		return 0, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.high[k] = max(in.high[k], n)
	return in.high[k], nil
}

func (in *intake) missing(ctx context.Context, k stream, first, last uint64) error {
	g := store.Gap{Source: k.source, Boot: k.boot, Lane: k.lane, First: first, Last: last, Noticed: in.now().UTC()}
	if err := in.store.NoteGap(ctx, g); err != nil {
		return err
	}
	in.ask(g)
	return nil
}

// declared takes an agent's word that events were overwritten before they could be sent. What it names counts as seen,
// so that it is not asked for.
func (in *intake) declared(ctx context.Context, g store.Gap) error {
	if g.First == 0 || g.Last < g.First {
		in.log.Warn("a gap is left out", "agent", g.Source, "from", g.First, "to", g.Last)
		return nil
	}
	k := stream{g.Source, g.Boot, g.Lane}
	n, err := in.highest(ctx, k)
	if err != nil {
		return err
	}
	g.Declared, g.Noticed = true, in.now().UTC()
	if err := in.store.NoteGap(ctx, g); err != nil {
		return err
	}
	if g.First <= n+1 && g.Last > n {
		in.mu.Lock()
		in.high[k] = max(in.high[k], g.Last)
		in.mu.Unlock()
	}
	return nil
}

// status takes an agent's status; one that cannot be read is left out, for it would come again for ever. A new boot whose forerunner did not say good-bye leaves a gap of unknown end; an agent
// that comes online is asked for what is missing of this boot.
func (in *intake) status(ctx context.Context, source string, payload []byte) error {
	w, err := in.fleet.said(source, payload)
	if err != nil {
		in.log.Warn("a status is left out", "error", err)
		return nil
	}
	boots := in.store.Boots(source)
	if n := len(boots); n > 0 && w.Boot != "" && boots[n-1] != w.Boot && w.State == "online" {
		if err := in.ended(ctx, source, boots[n-1]); err != nil {
			return err
		}
	}
	if w.State != "online" {
		return nil
	}
	if err := in.unheard(ctx, source, &w); err != nil {
		return err
	}
	return in.askAgain(ctx, source)
}

// unheard notes what the broker had of this boot while nobody listened here: a broker that was killed forgets who listens,
// and an agent may be back before the viewer.
func (in *intake) unheard(ctx context.Context, source string, w *telemetry.StatusPayload) error {
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		through := w.Through[lane.String()]
		k := stream{source, w.Boot, lane}
		n, err := in.highest(ctx, k)
		if err != nil {
			return err
		}
		if through <= n {
			continue
		}
		in.mu.Lock()
		in.owed[k] = max(in.owed[k], through)
		in.mu.Unlock()
		g := store.Gap{Source: source, Boot: w.Boot, Lane: lane, First: n + 1, Last: through, Noticed: in.now().UTC()}
		if err := in.store.NoteGap(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) owedOf(k stream) uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.owed[k]
}

// askAgain asks an agent for what is missing of it and was not declared lost: of this boot from its rings, of an earlier
// one from its journal. The agent declares what it no longer has, so that the asking ends.
func (in *intake) askAgain(ctx context.Context, source string) error {
	gaps, err := in.store.Gaps(ctx, source, 100)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		if !g.Declared && g.Last > 0 {
			in.ask(g)
		}
	}
	return nil
}

// ended notes what a boot that ended without a good-bye may have taken with it.
func (in *intake) ended(ctx context.Context, source, boot string) error {
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
