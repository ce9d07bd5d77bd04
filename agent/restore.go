package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// restore takes back what a journal kept of earlier starts: the events themselves, the trips that were not cleared, and
// the counts of what wears out. It is called before anything runs.
func (h *house) restore(events []buffer.Event) {
	var boots []string
	for n := range events {
		e := events[n]
		if e.Source != h.name || e.Boot == h.boot {
			continue
		}
		if !slices.Contains(boots, e.Boot) {
			boots = append(boots, e.Boot)
		}
		h.restoreState(&e)
		h.lanes.Append(&e)
	}
	h.boots = append(boots, h.boot)
}

// restoreState takes one event's state. Later events overrule earlier ones; counts never go backwards.
func (h *house) restoreState(e *buffer.Event) {
	switch {
	case e.Kind == buffer.Trip && e.Labels.Value("rule") != haltRule:
		rule := e.Labels.Value("rule")
		if e.Value == 0 {
			delete(h.door.latches, rule)
			return
		}
		h.door.latches[rule] = &Latch{Tripped: true, Since: h.clock.up(), Why: "before the restart: " + e.Note}
	case e.Kind == buffer.System && e.Labels.Value("pipette") != "":
		h.restoreShots(e)
	case e.Kind == buffer.State, e.Kind == buffer.System && e.Metric == odometerMetric:
		h.kept[e.Device] = append(h.kept[e.Device], e.Note)
	}
}

func (h *house) restoreShots(e *buffer.Event) {
	text, ok := strings.CutPrefix(e.Note, "shots=")
	if count, err := strconv.ParseUint(text, 10, 64); ok && err == nil {
		name := e.Labels.Value("pipette")
		c := h.door.shots[name]
		c.Shots = max(c.Shots, count)
		h.door.shots[name] = c
	}
}

// odometerMetric is the counter of the events that only carry odometers on, so that a bounded journal never forgets them.
const odometerMetric = "agent_odometer_notes_total"

// noteEvery is how often they are written.
const noteEvery = 24 * time.Hour

// tellOdometers records the counts of every device and pipette that has any.
func (h *house) tellOdometers() {
	for _, i := range h.all() {
		n := &note{}
		i.odometers.note(n)
		if i.odometers.total() > 0 {
			h.record(&buffer.Event{
				Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: odometerMetric, Value: 1, Device: i.name,
				Labels: labelsOf(i.name, ""), Status: "success", Note: n.String(),
			})
		}
	}
	for _, p := range h.plan().Pipettes {
		if shots := h.door.shotsOf(p.Name); shots > 0 {
			h.tellShots(p.Name, shots, 0)
		}
	}
}

// total is the sum of the counts.
func (o *odometers) total() float64 {
	sum := 0.0
	for _, one := range o.list() {
		sum += one.value
	}
	return sum
}
