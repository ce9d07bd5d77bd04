package lifecycle

import (
	"strings"
	"time"

	"pychron-edge/buffer"
)

// Restarted is the metric of the event that says that Pychron was started again: what was open has ended, and nobody knows how.
const Restarted = "agent_pychron_restarts_total"

// Within is the key, in the note of an event, of how far before its time it may have happened. No duration is taken from such a time.
const Within = "within"

// maxOpen is how many runs, and how many queues, are open at most; beyond, the oldest counts as ended.
const maxOpen = 1000

// Move is what an event does to one metric.
type Move struct {
	Metric string // without namespace
	Type   buffer.Type
	Labels buffer.Labels
	Value  float64 // increment, present value, or observation in seconds
}

// Tracker follows the queues and runs of one Pychron. The zero Tracker has none. It is used by one goroutine at a time.
type Tracker struct {
	queues map[string]time.Time // that are open, by name: when they began
	runs   map[string]*run      // that are open, by run_id
	moves  []Move
}

// run is one run that was started and did not end.
type run struct {
	queue  string
	began  time.Time            // zero = not known exactly
	phases map[string]time.Time // when each phase under way began
}

// Take gives what an event moves; nil where it is no event of a queue or a run. The result is valid until the next call.
func (t *Tracker) Take(e *buffer.Event) []Move {
	if t.runs == nil {
		t.queues, t.runs = map[string]time.Time{}, map[string]*run{}
	}
	t.moves = t.moves[:0]
	if take := takers[nameOf(e.Metric)]; take != nil {
		take(t, e)
	}
	return t.moves
}

// Is reports whether a metric is one of an event of a queue or a run.
func Is(metric string) bool { return takers[nameOf(metric)] != nil }

// nameOf is a name as Pychron's executor has it.
func nameOf(metric string) string {
	if metric == Restarted {
		return metric
	}
	return strings.TrimSuffix(metric, "_total")
}

// takers are what is done with each event.
var takers = map[string]func(*Tracker, *buffer.Event){
	"queue_started": (*Tracker).queueStarted, "queue_completed": (*Tracker).queueCompleted,
	"run_started": (*Tracker).runStarted, "run_completed": (*Tracker).runCompleted,
	"extraction_started": begins("extraction"), "extraction_completed": ends("extraction"),
	"measurement_started": begins("measurement"), "measurement_completed": ends("measurement"),
	"phase_healthcheck_failures": (*Tracker).checkFailed,
	Restarted:                    (*Tracker).restarted,
}

func (t *Tracker) count(metric string, n float64) {
	t.moves = append(t.moves, Move{Metric: metric, Type: buffer.Counter, Value: n})
}

// active gives how much is open.
func (t *Tracker) active() {
	t.moves = append(t.moves, Move{Metric: "active_queues", Type: buffer.Gauge, Value: float64(len(t.queues))},
		Move{Metric: "active_runs", Type: buffer.Gauge, Value: float64(len(t.runs))})
}

func (t *Tracker) queueStarted(e *buffer.Event) {
	t.count("queue_starts_total", e.Value)
	makeRoom(t.queues, func(began time.Time) time.Time { return began })
	t.queues[e.Labels.Value("queue")] = e.Time
	t.active()
}

// queueCompleted ends the runs of the queue that did not end themselves: with which result is not known.
func (t *Tracker) queueCompleted(e *buffer.Event) {
	queue := e.Labels.Value("queue")
	t.count("queue_completions_total", e.Value)
	delete(t.queues, queue)
	for id, r := range t.runs {
		if r.queue == queue {
			delete(t.runs, id)
		}
	}
	t.active()
}

func (t *Tracker) runStarted(e *buffer.Event) {
	t.count("runs_started_total", e.Value)
	if id := e.Labels.Value("run_id"); id != "" {
		makeRoom(t.runs, func(r *run) time.Time { return r.began })
		t.runs[id] = &run{queue: e.Labels.Value("queue"), began: exactly(e), phases: map[string]time.Time{}}
	}
	t.active()
}

// runCompleted counts by status. One that was cut short by a condition is saved like any other.
func (t *Tracker) runCompleted(e *buffer.Event) {
	switch e.Labels.Value("status") {
	case "success", "truncated":
		t.count("runs_completed_total", e.Value)
	case "canceled", "aborted":
		t.count("runs_canceled_total", e.Value)
	default:
		t.count("runs_failed_total", e.Value)
	}
	id := e.Labels.Value("run_id")
	if r := t.runs[id]; r != nil {
		t.took("run_duration_seconds", "", r.began, exactly(e))
		delete(t.runs, id)
	}
	t.active()
}

func begins(phase string) func(*Tracker, *buffer.Event) {
	return func(t *Tracker, e *buffer.Event) {
		if r := t.runs[e.Labels.Value("run_id")]; r != nil {
			r.phases[phase] = exactly(e)
		}
	}
}

func ends(phase string) func(*Tracker, *buffer.Event) {
	return func(t *Tracker, e *buffer.Event) {
		if r := t.runs[e.Labels.Value("run_id")]; r != nil {
			t.took("phase_duration_seconds", buffer.MakeLabels("phase", phase), r.phases[phase], exactly(e))
			delete(r.phases, phase)
		}
	}
}

// took observes a duration, if both its ends are known. Both are by Pychron's clock.
func (t *Tracker) took(metric string, labels buffer.Labels, from, to time.Time) {
	if from.IsZero() || to.Before(from) {
		return
	}
	t.moves = append(t.moves, Move{metric, buffer.Histogram, labels, to.Sub(from).Seconds()})
}

func (t *Tracker) checkFailed(e *buffer.Event) {
	labels := buffer.MakeLabels("kind", e.Labels.Value("kind"), "phase", e.Labels.Value("phase"))
	t.moves = append(t.moves, Move{"phase_healthcheck_failures_total", buffer.Counter, labels, e.Value})
}

func (t *Tracker) restarted(*buffer.Event) {
	clear(t.queues)
	clear(t.runs)
	t.active()
}

// exactly is when an event happened, zero where that is known only within an interval.
func exactly(e *buffer.Event) time.Time {
	if strings.Contains(e.Note, Within+"=") {
		return time.Time{}
	}
	return e.Time
}

// makeRoom forgets the oldest where there are too many.
func makeRoom[V any](open map[string]V, began func(V) time.Time) {
	if len(open) < maxOpen {
		return
	}
	oldest, first := "", true
	for name, one := range open {
		if first || began(one).Before(began(open[oldest])) {
			oldest, first = name, false
		}
	}
	delete(open, oldest)
}

// Zero is every metric of queues and runs as it is before the first of them, so that its first increase is seen as one.
func Zero() []Move {
	moves := []Move{}
	for _, name := range []string{"queue_starts_total", "queue_completions_total", "runs_started_total", "runs_completed_total", "runs_failed_total", "runs_canceled_total"} {
		moves = append(moves, Move{Metric: name, Type: buffer.Counter})
	}
	return append(moves, Move{Metric: "active_queues", Type: buffer.Gauge}, Move{Metric: "active_runs", Type: buffer.Gauge})
}
