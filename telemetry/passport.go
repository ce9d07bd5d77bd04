package telemetry

import (
	"context"
	"net/http"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/runs"
)

// passportAnswer is the answer of GET /runs/{id}.
type passportAnswer struct {
	*runs.Passport
	Alike int               `json:"alike"` // other runs of its kind that ended well and are held here
	Usual []runs.Comparison `json:"usual"` // empty where fewer than five are
}

// passport answers GET /runs/{id}: what happened during a run, and whether that is usual among its kind.
func (v *runViews) passport(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source", "since", "until")
	source, since, until := q.Text("source"), q.Moment("since"), q.Moment("until")
	if err := mistake(q); err != nil {
		return err
	}
	id := r.PathValue("id")
	found, err := v.find(r.Context(), source, since, until)
	if err != nil {
		return err
	}
	for i := range found.Runs {
		if found.Runs[i].ID != id {
			continue
		}
		select {
		case v.busy <- struct{}{}:
			defer func() { <-v.busy }()
		case <-r.Context().Done():
			return r.Context().Err()
		}
		made, err := v.passportOf(r.Context(), found.Runs, &found.Runs[i])
		if err != nil {
			return err
		}
		answer(w, http.StatusOK, made)
		return nil
	}
	return failure(http.StatusNotFound, "run %q is not among those of the last 7 days; must be one of GET /runs, with its since and until", cut(id))
}

// passportOf makes the passport of a run, and compares it with others of its kind.
func (v *runViews) passportOf(ctx context.Context, list []runs.Run, r *runs.Run) (*passportAnswer, error) {
	p, err := v.build(ctx, r)
	if err != nil {
		return nil, err
	}
	alike := runs.Alike(list, r, maxAlike)
	made := &passportAnswer{Passport: p, Alike: len(alike), Usual: []runs.Comparison{}}
	if len(alike) < runs.MinAlike {
		return made, nil
	}
	others := make([][]runs.Measure, 0, len(alike))
	for i := range alike {
		m, err := v.measuresOf(ctx, &alike[i])
		if err != nil {
			return nil, err
		}
		others = append(others, m)
	}
	made.Usual = runs.Compare(p.Measures, others)
	return made, nil
}

func (v *runViews) build(ctx context.Context, r *runs.Run) (*runs.Passport, error) {
	b := runs.NewBuilder(*r, v.now().UTC(), v.log.hold())
	from, to := b.Span()
	if err := v.log.pastReadings(ctx, r.Source, from, to, b.Add); err != nil {
		return nil, err
	}
	return b.Passport(), nil
}

// maxMeasured is how many runs' measures are remembered.
const maxMeasured = 256

// measuresOfRuns remembers the measures of runs that have ended. The zero value is ready to use.
type measuresOfRuns struct {
	mu  sync.Mutex
	all map[measuredRun][]runs.Measure
}

// measuredRun is a run as it was measured: with another end, it is measured anew.
type measuredRun struct {
	source, id string
	ended      time.Time
}

// measuresOf is the measures of a run that has ended.
func (v *runViews) measuresOf(ctx context.Context, r *runs.Run) ([]runs.Measure, error) {
	k := measuredRun{r.Source, r.ID, *r.Ended}
	v.measures.mu.Lock()
	known, ok := v.measures.all[k]
	v.measures.mu.Unlock()
	if ok {
		return known, nil
	}
	p, err := v.build(ctx, r)
	if err != nil {
		return nil, err
	}
	v.measures.mu.Lock()
	defer v.measures.mu.Unlock()
	if len(v.measures.all) >= maxMeasured || v.measures.all == nil {
		v.measures.all = map[measuredRun][]runs.Measure{}
	}
	v.measures.all[k] = p.Measures
	return p.Measures, nil
}
