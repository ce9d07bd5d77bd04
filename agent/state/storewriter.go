package state

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"
)

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
	usable, opening, about := s.usable, s.opening, s.before
	s.mu.Unlock()
	if !usable {
		return nil, opening
	}
	if about != nil {
		about()
	}
	if err := write(s.disk, name, data); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return data, nil
}
