package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Store keeps small documents in the state directory, one file each: what must survive the process, and a power cut. A nil
// Store keeps nothing. Every method may be called from any goroutine.
//
//   - Save and Touch write within a second, at most 100 kB an hour; a document that did not change is not written.
//   - Prompt is Touch that waits for no other change. Urgent and Sync write at once, and count for nothing: what protects
//     people is on disk first.
//   - Load and Open are called before Run. A directory that cannot be written is tried again for ever; everything else runs on.
type Store struct {
	disk Disk
	wake chan struct{} // buffered 1

	mu        sync.Mutex
	documents map[string]*document
	budget    budget
	usable    bool   // the directory is ours
	opening   error  // why it is not
	late      func() // called when the directory is ours after it was not
	writing   chan struct{}
}

// document is one file.
type document struct {
	from    func() any
	changes uint64    // so far
	since   time.Time // of the oldest that is not written
	prompt  bool      // waits for no other change
	urgent  bool      // nor for the budget
	written uint64    // the change that is on disk
	bytes   []byte    // on disk
	tried   uint64    // the change that was tried last, and why it failed
	err     error
}

// How long a change waits for others, how long the next try after a failure, and how long a caller of Sync.
const (
	gather    = time.Second
	retry     = 5 * time.Second
	syncBound = 2 * time.Second
)

// NewStore makes a store. It does no I/O.
func NewStore(d Disk) *Store {
	return &Store{disk: d, wake: make(chan struct{}, 1), documents: map[string]*document{}, opening: errors.New("not opened")}
}

// Open takes the directory. An error stops nothing: the store holds on to what it is given, and says why in State.
func (s *Store) Open() error {
	if s == nil {
		return nil
	}
	err := s.disk.Open()
	if err != nil {
		err = fmt.Errorf("state directory: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.usable, s.opening = err == nil, err
	return err
}

// OnLate names what is called where Open failed and the directory is ours later: before anything is written over what is in
// it, that can be loaded.
func (s *Store) OnLate(f func()) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = f
}

// again opens the directory where it could not be opened before.
func (s *Store) again() {
	if s.ours() || s.Open() != nil {
		return
	}
	s.mu.Lock()
	late := s.late
	s.mu.Unlock()
	if late != nil {
		late()
	}
}

// Close lets another process have the directory.
func (s *Store) Close() {
	if s != nil {
		s.disk.Close()
	}
}

// Load reads a document into a pointer, and leaves it as it is where there is none. ErrDamaged if it cannot be read.
func (s *Store) Load(name string, into any) error {
	if s == nil || !s.ours() {
		return nil
	}
	return read(s.disk, name, into, time.Now())
}

func (s *Store) ours() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.usable
}

// State is why what is to survive is not on disk, nil if it is.
func (s *Store) State() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opening != nil {
		return s.opening
	}
	for _, d := range s.documents {
		if d.err != nil {
			return d.err
		}
	}
	return nil
}

// Provide names what a document is made of when it is written. from may lock what it reads, and does no I/O.
func (s *Store) Provide(name string, from func() any) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.document(name).from = from
}

// document finds or makes one. The caller holds mu.
func (s *Store) document(name string) *document {
	d := s.documents[name]
	if d == nil {
		d = &document{}
		s.documents[name] = d
	}
	return d
}

// Save keeps what from is now, which nobody may change after.
func (s *Store) Save(name string, from any) {
	s.Provide(name, func() any { return from })
	s.Touch(name)
}

// Touch notes that what a document is made of has changed.
func (s *Store) Touch(name string) { s.change(name, false, false) }

// Prompt is Touch of what must not wait.
func (s *Store) Prompt(name string) { s.change(name, true, false) }

// Urgent is Touch of what must be written whatever else was.
func (s *Store) Urgent(name string) { s.change(name, true, true) }

func (s *Store) change(name string, prompt, urgent bool) (change uint64) {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	d := s.document(name)
	d.changes++
	d.prompt, d.urgent = d.prompt || prompt, d.urgent || urgent
	if d.since.IsZero() {
		d.since = time.Now()
	}
	change = d.changes
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return change
}

// Sync is Urgent that returns when the change is on disk, when it cannot be written, or after 2 s.
func (s *Store) Sync(name string) error {
	if s == nil {
		return nil
	}
	change := s.change(name, true, true)
	ctx, cancel := context.WithTimeout(context.Background(), syncBound)
	defer cancel()
	for {
		s.mu.Lock()
		d, wait := s.documents[name], s.awaitWrite()
		switch {
		case d.written >= change:
			s.mu.Unlock()
			return nil
		case d.tried >= change:
			defer s.mu.Unlock()
			return fmt.Errorf("state %s is not on disk: %w", name, d.err)
		}
		s.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return fmt.Errorf("state %s is not on disk: %w", name, ctx.Err())
		}
	}
}

// awaitWrite is closed after the next write. The caller holds mu.
func (s *Store) awaitWrite() <-chan struct{} {
	if s.writing == nil {
		s.writing = make(chan struct{})
	}
	return s.writing
}

// Run writes what changes until ctx is done, and then everything that is left.
func (s *Store) Run(ctx context.Context) error {
	if s == nil {
		return nil
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			s.Flush()
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		s.again()
		for _, name := range s.due(time.Now()) {
			s.writeOne(name)
		}
		timer.Reset(s.next(time.Now()))
	}
}

// Flush writes everything that is not on disk. It is for before and after Run.
func (s *Store) Flush() error {
	if s == nil {
		return nil
	}
	for _, name := range s.names() {
		s.writeOne(name)
	}
	return s.State()
}

// names are the documents with changes that are not on disk, in order.
func (s *Store) names() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, d := range s.documents {
		if d.changes != d.written {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// writeOne writes a document as it is now, where it differs from what is on disk.
func (s *Store) writeOne(name string) {
	s.mu.Lock()
	d := s.documents[name]
	change, from, before := d.changes, d.from, d.bytes
	s.mu.Unlock()
	data, err := s.put(name, from, before)
	s.mu.Lock()
	defer s.mu.Unlock()
	d.tried, d.err = change, err
	if s.writing != nil {
		close(s.writing)
		s.writing = nil
	}
	if err != nil {
		d.since = time.Now().Add(retry - gather)
		d.prompt, d.urgent = d.prompt && d.changes > change, d.urgent && d.changes > change
		return
	}
	if !d.urgent && !bytes.Equal(data, before) {
		s.budget.take(len(data), time.Now())
	}
	d.written, d.bytes = change, data
	d.since, d.prompt, d.urgent = time.Time{}, d.prompt && d.changes > change, d.urgent && d.changes > change
	if d.changes > change {
		d.since = time.Now()
	}
}

// put writes what from gives, if it is not what is on disk.
func (s *Store) put(name string, from func() any, before []byte) ([]byte, error) {
	if !documentName.MatchString(name) {
		return nil, fmt.Errorf("document %q: must be letters, digits and one of _ . -", name)
	}
	if from == nil {
		return nil, fmt.Errorf("document %s is provided by nobody", name)
	}
	data, err := encode(from())
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", name, err)
	}
	if bytes.Equal(data, before) {
		return data, nil
	}
	s.mu.Lock()
	usable, opening := s.usable, s.opening
	s.mu.Unlock()
	if !usable {
		return nil, opening
	}
	if err := write(s.disk, name, data); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return data, nil
}
