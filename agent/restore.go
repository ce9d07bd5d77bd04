package main

import (
	"slices"
	"strconv"
	"strings"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/device"
)

// restore takes back one event that a journal kept of an earlier start: the event itself, a trip that was not cleared, and
// the counts of what wears out. It is called before anything runs.
func (a *agent) restore(e *buffer.Event) {
	if e.Source != a.name || e.Boot == a.boot {
		return
	}
	if !slices.Contains(a.boots[1:], e.Boot) {
		a.boots = append(a.boots, e.Boot)
	}
	a.inJournal[e.Boot] = max(a.inJournal[e.Boot], e.Seq)
	a.restoreState(e)
	a.lanes.Append(e)
}

// restoreState takes one event's state. Later events overrule earlier ones; counts never go backwards.
func (a *agent) restoreState(e *buffer.Event) {
	switch {
	case e.Kind == buffer.Trip && e.Labels.Value("rule") != command.HaltRule:
		a.commander.RestoreTrip(e.Labels.Value("rule"), e.Value != 0, e.Note)
	case e.Kind == buffer.System && e.Labels.Value("pipette") != "":
		a.restoreShots(e)
	case e.Kind == buffer.State:
		k := a.restored[e.Device]
		if device.Counts(e.Note) { // or states that move no counts would push these out
			k.Notes = append(k.Notes, e.Note)
		}
		if e.Missing == "" && e.Point != "" { // an agent before this one wrote no point
			k.States = append(k.States, device.RestoredState{Point: e.Point, Value: e.Value})
		}
		a.restored[e.Device] = shortened(k)
	case e.Kind == buffer.System && e.Metric == odometerMetric:
		k := a.restored[e.Device]
		k.Notes = append(k.Notes, e.Note)
		a.restored[e.Device] = shortened(k)
	}
}

// maxRestored is how many notes and states of a device are looked at.
const maxRestored = 16

// shortened is the newest of what was restored of a device.
func shortened(k device.Restored) device.Restored {
	k.Notes = k.Notes[max(0, len(k.Notes)-maxRestored):]
	k.States = k.States[max(0, len(k.States)-maxRestored):]
	return k
}

func (a *agent) restoreShots(e *buffer.Event) {
	var shots, uncertain uint64
	for field := range strings.FieldsSeq(e.Note) {
		key, text, _ := strings.Cut(field, "=")
		n, err := strconv.ParseUint(text, 10, 64)
		switch {
		case err != nil:
		case key == "shots":
			shots = n
		case key == "uncertain":
			uncertain = n
		}
	}
	a.commander.RestoreShots(e.Labels.Value("pipette"), shots, uncertain)
}

// odometerMetric is the counter of the events that only carry odometers on, so that a bounded journal never forgets them.
const odometerMetric = "agent_odometer_notes_total"

// recordOdometers records the counts of every device and pipette that has any.
func (a *agent) recordOdometers() {
	for _, i := range a.fleet.All() {
		n := &buffer.Note{}
		i.Odometers.Note(n)
		if i.Odometers.Total() > 0 {
			a.record(&buffer.Event{
				Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: odometerMetric, Value: 1, Device: i.Name,
				Labels: device.LabelsOf(i.Name, ""), Status: "success", Note: n.String(),
			})
		}
	}
	a.commander.RecordAllShots()
}
