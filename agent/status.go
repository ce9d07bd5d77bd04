package main

import (
	"maps"
	"net"
	"os"
	"strconv"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/restart"
)

// Status is the whole of GET /status, from memory.
func (a *agent) Status(string) (telemetry.Status, error) {
	c := &a.plan().Config.Agent
	s := telemetry.Status{
		Source: a.name, Role: "agent", Simulated: a.simulated, Boot: a.boot, Version: a.version, Build: thisBuild().String(),
		Started: a.clock.ZeroWall(), Now: a.clock.Now(), Uptime: a.clock.Up().Seconds(), Units: c.Units,
		Clock:      telemetry.ClockStatus{Synchronised: a.synced.Load(), Offset: a.clock.ZeroWall().Sub(a.clock.Zero.Round(0)).Seconds(), How: a.clock.How},
		Capture:    a.capture.Load(),
		Connection: a.connection(c),
		Uplink:     a.services.uplinkStatus(),
		Rings:      a.ringStatus(),
		LastEvent:  a.lastEvent(),
		Services:   a.services.status(),
		Sources:    []telemetry.SourceStatus{},
	}
	now := a.clock.Up()
	for _, d := range a.plan().Devices {
		s.Devices = append(s.Devices, a.deviceStatus(d, now))
	}
	s.Devices = append(s.Devices, a.derivedStatus(now)...)
	a.fillStanding(&s)
	if a.store != nil {
		s.Restart = restartStatus(a.last.Report())
	}
	if r := a.lastGood.Refusal(); r != nil {
		s.Configuration = &telemetry.ConfigurationStatus{Kept: true, Since: r.Saved.Since, SHA256: r.Saved.SHA256, Mistakes: r.Mistakes, Accepted: r.Accepted}
	}
	return s, nil
}

// connection is where this agent can be reached.
func (a *agent) connection(c *config.AgentConfig) telemetry.Connection {
	out := telemetry.Connection{Enabled: true, Namespace: a.metrics.Namespace(), Links: maps.Clone(c.Links)}
	address := a.services.address()
	if address == "" {
		address = c.Listen
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return out
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	out.Host = host
	out.Port, _ = strconv.Atoi(port)
	out.MetricsURL = "http://" + net.JoinHostPort(host, port) + "/metrics"
	return out
}

func (a *agent) ringStatus() []telemetry.RingStatus {
	var out []telemetry.RingStatus
	a.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		st := r.Stats()
		out = append(out, telemetry.RingStatus{Lane: lane.String(), Events: st.Events, Capacity: st.Capacity, Total: st.Position, Overwritten: st.Overwritten})
	})
	return append(out, a.longStatus())
}

// lastEvent is when the newest event of any lane happened, nil if there is none.
func (a *agent) lastEvent() *time.Time {
	var last *time.Time
	one := make([]buffer.Event, 0, 1)
	a.lanes.Each(func(_ buffer.Lane, r *buffer.Ring) {
		if at := r.Stats().Position; at > 0 {
			if events, _ := r.Since(one, at-1); len(events) == 1 && (last == nil || events[0].Time.After(*last)) {
				last = new(events[0].Time)
			}
		}
	})
	return last
}

// restartStatus is what people see of the states from before an unclean start.
func restartStatus(r restart.Report) *telemetry.RestartStatus {
	out := &telemetry.RestartStatus{Unclean: r.Unclean, Unread: r.Unread, Differences: []telemetry.Difference{}}
	for _, d := range r.Differences {
		out.Differences = append(out.Differences, telemetry.Difference(d))
	}
	return out
}
