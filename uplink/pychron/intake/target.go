package intake

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// Options are those of a target.
type Options struct {
	URL       string              // of Pychron's metrics page
	Namespace string              // before the names of its metrics; default pychron
	Every     time.Duration       // between two scrapes; default 5 s
	Record    func(*buffer.Event) // takes what is found
	Now       func() time.Time    // default time.Now
	Synced    func() bool         // the clock behind Now is right, so that Pychron's can be compared with it; nil = always
	Client    *http.Client        // default: one of its own
	Log       *slog.Logger        // default: silent
}

// How often, and how long. A page takes Pychron longer the more runs it has made, so it is asked for more seldom then.
const (
	defaultEvery = 5 * time.Second
	timeout      = 15 * time.Second
	restFactor   = 10 // times as long as the last scrape took is the rest after it, at least
)

// Target is the metrics page of one Pychron.
type Target struct {
	o      Options
	known  *series // nil before the first contact
	round  uint32
	last   time.Time // when the last good scrape was asked for
	offset offset
	pause  time.Duration // between two batches of events

	mu    sync.Mutex
	state State
}

// New does no I/O.
func New(o Options) *Target {
	o.Namespace, o.Every = cmp.Or(o.Namespace, "pychron"), cmp.Or(o.Every, defaultEvery)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Synced == nil {
		o.Synced = func() bool { return true }
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConns: 1, IdleConnTimeout: time.Minute}}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Target{o: o, pause: pause}
}

// State is how the target was found last.
func (t *Target) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// Run scrapes until ctx is done.
func (t *Target) Run(ctx context.Context) error {
	defer t.o.Client.CloseIdleConnections()
	for ctx.Err() == nil {
		begun := time.Now()
		t.Scrape(ctx)
		rest := max(t.o.Every-time.Since(begun), min(restFactor*time.Since(begun), time.Minute))
		wait(ctx, rest)
	}
	return nil
}

// wait waits for d, or until ctx is done.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Scrape reads the page once and records what happened since it was read before. A scrape that fails changes nothing of what is
// known (rule 5). It is called by one goroutine at a time.
func (t *Target) Scrape(ctx context.Context) {
	asked := t.o.Now()
	known := cmp.Or(t.known, newSeries())
	t.round++
	p := &page{known: known, round: t.round, fresh: map[uint64]*found{}, later: map[uint64]latent{}, changed: map[uint64]*found{}, born: map[uint64]uint32{}}
	err := t.fetch(ctx, p)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		t.found(stateOf(t.o.URL, err))
		return
	}
	switch first := t.known == nil; {
	case first:
		t.known = known
		p.baseline()
	case p.restarted():
		p.baseline()
		t.offset = offset{reported: t.offset.reported}
		t.o.Record(restartEvent())
	default:
		t.happened(ctx, p, asked)
		p.advance()
	}
	t.last = asked
	t.found(t.reached(p))
}

// found keeps how the target was found, and logs that it was lost or found again.
func (t *Target) found(s State) {
	t.mu.Lock()
	before := t.state
	t.state = s
	t.mu.Unlock()
	switch {
	case s.Condition == before.Condition:
	case s.Condition == Reached || s.Condition == Empty:
		t.o.Log.Info("pychron's metrics page is read", "url", t.o.URL)
	default:
		t.o.Log.Warn("pychron's metrics page is not read", "url", t.o.URL, "why", s.Text)
	}
}
