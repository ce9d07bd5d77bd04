package runs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// edge is what an event is to the thing that it names.
type edge uint8

const (
	other edge = iota
	started
	ended
)

// edgeOf cuts a metric such as "extraction_completed_total" into "extraction" and what happened to it.
func edgeOf(metric string) (what string, of edge) {
	metric = strings.TrimSuffix(metric, "_total")
	if what, ok := strings.CutSuffix(metric, "_started"); ok {
		return what, started
	}
	if what, ok := strings.CutSuffix(metric, "_completed"); ok {
		return what, ended
	}
	return metric, other
}

// groups are the prefixes of operations that are not phases of a run: what is done with its data.
var groups = []string{"database", "repository", "pipeline"}

// groupOf is the group of an operation, "" where the metric is none.
func groupOf(metric string) string {
	for _, g := range groups {
		if strings.HasPrefix(metric, g+"_") {
			return g
		}
	}
	return ""
}

// idOf is the run that an event belongs to, "" where it names none.
func idOf(e *buffer.Event) string {
	return cmp.Or(e.Labels.Value("run_id"), e.Labels.Value("run"))
}

// posted is the events that others posted, and those of Pychron's starts, each once, in the order in which they happened. Of those at one time a start stands first and
// the end of a run last, so that nothing ends before it began.
func posted(events []buffer.Event) []buffer.Event {
	type identity struct {
		source, boot string
		lane         buffer.Lane
		seq          uint64
	}
	seen := make(map[identity]bool, len(events))
	var list []buffer.Event
	for i := range events {
		e := &events[i]
		id := identity{e.Source, e.Boot, e.Lane, e.Seq}
		if e.Kind != buffer.Lifecycle && e.Metric != lifecycle.Restarted || e.Seq != 0 && seen[id] {
			continue
		}
		seen[id] = true
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b buffer.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(rank(&a), rank(&b)), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Boot, b.Boot),
			cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Labels, b.Labels))
	})
	return list
}

// rank orders events of one time.
func rank(e *buffer.Event) int {
	what, of := edgeOf(e.Metric)
	large := map[string]int{"queue": 2, "run": 1}[what]
	switch of {
	case started:
		return -1 - large
	case ended:
		return 1 + large
	}
	return 0
}

// seconds is how long it is from one time to another, never negative.
func seconds(from, to time.Time) float64 { return max(to.Sub(from), 0).Seconds() }
