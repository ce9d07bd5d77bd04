package runs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// silent is how long a run may post nothing before it counts as over. Measurements of noble gases take minutes to hours.
const silent = 24 * time.Hour

// Of makes runs of posted events, the newest first. Events of other kinds are left out. now ends what has been silent for a day.
func Of(events []buffer.Event, now time.Time) []Run {
	c := &collection{open: map[key]*Run{}, count: map[key]int{}, queues: map[key]*stretch{}, began: map[string]time.Time{}}
	for _, e := range posted(events) {
		c.add(&e)
	}
	list := make([]Run, 0, len(c.all))
	for _, r := range c.all {
		c.close(r, now)
		list = append(list, *r)
	}
	slices.SortStableFunc(list, func(a, b Run) int {
		return cmp.Or(b.Begun().Compare(a.Begun()), cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID))
	})
	progress(list, now)
	return list
}

// key names a run, or a queue, of one agent.
type key struct{ source, name string }

// collection is runs as they are found in sorted events.
type collection struct {
	all    []*Run
	open   map[key]*Run // the last run of an id
	count  map[key]int
	queues map[key]*stretch
	began  map[string]time.Time // by agent, when its Pychron was started again
}

// stretch is when a queue last began and last ended.
type stretch struct{ started, ended time.Time }

func (c *collection) add(e *buffer.Event) {
	if e.Metric == lifecycle.Restarted {
		c.began[e.Source] = e.Time
		return
	}
	what, of := edgeOf(e.Metric)
	if what == "queue" {
		c.queue(e, of)
		return
	}
	id := idOf(e)
	if id == "" {
		return
	}
	r := c.run(e, id, what == "run" && of == started)
	r.last = e.Time
	describe(r, e)
	switch {
	case what == "run":
		r.edge(e, of)
	case groupOf(e.Metric) != "":
	case of != other:
		r.phase(e, what, of)
	case lifecycle.OutcomeOf(StatusOf(e)) == lifecycle.Failed:
		r.Faults++
	}
}

// run finds the run of an event. A start of one that had ended is another run of the same name.
func (c *collection) run(e *buffer.Event, id string, starts bool) *Run {
	k := key{e.Source, id}
	r := c.open[k]
	if r != nil && !(starts && r.Ended != nil) {
		return r
	}
	if c.count[k]++; c.count[k] > 1 {
		id = fmt.Sprintf("%s@%d", id, e.Time.Unix())
	}
	r = &Run{ID: id, id: idOf(e), Name: idOf(e), Source: e.Source, State: Running, Phases: []Phase{}, Operations: []Operation{}}
	c.open[k] = r
	c.all = append(c.all, r)
	return r
}

// describe takes what an event says of its run; the last word counts.
func describe(r *Run, e *buffer.Event) {
	for label, field := range map[string]*string{"queue": &r.Queue, "sample": &r.Sample} {
		*field = cmp.Or(e.Labels.Value(label), *field)
	}
	name := e.Labels.Value("run")
	if name == r.id {
		name = ""
	}
	r.Name = cmp.Or(e.Labels.Value("run_name"), e.Labels.Value("runid"), e.Labels.Value("identifier"), e.Labels.Value("record_id"), name, r.Name)
	r.Spectrometer = cmp.Or(e.Labels.Value("spectrometer"), e.Labels.Value("mass_spectrometer"), r.Spectrometer)
	r.Kind = cmp.Or(e.Labels.Value("analysis_type"), e.Labels.Value("run_type"), e.Labels.Value("material"), r.Kind)
}

func (c *collection) queue(e *buffer.Event, of edge) {
	name := e.Labels.Value("queue")
	if name == "" {
		return
	}
	k := key{e.Source, name}
	q := c.queues[k]
	if q == nil {
		q = &stretch{}
		c.queues[k] = q
	}
	switch of {
	case started:
		q.started = e.Time
	case ended:
		q.ended = e.Time
	}
}

func (r *Run) edge(e *buffer.Event, of edge) {
	at := e.Time
	switch {
	case of == started && r.Started == nil:
		r.Started = &at
	case of == ended:
		r.State, r.Status, r.Ended = Ended, cmp.Or(StatusOf(e), "success"), &at
		if r.Started != nil {
			d := seconds(*r.Started, at)
			r.Duration = &d
		}
	}
}

func (r *Run) phase(e *buffer.Event, name string, of edge) {
	at := e.Time
	if of == started {
		r.Phases = append(r.Phases, Phase{Name: name, Started: &at})
		r.Phase = name
		return
	}
	i := len(r.Phases) - 1
	for ; i >= 0 && (r.Phases[i].Name != name || r.Phases[i].Ended != nil); i-- {
	}
	if i < 0 {
		r.Phases = append(r.Phases, Phase{Name: name})
		i = len(r.Phases) - 1
	}
	p := &r.Phases[i]
	p.Ended, p.Status = &at, cmp.Or(StatusOf(e), "success")
	if p.Started != nil {
		d := seconds(*p.Started, at)
		p.Duration = &d
	}
	if lifecycle.OutcomeOf(p.Status) == lifecycle.Failed {
		r.Faults++
	}
	if r.Phase == name {
		r.Phase = ""
	}
}

// close ends a run of which no end was posted, where it must be over.
func (c *collection) close(r *Run, now time.Time) {
	if r.State == Running {
		r.State, r.Why = Lost, c.whyOver(r, now)
		if r.Why == "" {
			r.State = Running
		}
	}
	if r.State != Running {
		r.Phase = ""
	}
	if lifecycle.OutcomeOf(r.Status) == lifecycle.Failed {
		r.Faults++
	}
}

// whyOver is why a run without an end cannot be under way, "" if it can.
func (c *collection) whyOver(r *Run, now time.Time) string {
	if q := c.queues[key{r.Source, r.Queue}]; q != nil && r.Queue != "" {
		switch {
		case !q.ended.Before(r.last) && !q.ended.IsZero():
			return "no end was told: its queue ended at " + text(q.ended)
		case q.started.After(r.last):
			return "no end was told: its queue began again at " + text(q.started)
		}
	}
	if began := c.began[r.Source]; began.After(r.last) {
		return "no end was told: Pychron was started again before " + text(began)
	}
	if now.Sub(r.last) >= silent {
		return "no end was told: nothing was heard of it after " + text(r.last)
	}
	return ""
}

// text is a time within a sentence.
func text(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
