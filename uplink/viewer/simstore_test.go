package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

// simStore is a store in memory: what it took stays when its viewer is killed.
type simStore struct {
	mu      sync.Mutex
	boots   []string
	streams map[stream]*simStream
	last    map[string]buffer.Event // by boot: the last system event
	order   []stream
	left    int // operations until it fails, as when the viewer is killed in between
}

// simStream is what is known of one numbering.
type simStream struct {
	here, lost map[uint64]bool
	top        uint64 // the greatest number that is known of
	newest     uint64 // the greatest number that is here
	endless    uint64 // what is from here on, and not here, is declared lost; 0 = nothing
	twice      int    // deliveries of what was here
}

func newSimStore() *simStore {
	return &simStore{streams: map[stream]*simStream{}, last: map[string]buffer.Event{}, left: math.MaxInt}
}

var errSimStore = errors.New("the disk is gone")

// operate counts an operation. The caller holds mu.
func (s *simStore) operate() error {
	if s.left <= 0 {
		return errSimStore
	}
	s.left--
	return nil
}

func (s *simStore) of(k stream) *simStream {
	if !slices.Contains(s.boots, k.boot) {
		s.boots = append(s.boots, k.boot)
	}
	if s.streams[k] == nil {
		s.streams[k] = &simStream{here: map[uint64]bool{}, lost: map[uint64]bool{}}
		s.order = append(s.order, k)
	}
	return s.streams[k]
}

func (s *simStore) Append(_ context.Context, events []buffer.Event) (added int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.operate(); err != nil {
		return 0, err
	}
	for i := range events {
		e := &events[i]
		w := s.of(streamOf(e))
		if w.here[e.Seq] {
			w.twice++
			continue
		}
		added++
		w.here[e.Seq] = true
		delete(w.lost, e.Seq)
		w.top, w.newest = max(w.top, e.Seq), max(w.newest, e.Seq)
		if e.Kind == buffer.System {
			s.last[e.Boot] = *e
		}
	}
	return added, nil
}

func (s *simStore) NoteGap(_ context.Context, g store.Gap) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.operate(); err != nil {
		return err
	}
	w := s.of(stream{g.Source, g.Boot, g.Lane})
	if g.Last == 0 {
		w.endless = g.First
		return nil
	}
	w.top = max(w.top, g.Last)
	for n := g.First; g.Declared && n <= g.Last; n++ {
		w.lost[n] = !w.here[n]
	}
	return nil
}

// missing are the runs of numbers that are neither here nor declared lost.
func (w *simStream) missing() (runs []span) {
	for n := uint64(1); n <= w.top; n++ {
		switch {
		case w.here[n] || w.lost[n]:
		case len(runs) > 0 && runs[len(runs)-1].last == n-1:
			runs[len(runs)-1].last = n
		default:
			runs = append(runs, span{n, n})
		}
	}
	return runs
}

func (s *simStore) OpenGaps(_ context.Context, source string, limit int) (gaps []store.Gap, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.operate(); err != nil {
		return nil, err
	}
	for _, k := range s.order {
		for _, m := range s.streams[k].missing() {
			if k.source == source && len(gaps) < limit {
				gaps = append(gaps, store.Gap{Source: k.source, Boot: k.boot, Lane: k.lane, First: m.first, Last: m.last, Noticed: time.Unix(0, 0)})
			}
		}
	}
	return gaps, nil
}

func (s *simStore) FirstMissing(_ context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.operate(); err != nil {
		return 0, err
	}
	if w := s.streams[stream{source, boot, lane}]; w != nil {
		if m := w.missing(); len(m) > 0 {
			return m[0].first, nil
		}
	}
	return 0, nil
}

func (s *simStore) Last(_ context.Context, source, boot string, lane buffer.Lane) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.operate(); err != nil {
		return 0, err
	}
	if w := s.streams[stream{source, boot, lane}]; w != nil {
		return w.newest, nil
	}
	return 0, nil
}

func (s *simStore) End(_ context.Context, _, boot string) (store.End, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.last[boot]
	var readings, ingest uint64
	_, _ = fmt.Sscanf(e.Note, buffer.StopNote, &readings, &ingest)
	return store.End{Clean: e.Metric == "agent_stops_total", Last: map[buffer.Lane]uint64{buffer.Readings: readings, buffer.Ingest: ingest}}, s.operate()
}

// EndAnswered is for viewers of an institute.
func (s *simStore) EndAnswered(context.Context, string, string, buffer.Lane) (bool, error) {
	return false, nil
}

func (s *simStore) Boots(string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.boots)
}

// failAfter lets so many operations succeed, and no more.
func (s *simStore) failAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = n
}
