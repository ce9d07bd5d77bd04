package command

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// How many refusals become events: the first of a kind at once, what follows with its count, after refusalPeriod and then after
// twice as long each time, up to refusalMax. So neither a crowd of refusals nor a queue that goes on asking for a weekend pushes out
// of the ring what was done. A kind of which nothing was refused for twice its period is forgotten. The metric counts each at once.
const (
	refusalPeriod = time.Minute
	refusalMax    = time.Hour
	refusalsOfOne = 8  // kinds that are told apart of one caller, in a period; what is more is one kind for each reason
	refusalsOfAll = 64 // of all callers; the same
)

// refusalKind is what refusals are told apart by: who, the one word of the reason, and what exactly. Of what is not told apart, what
// and perhaps who are "".
type refusalKind struct{ who, reason, what string }

// refusals counts what was refused and is not told yet. It is bounded: no more kinds are told apart than the limits above say. The
// zero refusals is ready to use.
type refusals struct {
	mu    sync.Mutex
	kinds map[refusalKind]*refusedSince
}

// refusedSince is what was refused of one kind since it was told last.
type refusedSince struct {
	reported time.Duration // up
	pause    time.Duration // until it is told again
	count    float64
	last     buffer.Event
}

// add takes one refusal. It returns true if that is to be recorded now; else it is counted, and told later.
func (r *refusals) add(kind refusalKind, e *buffer.Event, now time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kinds == nil {
		r.kinds = map[refusalKind]*refusedSince{}
	}
	kind = r.kindOf(kind)
	known := r.kinds[kind]
	if known == nil {
		r.kinds[kind] = &refusedSince{reported: now, pause: refusalPeriod}
		return true
	}
	known.count++
	known.last = *e
	return false
}

// kindOf is the kind itself where it is known or there is room for it, else one that is told apart less. The caller holds mu.
func (r *refusals) kindOf(kind refusalKind) refusalKind {
	if r.kinds[kind] != nil {
		return kind
	}
	own := 0
	for k := range r.kinds {
		if k.who == kind.who && k.what != "" {
			own++
		}
	}
	if own >= refusalsOfOne {
		kind.what = ""
	}
	if r.kinds[kind] == nil && len(r.kinds) >= refusalsOfAll {
		kind = refusalKind{reason: kind.reason}
	}
	return kind
}

// due gives the events that are to be recorded now, and forgets the kinds of which nothing was refused for long. all gives
// everything that is not told yet.
func (r *refusals) due(now time.Duration, all bool) (events []buffer.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for kind, k := range r.kinds {
		switch {
		case k.count == 0 && (all || now-k.reported >= 2*k.pause):
			delete(r.kinds, kind)
		case k.count > 0 && (all || now-k.reported >= k.pause):
			events = append(events, k.again())
			k.count, k.reported, k.pause = 0, now, min(2*k.pause, refusalMax)
		}
	}
	slices.SortFunc(events, func(a, b buffer.Event) int { return cmp.Compare(a.Note, b.Note) })
	return events
}

// again is the event of what was refused of a kind since it was told last: the last refusal, with the count.
func (k *refusedSince) again() buffer.Event {
	reason, count := k.last.Labels.Value("reason"), strconv.FormatFloat(k.count, 'f', -1, 64)
	return buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_again_total", Value: k.count,
		Device: k.last.Device, Labels: buffer.MakeLabels("reason", reason), Status: k.last.Status, Note: "count=" + count + " " + k.last.Note,
	}
}
