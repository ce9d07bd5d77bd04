package metrics

import (
	"slices"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/runs"
)

// maxOpen is how many runs are remembered as open, and how many as ended; so many queues, too.
const maxOpen = 1000

// lifecycle counts what Pychron posts of queues, runs and phases under the names that Pychron's dashboards ask for. Several may run at once.
// An end without a start is counted and has no duration; a start that arrives after its end makes nothing open.
type lifecycle struct {
	mu     sync.Mutex
	queues map[string]bool
	open   map[string]*openRun
	ended  map[string]time.Time // by run, when it ended: of those whose start may still come
}

// openRun is a run of which no end was posted yet.
type openRun struct {
	queue   string
	started time.Time            // zero: not posted
	phases  map[string]time.Time // when each began
}

func newLifecycle() lifecycle {
	return lifecycle{queues: map[string]bool{}, open: map[string]*openRun{}, ended: map[string]time.Time{}}
}

// pychrons are the names of Pychron's own metrics that this program declares, with that meaning. One that is posted is an event and moves
// none of ours: we count the events they are made from.
var pychrons = []string{"queue_starts_total", "queue_completions_total", "active_queues", "runs_started_total", "runs_completed_total", "runs_failed_total",
	"runs_canceled_total", "active_runs", "run_duration_seconds", "phase_duration_seconds", "phase_healthcheck_failures_total",
	"device_io_operations_total", "device_io_duration_seconds", "device_last_success_timestamp_seconds", "service_health_state", "service_last_success_timestamp_seconds"}

// Pychrons reports whether a declared name is Pychron's, so that Pychron may post it.
func Pychrons(name string) bool { return slices.Contains(pychrons, name) }

// add counts an event that was posted.
func (l *lifecycle) add(m *Metrics, e *buffer.Event) {
	if e.Type != buffer.Counter {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	name := strings.TrimSuffix(e.Metric, "_total")
	switch name {
	case "queue_started":
		l.startQueue(m, e)
	case "queue_completed":
		l.endQueue(m, e)
	case "run_started":
		l.startRun(m, e)
	case "run_completed":
		l.endRun(m, e)
	case "extraction_started", "measurement_started":
		l.startPhase(e, strings.TrimSuffix(name, "_started"))
	case "extraction_completed", "measurement_completed":
		l.endPhase(m, e, strings.TrimSuffix(name, "_completed"))
	case "phase_healthcheck_failures":
		m.Add("phase_healthcheck_failures_total", buffer.MakeLabels("kind", e.Labels.Value("kind"), "phase", e.Labels.Value("phase")), e.Value)
	default:
		return
	}
	if strings.HasPrefix(name, "run_") || strings.HasPrefix(name, "queue_") {
		m.Set("active_runs", "", float64(len(l.open)))
		m.Set("active_queues", "", float64(len(l.queues)))
	}
}

func (l *lifecycle) startQueue(m *Metrics, e *buffer.Event) {
	m.Add("queue_starts_total", "", e.Value)
	if len(l.queues) < maxOpen {
		l.queues[e.Labels.Value("queue")] = true
	}
}

// endQueue ends its runs, too: their result is not known, so they count as neither completed nor failed.
func (l *lifecycle) endQueue(m *Metrics, e *buffer.Event) {
	m.Add("queue_completions_total", "", e.Value)
	queue := e.Labels.Value("queue")
	delete(l.queues, queue)
	for id, r := range l.open {
		if r.queue == queue && !r.started.After(e.Time) {
			delete(l.open, id)
		}
	}
}

func (l *lifecycle) startRun(m *Metrics, e *buffer.Event) {
	m.Add("runs_started_total", "", e.Value)
	id := e.Labels.Value("run_id")
	if id == "" {
		return
	}
	if end, ok := l.ended[id]; ok && !end.Before(e.Time) {
		delete(l.ended, id)
		m.Observe("run_duration_seconds", "", end.Sub(e.Time).Seconds())
		return
	}
	if r := l.run(e); r != nil {
		r.started, r.queue = e.Time, e.Labels.Value("queue")
	}
}

func (l *lifecycle) endRun(m *Metrics, e *buffer.Event) {
	switch runs.OutcomeOf(runs.StatusOf(e)) {
	case runs.Canceled:
		m.Add("runs_canceled_total", "", e.Value)
	case runs.Failed:
		m.Add("runs_failed_total", "", e.Value)
	default:
		m.Add("runs_completed_total", "", e.Value)
	}
	id := e.Labels.Value("run_id")
	if r := l.open[id]; r != nil && !r.started.IsZero() && !e.Time.Before(r.started) {
		delete(l.open, id)
		m.Observe("run_duration_seconds", "", e.Time.Sub(r.started).Seconds())
		return
	}
	delete(l.open, id)
	if len(l.ended) >= maxOpen {
		clear(l.ended)
	}
	if id != "" {
		l.ended[id] = e.Time
	}
}

// run is the open run of an event, new where there is none; nil where there is no room.
func (l *lifecycle) run(e *buffer.Event) *openRun {
	id := e.Labels.Value("run_id")
	if r := l.open[id]; r != nil {
		return r
	}
	if id == "" || len(l.open) >= maxOpen {
		return nil
	}
	r := &openRun{phases: map[string]time.Time{}}
	l.open[id] = r
	return r
}

// startPhase notes when a phase of an open run began. It opens none.
func (l *lifecycle) startPhase(e *buffer.Event, phase string) {
	if r := l.open[e.Labels.Value("run_id")]; r != nil {
		r.phases[phase] = e.Time
	}
}

func (l *lifecycle) endPhase(m *Metrics, e *buffer.Event, phase string) {
	r := l.open[e.Labels.Value("run_id")]
	if r == nil {
		return
	}
	if begun, ok := r.phases[phase]; ok && !e.Time.Before(begun) {
		delete(r.phases, phase)
		m.Observe("phase_duration_seconds", buffer.MakeLabels("phase", phase), e.Time.Sub(begun).Seconds())
	}
}
