package device

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// odometer is a count that wears something out: it only grows, and lives through a restart in the notes of the journal.
type odometer struct {
	key    string // in a note: "actuations"
	Metric string // "valve_actuations_total"
	Value  float64
}

// odometers are those of one device.
type odometers struct {
	mu    sync.Mutex
	all   []odometer
	onAt  time.Duration // up, since when what counts seconds is on
	on    bool
	known bool
	open  map[string]float64 // the last known state of each valve, by channel: a box has several
}

// newOdometers gives a device of a family the counts it has.
func newOdometers(family string) *odometers {
	switch family {
	case "valve":
		return &odometers{all: []odometer{{key: "actuations", Metric: "valve_actuations_total"}}}
	case "laser":
		return &odometers{all: []odometer{{key: "beam_seconds", Metric: "laser_beam_seconds_total"}, {key: "shots", Metric: "laser_shots_total"}}}
	}
	return &odometers{all: []odometer{{key: onSeconds, Metric: "on_seconds_total"}}}
}

// onSeconds is how long a pump, a heater or a supply has been on. A device that was never seen to have such a state has
// no such count.
const onSeconds = "on_seconds"

// wears says whether a state is one that counts are moved by.
func wears(name string) bool { return name == "open" || name == "enabled" || name == "motor" }

// Counts says whether the note of an event carries counts.
func Counts(text string) bool {
	for _, key := range []string{"actuations=", "beam_seconds=", "shots=", onSeconds + "="} {
		if strings.Contains(text, key) {
			return true
		}
	}
	return false
}

// observe takes the state of a valve ("open"), a laser or anything else ("enabled", "motor") and counts: a change of a valve
// is an actuation, a laser that comes on is a shot, and what is on counts its seconds until it is off. A state that is
// missing changes nothing, and the seconds run on: unknown counts as on.
func (o *odometers) observe(family string, s *buffer.Sample) {
	if s.Unit != "" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if s.Missing != "" {
		o.known = o.known || family == "laser" && s.Name == "enabled" // heard, and not known to be on: what comes on next is a shot
		return
	}
	switch {
	case family == "valve" && s.Name == "open":
		if before, known := o.open[s.Channel]; known && before != s.Value {
			o.all[0].Value++
		}
		if o.open == nil {
			o.open = map[string]float64{}
		}
		o.open[s.Channel] = s.Value
	case family == "laser" && s.Name == "enabled":
		if s.Value != 0 && !o.on && o.known {
			o.all[1].Value++
		}
		o.run(s)
	case family == "" && s.Channel == "" && wears(s.Name):
		o.run(s)
	}
}

// run counts the seconds of what is on. The caller holds mu.
func (o *odometers) run(s *buffer.Sample) {
	if o.on {
		o.all[0].Value += (s.Up - o.onAt).Seconds()
	}
	o.on, o.onAt, o.known = s.Value != 0, s.Up, true
}

// List is a copy of the counts.
func (o *odometers) List() []odometer {
	o.mu.Lock()
	defer o.mu.Unlock()
	if one := o.all[0]; one.key == onSeconds && !o.known && one.Value == 0 {
		return nil
	}
	return append([]odometer(nil), o.all...)
}

// Of is one count by its key, 0 if there is none.
func (o *odometers) Of(key string) float64 {
	for _, one := range o.List() {
		if one.key == key {
			return one.Value
		}
	}
	return 0
}

// restore sets the counts from the note of an event. They never go backwards.
func (o *odometers) restore(note string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for n := range o.all {
		for field := range strings.FieldsSeq(note) {
			if text, ok := strings.CutPrefix(field, o.all[n].key+"="); ok {
				if v, err := strconv.ParseFloat(text, 64); err == nil {
					o.all[n].Value = max(o.all[n].Value, v)
				}
			}
		}
	}
}

// Total is the sum of the counts.
func (o *odometers) Total() float64 {
	sum := 0.0
	for _, one := range o.List() {
		sum += one.Value
	}
	return sum
}
