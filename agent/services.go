package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink/pychron"

	"pychron-edge/agent/notify"
	"pychron-edge/agent/state"
)

// Health of a service, as Pychron numbers it.
const (
	serviceUnknown = iota
	serviceHealthy
	serviceDegraded
	serviceUnavailable
)

// service is one part of the program, or of what it depends on, that can be unwell without anything else stopping.
type service struct {
	name  string
	state func() (int, string) // now, and why it is not healthy

	health   int
	text     string
	success  time.Duration // when it was last healthy, up; 0 = never
	reported int           // the health last told
	since    time.Duration // when it was last other than now, up
}

// serviceHolds is how long a health must last to be told: a connection that flaps is not news every second.
const serviceHolds = 3 * time.Second

// finder gives events of the audit lane that a journal has.
type finder func(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error

// services are those of the house.
type services struct {
	runtime  state.RuntimeDir
	messages notify.Store // of alarms, through a restart; nil: none
	server   atomic.Pointer[telemetry.Server]
	pychron  []*pychron.Server             // none: Pychron's clients are not served. Written under mu
	uplink   func() telemetry.UplinkStatus // nil: no broker configured
	find     finder                        // in the journal; nil: none

	mu  sync.Mutex
	all []*service
}

// add lists a service.
func (s *services) add(name string, state func() (int, string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, &service{name: name, state: state})
}

// addPychron lists a port of Pychron's clients.
func (s *services) addPychron(one *pychron.Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pychron = append(s.pychron, one)
}

// pychronAddress is where the n-th port of Pychron's clients is, "" while it is nowhere.
func (s *services) pychronAddress(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n >= len(s.pychron) || s.pychron[n].Addr() == nil {
		return ""
	}
	return s.pychron[n].Addr().String()
}

// status is every service as it was last found.
func (s *services) status() []telemetry.ServiceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []telemetry.ServiceStatus{}
	for _, one := range s.all {
		out = append(out, telemetry.ServiceStatus{Service: one.name, Health: one.health, Text: one.text})
	}
	return out
}

// each calls do with the name of each service and when it was last healthy, up; 0 = never.
func (s *services) each(do func(name string, success time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		do(one.name, one.success)
	}
}

// uplinkStatus is the broker connection, empty where none is configured.
func (s *services) uplinkStatus() telemetry.UplinkStatus {
	if s.uplink == nil {
		return telemetry.UplinkStatus{Lag: map[string]uint64{}}
	}
	return s.uplink()
}

// address is where the page is, "" while it is nowhere.
func (s *services) address() string {
	if server := s.server.Load(); server != nil {
		return server.Addr()
	}
	return ""
}

// watchServices looks at the services once a second and tells when one becomes unwell or well.
func (a *agent) watchServices(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for _, c := range a.services.step(a.clock.Up()) {
			a.recordService(c)
		}
		for _, one := range a.services.status() {
			a.metrics.Set("service_health_state", buffer.MakeLabels("service", one.Service), float64(one.Health))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// serviceChange is a service that is unwell, or well again.
type serviceChange struct {
	name, text string
	health     int
}

// step asks every service, and gives those whose health got worse or was restored, and has stayed so.
func (s *services) step(up time.Duration) []serviceChange {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changes []serviceChange
	for _, one := range s.all {
		before := one.health
		one.health, one.text = one.state()
		if one.health == serviceHealthy {
			one.success = up
		}
		if one.health != before {
			one.since = up
		}
		worse := one.health >= serviceDegraded && one.health != one.reported
		better := one.health == serviceHealthy && one.reported >= serviceDegraded
		if (worse || better) && up-one.since >= serviceHolds {
			one.reported = one.health
			changes = append(changes, serviceChange{one.name, one.text, one.health})
		}
	}
	return changes
}

func (a *agent) recordService(c serviceChange) {
	e := &buffer.Event{
		Kind: buffer.Recovery, Severity: buffer.Info, Type: buffer.Gauge, Metric: "service_health_state", Value: float64(c.health),
		Labels: buffer.MakeLabels("service", c.name), Status: "success",
	}
	if c.health != serviceHealthy {
		e.Kind, e.Severity, e.Status = buffer.Failure, buffer.Warning, c.text
		a.metrics.Add("phase_healthcheck_failures_total", buffer.MakeLabels("kind", "service", "phase", "edge"), 1)
		a.log.Warn("a service is unwell", "service", c.name, "why", c.text)
	} else {
		a.log.Info("a service is well again", "service", c.name)
	}
	a.record(e)
}

// webState is the health of the page.
func (a *agent) webState() (int, string) {
	up, err := a.services.server.Load().Listening()
	switch {
	case up:
		return serviceHealthy, ""
	case err != nil:
		return serviceUnavailable, err.Error()
	}
	return serviceUnknown, ""
}

// clockState is the health of the wall clock.
func (a *agent) clockState() (int, string) {
	if a.synced.Load() {
		return serviceHealthy, ""
	}
	return serviceDegraded, "the wall clock is not synchronised; times of events are set right by the clock event that follows"
}
