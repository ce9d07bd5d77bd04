// Package status says how the agent stands, as people and other programs see it: GET /status, and what is published of it.
//
// It changes nothing, and asks no instrument.
package status

import (
	"maps"
	"net"
	"os"
	"strconv"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/clock"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/restart"
)

// Source is what a status is made of. All of it may be called from any goroutine.
type Source struct {
	Name, Boot, Version, Build string
	Namespace                  string // of the metrics
	Simulated                  bool

	Clock   *clock.Clock
	Lanes   buffer.Lanes
	Long    func() telemetry.RingStatus // how full the ring of packed readings is
	Present *buffer.Present
	Fleet   *device.Fleet

	Plan     func() *config.Plan
	Standing func() command.Standing
	Synced   func() bool // the wall can be believed
	Capture  func() bool // readings become events
	Board    func() telemetry.BoardStatus
	Address  func() string
	Uplink   func() telemetry.UplinkStatus
	Services func() []telemetry.ServiceStatus
	Through  func() map[string]uint64      // how far the broker has what happened, by lane
	Boots    func() []telemetry.BootStatus // starts before this one, oldest first
	Refusal  func() *lastgood.Refused
	Restart  func() (r restart.Report, ok bool) // not ok: nothing survives the process
}

// Status is the whole of GET /status, from memory.
func (src *Source) Status() telemetry.Status {
	c := &src.Plan().Config.Agent
	s := telemetry.Status{
		Source: src.Name, Role: "agent", Simulated: src.Simulated, Boot: src.Boot, Version: src.Version, Build: src.Build,
		Started: src.Clock.ZeroWall(), Now: src.Clock.Now(), Uptime: telemetry.Seconds(src.Clock.Up()), Units: c.Units,
		Clock:      telemetry.ClockStatus{Synchronised: src.Synced(), Offset: telemetry.Seconds(src.Clock.ZeroWall().Sub(src.Clock.Zero.Round(0))), How: src.Clock.How},
		Capture:    src.Capture(),
		Connection: src.connection(c),
		Uplink:     src.Uplink(), Board: new(src.Board()),
		Rings:     src.ringStatus(),
		LastEvent: src.lastEvent(),
		Services:  src.Services(),
		Sources:   []telemetry.SourceStatus{},
		Key:       src.Plan().Config.Page.Key,
	}
	now := src.Clock.Up()
	for _, d := range src.Plan().Devices {
		s.Devices = append(s.Devices, src.deviceStatus(d, now))
	}
	s.Devices = append(s.Devices, src.derivedStatus(now)...)
	src.fillStanding(&s)
	if r, ok := src.Restart(); ok {
		s.Restart = restartStatus(r)
	}
	if r := src.Refusal(); r != nil {
		s.Configuration = &telemetry.ConfigurationStatus{Kept: true, Since: r.Saved.Since, SHA256: r.Saved.SHA256, Mistakes: r.Mistakes, Accepted: r.Accepted}
	}
	return s
}

// connection is where this agent can be reached.
func (src *Source) connection(c *config.AgentConfig) telemetry.Connection {
	out := telemetry.Connection{Enabled: true, Namespace: src.Namespace, Links: maps.Clone(c.Links)}
	address := src.Address()
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

func (src *Source) ringStatus() []telemetry.RingStatus {
	var out []telemetry.RingStatus
	src.Lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		st := r.Stats()
		out = append(out, telemetry.RingStatus{Lane: lane.String(), Events: st.Events, Capacity: st.Capacity, Total: st.Position, Overwritten: st.Overwritten})
	})
	return append(out, src.Long())
}

// lastEvent is when the newest event of any lane happened, nil if there is none.
func (src *Source) lastEvent() *time.Time {
	var last *time.Time
	one := make([]buffer.Event, 0, 1)
	src.Lanes.Each(func(_ buffer.Lane, r *buffer.Ring) {
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
