package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// heartbeats is how many of an agent's heartbeats may pass in silence before what it said last is old.
const heartbeats = 2.5

// fleet is what the viewer knows of every agent now: its last status, and the last reading of every point.
type fleet struct {
	now   func() time.Time
	local bool // agents on the loopback address are this machine's own: a trial

	mu     sync.Mutex
	agents map[string]*bench
}

// bench is one agent as it was last heard.
type bench struct {
	status  telemetry.StatusPayload
	heard   time.Time // the last word of any kind, by the viewer's clock
	since   time.Time // of status.State
	samples map[string]map[string]sample
	broken  map[string]trouble
}

// sample is the last event of one point.
type sample struct {
	metric, name string
	unit         buffer.Unit
	value        float64
	bound        buffer.Bound
	missing      string
	at, arrived  time.Time
	since        time.Time // of this value, for 0/1 points
}

// trouble is a device that failed.
type trouble struct {
	since time.Time
	why   string
}

func newFleet(now func() time.Time) *fleet { return &fleet{now: now, agents: map[string]*bench{}} }

func (f *fleet) bench(source string) *bench {
	b := f.agents[source]
	if b == nil {
		b = &bench{samples: map[string]map[string]sample{}, broken: map[string]trouble{}}
		f.agents[source] = b
	}
	return b
}

// said takes an agent's status.
func (f *fleet) said(source string, payload []byte) (w telemetry.StatusPayload, err error) {
	if err := json.Unmarshal(payload, &w); err != nil {
		return w, fmt.Errorf("status of %s: %w", source, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	b, now := f.bench(source), f.now()
	if before := b.status.Boot; before != w.Boot && before != "" {
		clear(b.samples)
		clear(b.broken)
	}
	if b.status.State != w.State || b.since.IsZero() {
		b.since = now
	}
	if w.State == "offline" { // a last will says no more than that
		w.Devices, w.Rules, w.Alarms, w.Pipettes = b.status.Devices, b.status.Rules, b.status.Alarms, b.status.Pipettes
		w.Simulated = w.Simulated || b.status.Simulated
	}
	b.status = w
	if w.State == "online" {
		b.heard = now
	}
	for _, d := range w.Devices {
		if d.Health == "healthy" {
			delete(b.broken, d.Name)
		}
	}
	return w, nil
}

// happened takes an event that arrived live. An event of an earlier boot, or one older than what is known, changes nothing.
func (f *fleet) happened(e *buffer.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, now := f.bench(e.Source), f.now()
	b.heard = now
	if b.status.Boot != "" && e.Boot != b.status.Boot {
		return
	}
	switch e.Kind {
	case buffer.Reading, buffer.State:
		b.sample(e, now)
	case buffer.Failure:
		b.broken[e.Device] = trouble{e.Time, e.Status}
	case buffer.Recovery:
		delete(b.broken, e.Device)
	}
}

func (b *bench) sample(e *buffer.Event, now time.Time) {
	points := b.samples[e.Device]
	if points == nil {
		points = map[string]sample{}
		b.samples[e.Device] = points
	}
	old, known := points[e.Point]
	if known && e.Time.Before(old.at) {
		return
	}
	s := sample{metric: e.Metric, name: e.Point, unit: e.Unit, value: e.Value, bound: e.Bound, missing: e.Missing, at: e.Time, arrived: now, since: e.Time}
	if known && old.value == e.Value && old.missing == e.Missing {
		s.since = old.since
	}
	points[e.Point] = s
}

// state is "online", "stale" (silent for longer than it should be) or "offline".
func (b *bench) state(now time.Time) string {
	switch {
	case b.status.State == "offline":
		return "offline"
	case now.Sub(b.heard) > b.patience():
		return "stale"
	case b.status.State == "":
		return "stale"
	}
	return "online"
}

// patience is how long the agent may be silent.
func (b *bench) patience() time.Duration {
	heartbeat := b.status.Heartbeat
	if heartbeat <= 0 {
		heartbeat = 60
	}
	return time.Duration(heartbeat * heartbeats * float64(time.Second))
}

// sources are the agents, by name.
func (f *fleet) sources(now time.Time) []telemetry.SourceStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []telemetry.SourceStatus{}
	for _, name := range slices.Sorted(maps.Keys(f.agents)) {
		b := f.agents[name]
		s := telemetry.SourceStatus{Source: name, State: b.state(now), Boot: b.status.Boot, Version: b.status.Version,
			HTTP: b.status.HTTP, Simulated: b.status.Simulated}
		if !b.heard.IsZero() {
			s.LastWord = new(b.heard.UTC())
		}
		list = append(list, s)
	}
	return list
}

// fill puts the agents' devices, rules, alarms and pipettes into st: those of one source, or of all.
func (f *fleet) fill(st *telemetry.Status, source string, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if source != "" && f.agents[source] == nil {
		return fmt.Errorf("%w: source %q; known are %s", buffer.ErrUnknown, source,
			strings.Join(slices.Sorted(maps.Keys(f.agents)), ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(f.agents)) {
		b := f.agents[name]
		if source != "" && name != source {
			continue
		}
		st.Devices = append(st.Devices, b.devices(name, now)...)
		st.Rules = append(st.Rules, b.status.Rules...)
		st.Alarms = append(st.Alarms, b.status.Alarms...)
		st.Pipettes = append(st.Pipettes, b.status.Pipettes...)
		st.Simulated = st.Simulated || b.status.Simulated
		if name == source {
			st.Boot, st.Version, st.Started, st.Clock = b.status.Boot, b.status.Version, b.status.Started, b.status.Clock
		}
	}
	return nil
}
