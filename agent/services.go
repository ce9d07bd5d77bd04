package main

import (
	"context"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/notify"
	"pychron-edge/agent/served"
	"pychron-edge/agent/service"
	"pychron-edge/agent/state"
)

// finder gives events of the audit lane that a journal has.
type finder func(ctx context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error

// services are those of the agent.
type services struct {
	runtime  state.RuntimeDir
	messages notify.Store // of alarms, through a restart; nil: none
	server   atomic.Pointer[telemetry.Server]
	pychron  atomic.Pointer[[]served.Service]
	uplink   func() telemetry.UplinkStatus // nil: no broker configured
	find     finder                        // in the journal; nil: none

	service.List
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
		for _, c := range a.services.Step(a.clock.Up()) {
			a.recordService(c)
		}
		for _, one := range a.services.Status() {
			a.metrics.Set("service_health_state", buffer.MakeLabels("service", one.Service), float64(one.Health))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (a *agent) recordService(c service.Change) {
	e := &buffer.Event{
		Kind: buffer.Recovery, Severity: buffer.Info, Type: buffer.Gauge, Metric: "service_health_state", Value: float64(c.Health),
		Labels: buffer.MakeLabels("service", c.Name), Status: "success",
	}
	if c.Health != service.Healthy {
		e.Kind, e.Severity, e.Status = buffer.Failure, buffer.Warning, c.Text
		a.metrics.Add("phase_healthcheck_failures_total", buffer.MakeLabels("kind", "service", "phase", "edge"), 1)
	} else {
		a.log.Info("a service is well again", "service", c.Name)
	}
	a.record(e)
}

// webState is the health of the page.
func (a *agent) webState() (int, string) {
	up, err := a.services.server.Load().Listening()
	switch {
	case up:
		return service.Healthy, ""
	case err != nil:
		return service.Unavailable, err.Error()
	}
	return service.Unknown, ""
}

// clockState is the health of the wall clock.
func (a *agent) clockState() (int, string) {
	if a.synced.Load() {
		return service.Healthy, ""
	}
	return service.Degraded, "the wall clock is not synchronised; times of events are set right by the clock event that follows"
}
