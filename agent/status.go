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
)

// Status is the whole of GET /status, from memory.
func (h *agent) Status(string) (telemetry.Status, error) {
	c := &h.plan().Config.Agent
	s := telemetry.Status{
		Source: h.name, Role: "agent", Simulated: h.simulated, Boot: h.boot, Version: h.version,
		Started: h.clock.ZeroWall(), Now: h.clock.Now(), Uptime: h.clock.Up().Seconds(), Units: c.Units,
		Clock:      telemetry.ClockStatus{Synchronised: h.synced.Load(), Offset: h.clock.ZeroWall().Sub(h.clock.Zero.Round(0)).Seconds(), How: h.clock.How},
		Capture:    h.capture.Load(),
		Connection: h.connection(c),
		Uplink:     h.services.uplinkStatus(),
		Rings:      h.ringStatus(),
		LastEvent:  h.lastEvent(),
		Services:   h.services.status(),
		Sources:    []telemetry.SourceStatus{},
	}
	now := h.clock.Up()
	for _, d := range h.plan().Devices {
		s.Devices = append(s.Devices, h.deviceStatus(d, now))
	}
	s.Devices = append(s.Devices, h.derivedStatus(now)...)
	h.fillStanding(&s)
	return s, nil
}

// connection is where this agent can be reached.
func (h *agent) connection(c *config.AgentConfig) telemetry.Connection {
	out := telemetry.Connection{Enabled: true, Namespace: h.metrics.Namespace(), Links: maps.Clone(c.Links)}
	address := h.services.address()
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

func (h *agent) ringStatus() []telemetry.RingStatus {
	var out []telemetry.RingStatus
	h.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		st := r.Stats()
		out = append(out, telemetry.RingStatus{Lane: lane.String(), Events: st.Events, Capacity: st.Capacity, Total: st.Position, Overwritten: st.Overwritten})
	})
	return out
}

// lastEvent is when the newest event of any lane happened, nil if there is none.
func (h *agent) lastEvent() *time.Time {
	var last *time.Time
	one := make([]buffer.Event, 0, 1)
	h.lanes.Each(func(_ buffer.Lane, r *buffer.Ring) {
		if at := r.Stats().Position; at > 0 {
			if events, _ := r.Since(one, at-1); len(events) == 1 && (last == nil || events[0].Time.After(*last)) {
				last = new(events[0].Time)
			}
		}
	})
	return last
}
