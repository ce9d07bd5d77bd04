package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// restore takes back one event that a journal kept of an earlier start: the event itself, a trip that was not cleared, and
// the counts of what wears out. It is called before anything runs.
func (h *house) restore(e *buffer.Event) {
	if e.Source != h.name || e.Boot == h.boot {
		return
	}
	if !slices.Contains(h.boots[1:], e.Boot) {
		h.boots = append(h.boots, e.Boot)
	}
	h.restoreState(e)
	h.lanes.Append(e)
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
	case e.Kind == buffer.State:
		k := h.kept[e.Device]
		if counts(e.Note) { // or states that move no counts would push these out
			k.notes = append(k.notes, e.Note)
		}
		if e.Missing == "" && e.Point != "" { // an agent before this one wrote no point
			k.states = append(k.states, keptState{e.Point, e.Value})
		}
		h.kept[e.Device] = k.shortened()
	case e.Kind == buffer.System && e.Metric == odometerMetric:
		k := h.kept[e.Device]
		k.notes = append(k.notes, e.Note)
		h.kept[e.Device] = k.shortened()
	}
}

// kept is what a journal has of one device: the notes with its odometers, and the states it was last seen in. The newest
// are last.
type kept struct {
	notes  []string
	states []keptState
}

type keptState struct {
	point string
	value float64
}

// keptLast is how many notes and states of a device are looked at.
const keptLast = 16

func (k kept) shortened() kept {
	k.notes = k.notes[max(0, len(k.notes)-keptLast):]
	k.states = k.states[max(0, len(k.states)-keptLast):]
	return k
}

// giveBack tells an instrument what a journal has of it.
func (h *house) giveBack(i *instrument) {
	for _, text := range h.kept[i.name].notes {
		i.odometers.restore(text)
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
