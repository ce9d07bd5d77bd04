package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// Events are recorded so many at a time, with a pause between, so that whoever follows the ring is not overrun.
const (
	batch = 200
	pause = 50 * time.Millisecond
)

// happened records what is new on a page, in the order in which it happened (rules 2, 3 and 6).
func (t *Target) happened(ctx context.Context, p *page, asked time.Time) {
	now := t.o.Now()
	var events []*buffer.Event
	for _, f := range p.fresh {
		e := f.event(f.value)
		if born, ok := buffer.Epoch(f.created); ok && f.created > 0 {
			e.Time = born
		} else {
			e.Time = now
			within(e, now.Sub(t.last))
		}
		events = append(events, e)
	}
	for _, f := range p.changed {
		e := f.event(f.value - f.before)
		e.Time = now
		within(e, now.Sub(t.last))
		events = append(events, e)
	}
	events = slices.DeleteFunc(events, func(e *buffer.Event) bool { return e.Value == 0 })
	slices.SortFunc(events, func(a, b *buffer.Event) int {
		if c := a.Time.Compare(b.Time); c != 0 {
			return c
		}
		return strings.Compare(a.Metric+string(a.Labels), b.Metric+string(b.Labels))
	})
	for n, e := range events {
		if e.Note == "" {
			t.compare(e.Time, now)
		}
		if n > 0 && n%batch == 0 {
			wait(ctx, t.pause)
		}
		t.o.Record(e)
	}
	t.reportOffset()
}

// event is what a series has counted, in the shape that Pychron's own events have.
func (f *found) event(value float64) *buffer.Event {
	e := &buffer.Event{
		Lane: buffer.Ingest, Kind: buffer.Lifecycle, Severity: buffer.Info, Type: buffer.Counter,
		Metric: f.metric, Labels: f.labels, Value: value, Status: "success",
	}
	if f.metric == "phase_healthcheck_failures" { // whose name has the suffix at Pychron, too
		e.Metric, e.Severity = f.metric+"_total", buffer.Warning
	}
	if status := f.labels.Value("status"); status != "" {
		e.Status = status
		e.Severity = lifecycle.OutcomeOf(status).Severity()
	}
	return e
}

// within says in the note by how much an event may be older than its time.
func within(e *buffer.Event, d time.Duration) {
	n := &buffer.Note{}
	n.Add(lifecycle.Within, d.Round(time.Millisecond).String())
	e.Note = n.String()
}

// restartEvent says that Pychron was started again.
func restartEvent() *buffer.Event {
	return &buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: lifecycle.Restarted, Value: 1,
		Status: "Pychron was started again; runs and queues that were open ended, with a result that is not known",
	}
}
