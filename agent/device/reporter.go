package device

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// Reporter makes events of one device's samples: of what moved, and of what has not been told for a heartbeat.
type Reporter struct {
	env       *Env
	device    string
	family    string
	heartbeat time.Duration
	setting   func(channel, name string) *float64        // of the deadband, nil for the default of the unit
	odometers *odometers                                 // told with every state; nil: none
	states    func(channel, name string) *drivers.States // the names of the values of a reading; nil: none of any

	mu     sync.Mutex
	points map[pointKey]*point
	event  buffer.Event // being recorded: it is made anew for each, in the same memory
}

// pointKey names one reading of a device.
type pointKey struct{ channel, name string }

// point is what is worked out once for each reading of a device, and what was last told of it.
type point struct {
	labels buffer.Labels
	metric string
	band   config.Deadband
	names  *drivers.States
	last   lastEvent
	since  time.Time // of the present state, for 0/1 readings
	state  float64
}

// Report records the samples that are due as events. A state that changed belongs to the audit; its heartbeat does not.
func (t *Reporter) Report(samples []buffer.Sample) { t.report(samples, nil) }

// report is Report of samples some of which may have come by an exchange of a client that the line is lent to; nil = none has.
func (t *Reporter) report(samples []buffer.Sample, raw []bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n := range samples {
		s := &samples[n]
		p := t.point(s)
		due, news := p.last.due(s, p.band, t.heartbeat)
		if s.Unit == "" && s.Missing == "" && (p.since.IsZero() || p.state != s.Value) {
			if !p.since.IsZero() && p.state == 0 { // whatever was missing in between: a valve is not seen while it travels
				t.env.Opened(t.device, s)
			}
			p.since, p.state = s.Time, s.Value
		}
		state := s.Unit == "" && news
		if due && (state || t.env.Capture()) {
			t.record(s, p, state, raw != nil && raw[n])
		}
	}
}

// Lost has the next reading of each point told: until it comes, nobody who hears of events alone knows that the last one holds again.
func (t *Reporter) Lost() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.points {
		p.last.again = true
	}
}

// record records one sample; raw = it came by an exchange of a client.
func (t *Reporter) record(s *buffer.Sample, p *point, state, raw bool) {
	e := &t.event
	*e = buffer.Event{
		Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge, Time: s.Time, Device: t.device, Point: s.Point(), Unit: s.Unit,
		Metric: p.metric,
		Value:  s.Value, Bound: s.Bound, Missing: s.Missing, Labels: p.labels, Status: "success",
	}
	if state {
		e.Kind, e.Note = buffer.State, t.stateNote(s.Name, p.last)
	}
	if name := p.names.Name(s.Value); name != "" && s.Missing == "" {
		n := &buffer.Note{}
		n.Add("state", name)
		e.Note = strings.TrimSpace(n.String() + " " + e.Note)
	}
	if raw {
		e.Note = strings.TrimSpace(e.Note + " via=raw")
	}
	p.last = lastOf(s)
	t.env.Record(e)
}

// NewReporter makes the reporter of a device. setting gives the deadband of a reading, nil for the default of its unit.
func NewReporter(env *Env, device, family string, heartbeat time.Duration, setting func(channel, name string) *float64, o *odometers) *Reporter {
	return &Reporter{env: env, device: device, family: family, heartbeat: heartbeat, setting: setting, odometers: o, points: map[pointKey]*point{}}
}

// point finds or makes what is known of a reading. The caller holds mu.
func (t *Reporter) point(s *buffer.Sample) *point {
	key := pointKey{s.Channel, s.Name}
	p := t.points[key]
	if p == nil {
		p = &point{
			labels: LabelsOf(t.device, s.Channel), metric: buffer.MetricName(t.family, s.Name, s.Unit),
			band: config.DeadbandOf(s.Unit, t.setting(s.Channel, s.Name)),
		}
		if t.states != nil {
			p.names = t.states(s.Channel, s.Name)
		}
		t.points[key] = p
	}
	return p
}

// Since is when a 0/1 reading took its present state, nil where that is not known.
func (t *Reporter) Since(channel, name string) *time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.points[pointKey{channel, name}]; p != nil && !p.since.IsZero() {
		return new(p.since)
	}
	return nil
}

func LabelsOf(device, channel string) buffer.Labels {
	if channel == "" {
		return buffer.MakeLabels("device", device)
	}
	return buffer.MakeLabels("channel", channel, "device", device)
}

// stateNote says what a state was before, and the odometers it moves.
func (t *Reporter) stateNote(name string, before lastEvent) string {
	n := &buffer.Note{}
	switch {
	case !before.any:
		n.Add("old", "unknown")
	case before.missing != "":
		n.Add("old", before.missing)
	default:
		n.Number("old", before.value)
	}
	if t.odometers != nil && wears(name) {
		t.odometers.Note(n)
	}
	return n.String()
}

// Note adds the counts, seconds to the millisecond.
func (o *odometers) Note(n *buffer.Note) {
	for _, one := range o.List() {
		n.Add(one.key, strconv.FormatFloat(math.Round(one.Value*1000)/1000, 'f', -1, 64))
	}
}
