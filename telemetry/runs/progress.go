package runs

import (
	"slices"
	"time"

	"pychron-edge/buffer/lifecycle"
)

// MinAlike is how many runs of a kind must have ended well before one is compared with them.
const MinAlike = 5

// alike is how long the runs of a kind took that ended well: those of one agent, which is one line.
func alike(list []Run, of *Run) []float64 {
	var took []float64
	for i := range list {
		r := &list[i]
		if of.Kind != "" && r.Kind == of.Kind && r.Source == of.Source && r.State == Ended && lifecycle.OutcomeOf(r.Status) == lifecycle.Done && r.Duration != nil {
			took = append(took, *r.Duration)
		}
	}
	slices.Sort(took)
	return took
}

// progress says how far the running ones are, where enough of their kind have ended well.
func progress(list []Run, now time.Time) {
	for i := range list {
		r := &list[i]
		if r.State != Running || r.Started == nil {
			continue
		}
		if took := alike(list, r); len(took) >= MinAlike {
			r.Progress = &Progress{Elapsed: seconds(*r.Started, now), Expected: took[len(took)/2], Of: len(took)}
		}
	}
}
