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
	_, err := s.await(name, s.change(name, true, true))
	return err
}

// SyncSpare is Sync of what may be given up: where less than half of this hour's budget is left, it writes nothing and waits for nothing, the
// document is written with its next change, and kept is false. Without a store nothing is kept, nor lost.
func (s *Store) SyncSpare(name string) (kept bool, err error) {
	if s == nil {
		return true, nil
	}
	if !s.spare(name) {
		return false, nil
	}
	return s.await(name, s.change(name, true, false))
}

// spare says whether more than half of the budget is left when a document was written.
func (s *Store) spare(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.budget.has(time.Now())-float64(len(s.document(name).bytes)) > burst/2
}

// await waits for a change of a document to be on disk, no longer than syncBound, and for none that must wait for the budget: kept is false then.
func (s *Store) await(name string, change uint64) (kept bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), syncBound)
	defer cancel()
	for {
		s.mu.Lock()
		d, wait := s.documents[name], s.awaitWrite()
		switch {
		case d.written >= change:
			s.mu.Unlock()
			return true, nil
		case d.tried >= change:
			defer s.mu.Unlock()
			return false, fmt.Errorf("state %s is not on disk: %w", name, d.err)
		case s.waitFor(d, time.Now()) > 0:
			s.mu.Unlock()
			return false, nil
		}
		s.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return false, fmt.Errorf("state %s is not on disk: %w", name, ctx.Err())
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
		urgent, others := s.due(time.Now())
		s.write(urgent)
		s.write(others)
		timer.Reset(s.next(time.Now()))
	}
}

// Flush writes everything that is not on disk. It is for before and after Run.
func (s *Store) Flush() error {
	if s == nil {
		return nil
	}
	s.write(s.names())
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

// pending is a document on its way to the disk.
type pending struct {
	name   string
	change uint64 // that it is as of
	data   []byte
	fresh  bool // it differs from what is on disk
	first  bool // nothing of it is on disk
	beside int  // bytes that were written only to have room for the next
	err    error
}

// write writes documents as they are now, where they differ from what is on disk. Each step is done for all of them before the next: on a memory
// card a step costs more than the documents do.
func (s *Store) write(names []string) {
	all := make([]*pending, len(names))
	for i, name := range names {
		all[i] = s.stage(name)
	}
	if slices.ContainsFunc(all, func(p *pending) bool { return p.fresh && p.err == nil }) {
		s.putAll(all)
	}
	for _, p := range all {
		s.done(p)
	}
}

// stage makes a document.
func (s *Store) stage(name string) *pending {
	s.mu.Lock()
	d := s.documents[name]
	p := &pending{name: name, change: d.changes}
	from, before := d.from, d.bytes
	s.mu.Unlock()
	p.data, p.err = made(name, from)
	p.fresh = p.err == nil && !bytes.Equal(p.data, before)
	p.first = before == nil || bytes.Equal(before, nothing())
	return p
}

// putAll writes those that are fresh where the directory is ours.
func (s *Store) putAll(all []*pending) {
	s.mu.Lock()
	opening, about := s.opening, s.before
	s.mu.Unlock()
	if about != nil && opening == nil {
		about()
	}
	each := func(step func(p *pending) error) {
		for _, p := range all {
			if p.fresh && p.err == nil {
				if err := step(p); err != nil {
					p.err = fmt.Errorf("write %s: %w", p.name, err)
				}
			}
		}
	}
	if opening != nil {
		each(func(*pending) error { return opening })
		return
	}
	each(func(p *pending) error { return begin(s.disk, p.name, p.data, s.unsure) })
	each(func(p *pending) error { return s.disk.Sync(nextOf(p.name)) })
	each(func(p *pending) error { return s.disk.Exchange(nextOf(p.name), fileOf(p.name)) })
	each(func(p *pending) error { p.room(s.disk); return nil })
	err := s.disk.SyncDir()
	s.unsure = err != nil
	each(func(*pending) error { return err })
}

// done notes what became of it.
func (s *Store) done(p *pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.documents[p.name]
	d.tried, d.err = p.change, p.err
	if s.writing != nil {
		close(s.writing)
		s.writing = nil
	}
	free := d.urgent
	d.prompt, d.urgent = d.prompt && d.changes > p.change, d.urgent && d.changes > p.change
	if p.err != nil {
		d.since = time.Now().Add(retry - gather)
		return
	}
	if !free && p.fresh {
		s.budget.take(len(p.data)+p.beside, time.Now())
	}
	d.written, d.bytes, d.since = p.change, p.data, time.Time{}
	if d.changes > p.change {
		d.since = time.Now()
	}
}

// made is a document as from gives it.
func made(name string, from func() any) ([]byte, error) {
	if !isDocumentName(name) {
		return nil, fmt.Errorf("document %q: must be letters, digits and one of _ . -", name)
	}
	if from == nil {
		return nil, fmt.Errorf("document %s is provided by nobody", name)
	}
	data, err := encode(from())
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", name, err)
	}
	return data, nil
}
