//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
)

// series is the numbered events of one start of an agent in one lane.
type series struct{ boot, lane string }

// stock is what the viewer has.
type stock struct {
	seqs     map[series]map[uint64]int
	values   map[string]map[int][]place // by counter
	commands map[string]int             // by id
	failures map[string]int             // that a counter could not be read, as the agent says
	gaps     []gap
}

// place is where a value stands.
type place struct {
	boot string
	seq  uint64
}

// gap is one that the viewer tells of. To is 0 where the end is not known; what is not Lost may still come.
type gap struct {
	Boot, Lane string
	From, To   uint64
	Lost       bool
}

func (g *gap) end() uint64 {
	if g.To == 0 {
		return math.MaxUint64
	}
	return g.To
}

// stock asks the viewer for everything.
func (l *lab) stock() (*stock, error) {
	s := &stock{seqs: map[series]map[uint64]int{}, values: map[string]map[int][]place{}, commands: map[string]int{}, failures: map[string]int{}}
	for _, c := range l.counters {
		s.values[c.name] = map[int][]place{}
	}
	body, err := fetch(l.viewerURL + "/events?since=2020-01-01T00:00:00Z&limit=0&source=" + chaosAgent)
	if err != nil {
		return nil, err
	}
	var all []chaosEvent
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		return nil, err
	}
	for i := range all {
		s.take(&all[i])
	}
	if body, err = fetch(l.viewerURL + "/status"); err != nil {
		return nil, err
	}
	var status struct{ Gaps []gap }
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		return nil, err
	}
	if s.gaps = status.Gaps; len(s.gaps) >= 50 {
		return nil, errors.New("the status tells of 50 gaps: there may be more")
	}
	return s, nil
}

// chaosEvent is what is looked at of an event.
type chaosEvent struct {
	Boot, Lane, Kind, Device, Note string
	Seq                            uint64
	Value                          *float64
	Point                          string
}

func (s *stock) take(e *chaosEvent) {
	at := series{e.Boot, e.Lane}
	if s.seqs[at] == nil {
		s.seqs[at] = map[uint64]int{}
	}
	s.seqs[at][e.Seq]++
	switch {
	case e.Kind == "failure":
		s.failures[e.Device]++
	case e.Kind == "command":
		for word := range strings.FieldsSeq(e.Note) {
			if id, ok := strings.CutPrefix(word, "id="); ok {
				s.commands[id]++
			}
		}
	case e.Kind == "reading" && e.Value != nil && s.values[e.Device] != nil && e.Point == "count":
		n := int(*e.Value)
		s.values[e.Device][n] = append(s.values[e.Device][n], place{e.Boot, e.Seq})
	}
}

// declared says whether a number is in a gap that is declared.
func (s *stock) declared(at series, seq uint64) bool {
	return slices.ContainsFunc(s.gaps, func(g gap) bool {
		return g.Lost && g.Boot == at.boot && g.Lane == at.lane && g.From <= seq && seq <= g.end()
	})
}

// explain tells what the viewer has of each start, for who reads a failure.
func (l *lab) explain() {
	s, err := l.stock()
	if err != nil {
		l.Log(err)
		return
	}
	for start := range int(l.starts.Load()) + 1 {
		l.Logf("start %d is boot %s", start, l.bootNamed(start))
	}
	for at, seqs := range s.seqs {
		l.Logf("boot %s, lane %s: %d events, %d to %d", at.boot, at.lane, len(seqs), slices.Min(slices.Collect(maps.Keys(seqs))), slices.Max(slices.Collect(maps.Keys(seqs))))
	}
	for _, g := range s.gaps {
		l.Logf("gap %+v", g)
	}
	for _, name := range []string{"viewer", "agent"} {
		l.Logf("%s printed:\n%s", name, tail(l.programs[name].process.out.String(), 6000))
	}
}
