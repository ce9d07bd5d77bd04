// Package journal keeps the audit lane on disk, bounded and safe against a power cut. It opens no other files than those of its own
// directory, and starts no goroutine: who opens a [Journal] runs it.
package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pychron-edge/buffer"
)

const (
	// DefaultSize is the size of a journal for which none is given, in bytes.
	DefaultSize = 16 << 20

	minSize    = 64 << 10
	segments   = 8                     // of which a full journal is made
	syncEvery  = 50 * time.Millisecond // at most one fsync in this time
	retryEvery = time.Second           // after the disk refused
)

// Journal keeps a lane on disk, bounded: the last events, in segments of which the oldest is removed. A record is its length, its
// CRC-32C and an event as JSON; what a power cut tore off is cut away at the next start, what it left out is a gap in Seq.
//
// A disk that is full or fails stops nothing: it stands in State, is tried again every second, and the ring bounds what waits.
type Journal struct {
	dir  string
	size int64
	disk disk

	mu      sync.Mutex
	state   State
	list    []segment     // oldest first; the last is written to
	changed chan struct{} // closed at the next change of state

	// of the goroutine in Run
	file   file
	text   []byte
	follow *buffer.Follower
	whole  int64 // bytes of the last segment that are synced
}

// State is how a journal stands.
type State struct {
	Bytes    int64  // on disk
	Segments int    // files
	Synced   uint64 // position of the ring up to which everything is on disk
	Lost     uint64 // events overwritten in the ring before the disk took them
	Damaged  int    // segments of which a part could not be read at the start, the torn tail of the last not counted
	Err      error  // why the disk does not take events now; nil while it does
}

// segment is one file, and what is in it: of each boot, the first and the last Seq.
type segment struct {
	number uint64
	bytes  int64
	sealed bool // nothing more is written to it: the disk did not give all of it at the start, and what is behind that would not be found
	boots  []span
}

type span struct {
	boot     string
	from, to uint64
}

// Open opens the journal in dir, which it makes where there is none, of at most size bytes (0 = DefaultSize, at least
// 64 KiB). It calls each, where it is not nil, for every event that is held, oldest first; the event is the callee's to keep. Nothing is
// kept in memory but where the events are. An error means that dir cannot be used at all.
func Open(dir string, size int64, each func(*buffer.Event)) (*Journal, error) {
	return open(dir, size, each, osDisk{})
}

func open(dir string, size int64, each func(*buffer.Event), d disk) (*Journal, error) {
	if size == 0 {
		size = DefaultSize
	}
	if size < minSize {
		return nil, fmt.Errorf("journal %s: size %d is too small; must be %d bytes or more", dir, size, minSize)
	}
	if err := d.MakeDir(dir); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &Journal{dir: dir, size: size, disk: d, changed: make(chan struct{})}
	if err := j.load(each); err != nil {
		return nil, fmt.Errorf("journal %s: %w", dir, err)
	}
	return j, nil
}

// Run writes every event after position from of the ring until ctx is done; then what is left, and returns. At most one fsync in
// 50 ms; the first event after a pause is synced at once. It returns the disk's last error, nil if all is on disk.
func (j *Journal) Run(ctx context.Context, ring *buffer.Ring, from uint64) error {
	j.follow = ring.Follow(from, portion)
	j.change(func(s *State) { s.Synced = from })
	defer j.close()
	for {
		select {
		case <-ctx.Done():
			return j.keep()
		case <-j.follow.Wait():
		}
		wait := syncEvery
		if err := j.keep(); err != nil {
			wait = retryEvery
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// keep writes what the ring holds and the disk does not, and syncs it, once. When that fails it goes back to what was synced.
func (j *Journal) keep() error {
	synced, lost := j.synced(), uint64(0)
	j.follow.Seek(synced)
	var err error
	for range maxPortions {
		skipped, more, failed := j.write()
		if err = failed; err != nil || !more {
			break
		}
		lost += skipped
	}
	at := j.follow.Position()
	if err == nil && at > synced {
		err = j.sync()
	}
	if err != nil {
		j.follow.Seek(synced)
		j.retreat()
		err = fmt.Errorf("journal %s: %w", j.dir, err)
		j.change(func(s *State) { s.Err = err })
		return err
	}
	if at > synced {
		j.change(func(s *State) { s.Synced, s.Err = at, nil; s.Lost += lost })
	}
	return nil
}

// Synced is the position of the ring up to which everything is on disk.
func (j *Journal) Synced() uint64 { return j.synced() }

func (j *Journal) synced() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.state.Synced
}

// State is how the journal stands.
func (j *Journal) State() State {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.state
	s.Segments = len(j.list)
	for _, g := range j.list {
		s.Bytes += g.bytes
	}
	return s
}

// change changes the state and wakes who waits.
func (j *Journal) change(change func(*State)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change(&j.state)
	close(j.changed)
	j.changed = make(chan struct{})
}

// ErrNotOnDisk is wrapped by what Wait says while the disk does not take events.
var ErrNotOnDisk = errors.New("not on disk")

// Wait returns nil once everything up to pos is on disk, or at once that the disk refuses, or when ctx is done.
func (j *Journal) Wait(ctx context.Context, pos uint64) error {
	for {
		j.mu.Lock()
		s, changed := j.state, j.changed
		j.mu.Unlock()
		switch {
		case s.Synced >= pos:
			return nil
		case s.Err != nil:
			return fmt.Errorf("%w: %w", ErrNotOnDisk, s.Err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrNotOnDisk, ctx.Err())
		case <-changed:
		}
	}
}
