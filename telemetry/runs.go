package telemetry

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
	"pychron-edge/telemetry/runs"
)

// Limits of runs.
const (
	defaultRuns = 100
	maxRuns     = 500
	runsSince   = 7 * 24 * time.Hour // how far back is looked where nothing is asked
	maxRunTime  = 24 * time.Hour     // a run may have begun that long before the time that is asked for
	maxAudit    = 10_000             // faults and restarts that are counted into runs
	maxAlike    = 28                 // runs of its kind that one is compared with
)

// runViews answer what runs there are, and what happened during one.
type runViews struct {
	log *eventLog
	now func() time.Time

	busy     chan struct{} // full while a passport is made: one at a time, for it reads all of a run's readings
	measures measuresOfRuns
}

func newRunViews(log *eventLog, now func() time.Time) *runViews {
	return &runViews{log: log, now: now, busy: make(chan struct{}, 1)}
}

// runsAnswer is the answer of GET /runs.
type runsAnswer struct {
	Runs       []runs.Run     `json:"runs"`
	Operations []runs.Summary `json:"operations"`
	More       bool           `json:"more"` // there are more runs than were asked for, or more events than are read
}

// list answers GET /runs: the newest that match, newest first, and the operations of the same time.
func (v *runViews) list(w http.ResponseWriter, r *http.Request, _ buffer.Principal) error {
	q := ask(r, "source", "since", "until", "q", "state", "faulty", "limit")
	source, since, until := q.Text("source"), q.Moment("since"), q.Moment("until")
	text, state, faulty, limit := q.Text("q"), q.Text("state"), q.Text("faulty"), q.Number("limit", defaultRuns, 1, maxRuns)
	if state != "" && state != runs.Running && state != runs.Ended && state != runs.Lost {
		q.Fail("query parameter state=%q must be one of: running, ended, lost", cut(state))
	}
	if faulty != "" && faulty != "yes" {
		q.Fail("query parameter faulty=%q must be yes, or absent", cut(faulty))
	}
	if !since.IsZero() && !until.IsZero() && until.Before(since) {
		q.Fail("query parameter until is before since; must be since or later")
	}
	if err := mistake(q); err != nil {
		return err
	}
	found, err := v.find(r.Context(), source, since, until)
	if err != nil {
		return err
	}
	found.Runs = slices.DeleteFunc(found.Runs, func(r runs.Run) bool {
		return state != "" && r.State != state || faulty != "" && r.Faults == 0 || !nameHas(&r, text)
	})
	if len(found.Runs) > limit {
		found.Runs, found.More = found.Runs[:limit], true
	}
	answer(w, http.StatusOK, found)
	return nil
}

// nameHas reports whether a text is a part of what a run is called.
func nameHas(r *runs.Run, text string) bool {
	text = strings.ToLower(text)
	return text == "" || slices.ContainsFunc([]string{r.ID, r.Name, r.Queue, r.Kind, r.Sample, r.Spectrometer, r.Status, r.Source},
		func(s string) bool { return strings.Contains(strings.ToLower(s), text) })
}

// find is the runs that were under way between since and until (zero: the last 7 days), and the operations of that time.
func (v *runViews) find(ctx context.Context, source string, since, until time.Time) (*runsAnswer, error) {
	now := v.now().UTC()
	if since.IsZero() {
		since = now.Add(-runsSince)
		if !until.IsZero() && until.Before(now) {
			since = until.Add(-runsSince)
		}
	}
	f := buffer.Filter{Kinds: []buffer.Kind{buffer.Lifecycle}, Lanes: []buffer.Lane{buffer.Ingest}, Since: since.Add(-maxRunTime), Until: until, Limit: buffer.MaxLimit}
	if source != "" {
		f.Sources = []string{source}
	}
	events, err := v.collect(ctx, f)
	if err != nil {
		return nil, err
	}
	restarts, err := v.collect(ctx, buffer.Filter{Kinds: []buffer.Kind{buffer.System}, Lanes: []buffer.Lane{buffer.Audit}, Text: lifecycle.Restarted, Sources: f.Sources, Since: f.Since,
		Until: until, Limit: maxAudit})
	if err != nil {
		return nil, err
	}
	out := &runsAnswer{Runs: runs.Of(append(events, restarts...), now), More: len(events) >= buffer.MaxLimit}
	out.Runs = slices.DeleteFunc(out.Runs, func(r runs.Run) bool {
		return r.Over(now).Before(since) || !until.IsZero() && !r.Begun().Before(until)
	})
	operations := runs.Operations(events)
	runs.AddOperations(out.Runs, operations)
	out.Operations = runs.Summaries(slices.DeleteFunc(operations, func(o runs.Operation) bool { return o.Time.Before(since) }))
	return out, v.addAudit(ctx, out.Runs, f.Sources, now)
}

// collect copies events.
func (v *runViews) collect(ctx context.Context, f buffer.Filter) (events []buffer.Event, err error) {
	err = v.log.past(ctx, f, func(e *buffer.Event) { events = append(events, *e) })
	return events, err
}

// addAudit counts faults and restarts into the runs.
func (v *runViews) addAudit(ctx context.Context, list []runs.Run, sources []string, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	first := now
	for i := range list {
		if t := list[i].Begun(); t.Before(first) {
			first = t
		}
	}
	faults := buffer.Filter{Lanes: []buffer.Lane{buffer.Audit}, MinSeverity: buffer.Warning, Sources: sources, Since: first, Limit: maxAudit}
	starts := buffer.Filter{Lanes: []buffer.Lane{buffer.Audit}, Kinds: []buffer.Kind{buffer.System}, Text: "agent_starts_total", Sources: sources, Since: first, Limit: maxAudit}
	for _, f := range []buffer.Filter{faults, starts} {
		audit, err := v.collect(ctx, f)
		if err != nil {
			return err
		}
		audit = slices.DeleteFunc(audit, func(e buffer.Event) bool { return runs.IsRestart(&e) != (f.Text != "") })
		runs.AddAudit(list, audit, now)
	}
	return nil
}
