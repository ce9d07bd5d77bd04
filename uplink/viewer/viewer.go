package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink/viewer/broker"
	"pychron-edge/uplink/viewer/store"
)

// Viewer is what the page shows: every agent, and the viewer itself. It is the page's [telemetry.Backend].
type Viewer struct {
	config  Config
	boot    string
	started time.Time
	now     func() time.Time
	fleet   *fleet
	history *history
	lanes   buffer.Lanes
	link    func() telemetry.UplinkStatus // the connection to the broker
	absent  func() map[laneKey]string     // what agents have published and does not arrive
	copied  func() map[laneKey]string     // agents of which there are two of one name
	listen  func() string

	embedded *broker.Broker // nil: the broker is another program
	hub      func() error   // why this lab, or this node, has no part in a hub; nil: there is no hub
	hubSince time.Time      // when hub first said so; zero while all is well. Only watch uses it

	size atomic.Int64 // of the store, bytes
}

// Status returns the state of one agent, or of all if source is "".
func (v *Viewer) Status(source string) (telemetry.Status, error) {
	now := v.now()
	st := telemetry.Status{
		Source: source, Role: "viewer", Boot: v.boot, Version: version, Started: telemetry.Moment(v.started), Now: telemetry.Moment(now),
		Uptime: telemetry.Seconds(now.Sub(v.started)), Units: v.config.Units, Capture: true,
		Clock:   telemetry.ClockStatus{Synchronised: true, How: "viewer"},
		Sources: v.fleet.sources(now), Uplink: v.link(), Connection: v.connection(),
		Devices: []telemetry.DeviceStatus{}, Rules: []telemetry.RuleStatus{}, Alarms: []telemetry.AlarmStatus{},
		Pipettes: []telemetry.PipetteStatus{}, Services: v.services(),
	}
	if err := v.fleet.fill(&st, source, now); err != nil {
		return st, err
	}
	v.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
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
	gaps, _ := v.history.Gaps(ctx, source, 50) // trouble of the store stands under its service
	for _, g := range gaps {
		st.Gaps = append(st.Gaps, telemetry.GapStatus{Source: g.Source, Lane: g.Lane.String(), Boot: g.Boot, From: g.First, To: g.Last, Lost: g.Declared, Time: g.Noticed})
	}
	return st, nil
}

func (v *Viewer) connection() telemetry.Connection {
	host, port, _ := net.SplitHostPort(v.listen())
	n, _ := strconv.Atoi(port)
	return telemetry.Connection{Enabled: true, Host: host, Port: n, Namespace: metrics.DefaultNamespace,
		MetricsURL: "http://" + v.listen() + "/metrics", Links: v.config.Links}
}

func (v *Viewer) services() []telemetry.ServiceStatus {
	link := v.link()
	uplink := telemetry.ServiceStatus{Service: "broker", Health: 1, Text: link.Broker}
	switch {
	case !link.Connected:
		uplink.Health, uplink.Text = 3, link.Error
	case v.embedded != nil && v.embedded.Trouble() != nil:
		uplink.Health, uplink.Text = 2, v.embedded.Trouble().Error()
	case v.history.fails() != nil:
		uplink.Health, uplink.Text = 2, link.Broker+" keeps the messages until they can be stored"
	case link.Error != "":
		uplink.Health, uplink.Text = 2, link.Error
	}
	db := telemetry.ServiceStatus{Service: "store", Health: 1,
		Text: fmt.Sprintf("%s, %.1f MB", store.Redact(v.config.Store), float64(v.size.Load())/1e6)}
	if why := v.history.about(); why != "" {
		db.Health, db.Text = 2, why
	}
	if err := v.history.fails(); err != nil {
		db.Health, db.Text = 3, err.Error()
	}
	all := []telemetry.ServiceStatus{uplink, db, service("arrival", v.absent()), service("names", v.copied())}
	if v.hub == nil {
		return all
	}
	part := telemetry.ServiceStatus{Service: "hub", Health: 1}
	if err := v.hub(); err != nil {
		part.Health, part.Text = 2, err.Error()
	}
	return append(all, part)
}

// service is unhealthy where something is wrong; it names one of it.
func service(name string, wrong map[laneKey]string) telemetry.ServiceStatus {
	for _, k := range slices.SortedFunc(maps.Keys(wrong), laneKey.compare) {
		return telemetry.ServiceStatus{Service: name, Health: 3, Text: fmt.Sprintf("%s (%d in all)", wrong[k], len(wrong))}
	}
	return telemetry.ServiceStatus{Service: name, Health: 1}
}

// Boots returns the boots of all agents in order of arrival, and the viewer's own as the last.
func (v *Viewer) Boots() []string { return append(v.history.Boots(), v.boot) }

// SetCapture is refused: what an agent captures is set at the agent.
func (v *Viewer) SetCapture(string, bool) error {
	return fmt.Errorf("%w: a viewer captures nothing; capture must be set at the agent", buffer.ErrConflict)
}

// Clear records an event; the page shows no events before the last one of these.
func (v *Viewer) Clear(who string) error {
	v.record(&buffer.Event{Time: v.now().UTC(), Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter,
		Metric: "agent_clears_total", Value: 1, Status: "success", Note: "who=" + who})
	return nil
}

// Ingest is refused: events must be posted to their agent.
func (v *Viewer) Ingest(string, []buffer.Event) error {
	return fmt.Errorf("%w: a viewer accepts no events; they must be posted to the agent", buffer.ErrConflict)
}

// Trace is ErrUnknown: exchanges are kept by the agents only.
func (v *Viewer) Trace(_, device string) ([]telemetry.Exchange, error) {
	return nil, fmt.Errorf("%w: the exchanges of %q are kept by its agent only", buffer.ErrUnknown, device)
}
