package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink/viewer/store"
)

// house is what the viewer's page shows: every agent, and the viewer itself.
type house struct {
	config  Config
	boot    string
	started time.Time
	now     func() time.Time
	fleet   *fleet
	store   *store.Store
	lanes   buffer.Lanes
	link    func() telemetry.UplinkStatus // the connection to the broker
	listen  func() string

	size     atomic.Int64 // of the store, bytes
	storeErr atomic.Pointer[error]
}

// Status is one agent's state, or with source "" all of them.
func (h *house) Status(source string) (telemetry.Status, error) {
	now := h.now()
	st := telemetry.Status{
		Source: source, Role: "viewer", Boot: h.boot, Version: version, Started: h.started, Now: now.UTC(),
		Uptime: now.Sub(h.started).Seconds(), Units: h.config.Units, Capture: true,
		Clock:   telemetry.ClockStatus{Synchronised: true, How: "viewer"},
		Sources: h.fleet.sources(now), Uplink: h.link(), Connection: h.connection(),
		Devices: []telemetry.DeviceStatus{}, Rules: []telemetry.RuleStatus{}, Alarms: []telemetry.AlarmStatus{},
		Pipettes: []telemetry.PipetteStatus{}, Services: h.services(),
	}
	if err := h.fleet.fill(&st, source, now); err != nil {
		return st, err
	}
	h.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		s := r.Stats()
		st.Rings = append(st.Rings, telemetry.RingStatus{Lane: lane.String(), Events: s.Events, Capacity: s.Capacity, Total: s.Position, Overwritten: s.Overwritten})
		if last, _ := r.Since(make([]buffer.Event, 0, 1), max(s.Position, 1)-1); len(last) == 1 {
			if t := last[0].Time; st.LastEvent == nil || t.After(*st.LastEvent) {
				st.LastEvent = &t
			}
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	gaps, err := h.store.Gaps(ctx, source, 50)
	if err != nil {
		return st, err
	}
	for _, g := range gaps {
		st.Gaps = append(st.Gaps, telemetry.GapStatus{Source: g.Source, Lane: g.Lane.String(), Boot: g.Boot, From: g.First, To: g.Last, Time: g.Noticed})
	}
	return st, nil
}

func (h *house) connection() telemetry.Connection {
	host, port, _ := net.SplitHostPort(h.listen())
	n, _ := strconv.Atoi(port)
	return telemetry.Connection{Enabled: true, Host: host, Port: n, Namespace: metrics.DefaultNamespace,
		MetricsURL: "http://" + h.listen() + "/metrics", Links: h.config.Links}
}

func (h *house) services() []telemetry.ServiceStatus {
	link := h.link()
	broker := telemetry.ServiceStatus{Service: "broker", Health: 1, Text: link.Broker}
	switch {
	case !link.Connected:
		broker.Health, broker.Text = 3, link.Error
	case link.Error != "":
		broker.Health, broker.Text = 2, link.Error
	}
	kept := telemetry.ServiceStatus{Service: "store", Health: 1,
		Text: fmt.Sprintf("%s, %.1f MB", store.Redact(h.config.Store), float64(h.size.Load())/1e6)}
	if err := h.storeErr.Load(); err != nil && *err != nil {
		kept.Health, kept.Text = 3, (*err).Error()
	}
	return []telemetry.ServiceStatus{broker, kept}
}

// Boots are the boots of all agents, in order of arrival, and the viewer's own.
func (h *house) Boots() []string { return append(h.store.Boots(""), h.boot) }

// SetCapture is refused: what agents capture is decided at the bench.
func (h *house) SetCapture(string, bool) error {
	return fmt.Errorf("%w: a viewer captures nothing; switch capture at the agent", buffer.ErrConflict)
}

// Clear is allowed: it only sets the mark below which this page shows nothing.
func (h *house) Clear(who string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return h.record(ctx, &buffer.Event{Time: h.now().UTC(), Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter,
		Metric: "agent_clears_total", Value: 1, Status: "success", Note: "who=" + who})
}

// Ingest is refused: events are posted at the agent they belong to.
func (h *house) Ingest(string, []buffer.Event) error {
	return fmt.Errorf("%w: a viewer takes no events by POST; post them to the agent", buffer.ErrConflict)
}

// Trace is not known here: exchanges stay at the bench.
func (h *house) Trace(_, device string) ([]telemetry.Exchange, error) {
	return nil, fmt.Errorf("%w: the exchanges of %q are kept by its agent; ask there", buffer.ErrUnknown, device)
}
