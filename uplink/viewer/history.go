package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

const (
	openTimeout  = 10 * time.Second // for a database to be opened
	storeTimeout = 30 * time.Second // for a batch to be stored
	maxWaiting   = 1000             // events of the viewer itself that wait for the store; beyond, the oldest is dropped
	minReopen    = time.Second      // between two attempts to store again
	maxReopen    = 15 * time.Second // where the last attempts held less than a minute
)

// history is the store as the viewer uses it. It is opened when it can be, and again after trouble: a full disk, a file that is damaged or
// deleted, a database server that is away. Meanwhile nothing else of the viewer stops, and the events of the viewer itself wait.
type history struct {
	where  string
	now    func() time.Time
	log    *slog.Logger
	opened func(*store.Store)    // called with each store that is opened, before anything is stored in it
	report func(e *buffer.Event) // records an event of the viewer
	wake   chan struct{}         // capacity 1: events wait
	tried  chan struct{}         // closed once opening was tried

	mu       sync.Mutex
	db       *store.Store
	file     fs.FileInfo // of a SQLite file, when it was opened
	trouble  error       // why nothing is stored; nil = it is
	reported bool        // trouble is recorded
	failedAt time.Time   // when something was not stored last
	since    time.Time   // when trouble that is reported began
	storedAt time.Time   // when trouble ended last
	retryAt  time.Time
	delay    time.Duration
	notice   string // about the file that is in use: an earlier one was damaged, or deleted
	boots    []string
	waiting  []buffer.Event // of the viewer itself, not stored yet
	dropped  []store.Gap    // of the viewer itself, to be noted
}

var (
	errNotOpened = errors.New("the store is not open yet")
	errDeleted   = errors.New("the database file was deleted or replaced")
)

func newHistory(where string, now func() time.Time, log *slog.Logger) *history {
	return &history{where: where, now: now, log: log, trouble: errNotOpened, wake: make(chan struct{}, 1), tried: make(chan struct{}),
		opened: func(*store.Store) {}, report: func(*buffer.Event) {}}
}

// run keeps the store open until ctx is done, and closes it.
func (h *history) run(ctx context.Context) {
	defer h.close()
	ticker := time.NewTicker(minReopen)
	defer ticker.Stop()
	tried := sync.OnceFunc(func() { close(h.tried) })
	for ctx.Err() == nil {
		h.tend(ctx)
		tried()
		select {
		case <-ctx.Done():
		case <-ticker.C:
		case <-h.wake:
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	h.tend(last)
}

// tend opens the store if that is due, and stores the events that wait. Trouble ends only once they are stored: a disk that is full can be read.
func (h *history) tend(ctx context.Context) {
	if err := h.check(); err != nil && h.fails() == nil {
		h.failed(err)
	}
	db, trouble, due := h.state()
	if trouble != nil && !due {
		return
	}
	if trouble != nil && !(db != nil && store.Full(trouble)) {
		db = h.reopen(ctx, trouble)
	}
	if db == nil {
		return
	}
	if err := h.flush(ctx, db); err != nil {
		if ctx.Err() == nil {
			h.failed(err)
		}
		return
	}
	h.works()
}

func (h *history) state() (db *store.Store, trouble error, due bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.db, h.trouble, !h.now().Before(h.retryAt)
}

// check returns an error if the file that is written to is not the one that has the store's name any more.
func (h *history) check() error {
	h.mu.Lock()
	file := h.file
	h.mu.Unlock()
	if file == nil {
		return nil
	}
	if is, err := os.Stat(h.where); err != nil || !os.SameFile(is, file) {
		return fmt.Errorf("%w: %s", errDeleted, h.where)
	}
	return nil
}

// stored takes the outcome of storing a batch in db: an error, too, where the file is deleted. Only a batch without error may be
// acknowledged.
func (h *history) stored(db records, err error) error {
	now, trouble, _ := h.state()
	if records(now) != db { // it was closed meanwhile
		return errors.Join(errNotOpened, err, trouble)
	}
	if err == nil {
		err = h.check()
	}
	if err != nil {
		h.failed(err)
	}
	return err
}

// reopen closes the store and opens it; nil where that fails.
func (h *history) reopen(ctx context.Context, trouble error) *store.Store {
	before := h.close()
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	db, err := open(ctx, h.where, trouble, h.now())
	if err != nil {
		h.failed(err)
		return nil
	}
	notice := db.MovedAside()
	if before && errors.Is(trouble, errDeleted) {
		notice = trouble.Error() + "; a new one was begun at " + h.now().UTC().Format(time.RFC3339)
	}
	file, _ := os.Stat(h.where) // a database server has none
	h.mu.Lock()
	h.db, h.file = db, file
	if notice != "" {
		h.notice = notice
	}
	h.mu.Unlock()
	h.opened(db)
	if notice != "" {
		h.recordLoss(notice)
	}
	return db
}

// open opens the store, a new one where trouble is damage to it.
func open(ctx context.Context, where string, trouble error, now time.Time) (*store.Store, error) {
	if store.Damaged(trouble) {
		return store.OpenAnew(ctx, where, trouble, now)
	}
	return store.Open(ctx, where)
}

// recordLoss says, in the log and as an event, that a new store was begun, and why.
func (h *history) recordLoss(why string) {
	h.log.Error("the history is not shown", "why", why)
	h.report(&buffer.Event{Time: h.now().UTC(), Kind: buffer.System, Severity: buffer.Critical, Type: buffer.Counter,
		Metric: "viewer_stores_damaged_total", Value: 1, Status: "damaged", Note: why})
}

// close closes the store and returns whether one was open.
func (h *history) close() bool {
	h.mu.Lock()
	db := h.db
	h.db, h.file = nil, nil
	if db != nil {
		h.boots = db.Boots("")
	}
	h.mu.Unlock()
	if db == nil {
		return false
	}
	if err := db.Close(); err != nil {
		h.log.Warn("closing the store", "error", err)
	}
	return true
}

// get returns the store if it is open, else why it is not.
func (h *history) get() (*store.Store, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.db == nil {
		return nil, h.trouble
	}
	return h.db, nil
}
