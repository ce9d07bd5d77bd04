package state

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Store keeps small documents in the state directory, one file each: what must survive the process, and a power cut. A nil
// Store keeps nothing. Every method may be called from any goroutine.
//
//   - Save and Touch write within a second, at most 100 kB of documents an hour; a document that is as it was loaded or written is not written.
//   - Prompt is Touch that waits for no other change. Urgent and Sync write at once, and count for nothing: what protects
//     people is on disk first.
//   - Load and Open are called before Run. A directory that cannot be written is tried again for ever; everything else runs on.
type Store struct {
	disk Disk
	wake chan struct{} // buffered 1

	unsure bool // the last change of names may not last; of who writes

	mu        sync.Mutex
	documents map[string]*document
	budget    budget
	usable    bool   // the directory is ours
	opening   error  // why it is not
	late      func() // called when the directory is ours after it was not
	writing   chan struct{}
	before    func() // called before each write; nil = nobody asks
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

// OnWrite names what is called before something is written to the disk, which may take long.
func (s *Store) OnWrite(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
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

// Load reads a document into a pointer, and leaves it as it is where there is none, which is as good as one of null. ErrDamaged if it cannot be read.
func (s *Store) Load(name string, into any) error {
	if s == nil || !s.ours() {
		return nil
	}
	onDisk, err := read(s.disk, name, into, time.Now())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.document(name).bytes = onDisk
	return nil
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
