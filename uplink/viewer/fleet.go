package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// fleet is the last known state of every agent: its last status, and the last event of every point.
type fleet struct {
	now   func() time.Time
	local bool // agents on the loopback address are of this machine: a trial

	mu     sync.Mutex
	agents map[string]*agentState
}

func newFleet(now func() time.Time) *fleet { return &fleet{now: now, agents: map[string]*agentState{}} }

// maxAgents is how many agents a viewer shows; what a further one sends is set aside.
const maxAgents = 1000

// admits reports whether there is an agent of this name, or room for it.
func (f *fleet) admits(source string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.agents[source] != nil || len(f.agents) < maxAgents
}

// agent returns the state of an agent, new if there is none. The caller holds mu.
func (f *fleet) agent(source string) *agentState {
	a := f.agents[source]
	if a == nil {
		a = &agentState{samples: map[string]map[string]sample{}, failures: map[string]failure{}}
		f.agents[source] = a
	}
	return a
}

// setStatus takes an agent's status. One that cannot be believed is an error and changes nothing.
func (f *fleet) setStatus(source string, payload []byte) (telemetry.StatusPayload, error) {
	w, err := parseStatus(payload)
	if err != nil {
		return w, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	a, now := f.agent(source), f.now()
	if before := a.status.Boot; before != w.Boot && before != "" {
		clear(a.samples)
		clear(a.failures)
		a.pointCount, a.up, a.upAt = 0, 0, time.Time{}
	}
	if a.status.State != w.State || a.since.IsZero() {
		a.since = now
	}
	if w.State == "offline" { // a last will has no more than the state
		w.Devices, w.Rules, w.Alarms, w.Pipettes = a.status.Devices, a.status.Rules, a.status.Alarms, a.status.Pipettes
		w.Drawings = a.status.Drawings
		w.Simulated = w.Simulated || a.status.Simulated
		w.Key, w.Halted = a.status.Key, a.status.Halted
		if w.Boot == a.status.Boot && !a.lastMessage.IsZero() { // a will is from before the clock was looked at
			w.Clock = a.status.Clock
		}
	}
	a.status = w
	if w.State == "online" {
		a.lastMessage = now
	}
	for _, d := range w.Devices {
		if d.Health == "healthy" {
			delete(a.failures, d.Name)
		}
	}
	return w, nil
}

// stateOf returns what the agent's last status said of it: "online", "offline", or "" if there was none.
func (f *fleet) stateOf(source string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if a := f.agents[source]; a != nil {
		return a.status.State
	}
	return ""
}

// addEvent takes an event that arrived live. Events of an earlier boot, and events older than the last one of their point, change
// nothing.
func (f *fleet) addEvent(e *buffer.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, now := f.agent(e.Source), f.now()
	a.lastMessage = now
	if a.status.Boot != "" && e.Boot != a.status.Boot {
		return
	}
	if e.Up >= a.up {
		a.up, a.upAt = e.Up, now
	}
	switch e.Kind {
	case buffer.Reading, buffer.State:
		a.setSample(e, now)
	case buffer.Failure:
		if _, known := a.failures[e.Device]; known || len(a.failures) < maxDevices {
			a.failures[e.Device] = failure{e.Time, e.Status}
		}
	case buffer.Recovery:
		delete(a.failures, e.Device)
	}
}

// addLate takes a reading or state that comes after newer events of its agent, as what happened before a connection does. It is as old as
// it is: how long before the newest event of the same boot it was recorded.
func (f *fleet) addLate(e *buffer.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.agent(e.Source)
	if e.Kind != buffer.Reading && e.Kind != buffer.State || a.upAt.IsZero() || e.Boot != a.status.Boot {
		return
	}
	a.setSample(e, a.upAt.Add(-max(a.up-e.Up, 0)))
}

// forget removes an agent that is not online.
func (f *fleet) forget(name string, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.agents[name]
	switch {
	case a == nil:
		return fmt.Errorf("%w: agent %.60q; %s", buffer.ErrUnknown, name, f.oneAgent())
	case a.state(now) == "online":
		return fmt.Errorf("%w: agent %s is online; it must be stopped first, or it is there again at once", buffer.ErrConflict, name)
	}
	delete(f.agents, name)
	return nil
}

// oneAgent is what the name of an agent must be. The caller holds the mutex.
func (f *fleet) oneAgent() string {
	if len(f.agents) == 0 {
		return "this viewer has not heard of any agent yet"
	}
	return "it must be one of " + strings.Join(slices.Sorted(maps.Keys(f.agents)), ", ")
}

// sources returns the agents, sorted by name.
func (f *fleet) sources(now time.Time) []telemetry.SourceStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []telemetry.SourceStatus{}
	for _, name := range slices.Sorted(maps.Keys(f.agents)) {
		a := f.agents[name]
		s := telemetry.SourceStatus{Source: name, State: a.state(now), Boot: a.status.Boot, Version: a.status.Version,
			HTTP: a.status.HTTP, Simulated: a.status.Simulated, Key: a.status.Key, Halted: a.status.Halted}
		if !a.lastMessage.IsZero() {
			s.LastWord = new(telemetry.Moment(a.lastMessage))
		}
		list = append(list, s)
	}
	return list
}

// fill adds the devices, rules, alarms and pipettes of one source, or of all if source is "", to st. ErrUnknown if there is no such
// source.
func (f *fleet) fill(st *telemetry.Status, source string, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if source != "" && f.agents[source] == nil {
		return fmt.Errorf("%w: source %q; %s", buffer.ErrUnknown, source, f.oneAgent())
	}
	for _, name := range slices.Sorted(maps.Keys(f.agents)) {
		a := f.agents[name]
		if source != "" && name != source {
			continue
		}
		devices := a.devices(name, now)
		fillValves(devices)
		st.Devices = append(st.Devices, devices...)
		st.Drawings = append(st.Drawings, a.drawings(name, devices, now)...)
		a.addStanding(st, name)
		st.Simulated = st.Simulated || a.status.Simulated
		if name == source {
			st.Boot, st.Version, st.Started, st.Clock = a.status.Boot, a.status.Version, a.status.Started, a.status.Clock
			st.Key, st.Halted = a.status.Key, a.status.Halted
		}
	}
	return nil
}
