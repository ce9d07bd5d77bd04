package main

import (
	"context"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"

	"pychron-edge/agent/config"
	"pychron-edge/agent/served"
	"pychron-edge/agent/service"
	"pychron-edge/agent/task"
)

// startUplink starts the publisher, where a broker is configured. What is wrong with its secrets or certificates is why it is not connected
// until that is mended, and stops nothing else.
func (a *agent) startUplink(g *task.Group) {
	c := a.plan().Config.MQTT
	if c.Broker == "" {
		return
	}
	p, err := a.newPublisher(c)
	if err != nil {
		a.log.Error("nothing is published", "err", err)
		a.services.uplink = func() telemetry.UplinkStatus {
			return telemetry.UplinkStatus{Broker: string(c.Broker), Error: err.Error()}
		}
		a.services.Add("broker", func() (int, string) { return service.Unavailable, err.Error() })
		return
	}
	a.publisher.Store(p)
	a.services.uplink = func() telemetry.UplinkStatus { return uplinkStatus(p) }
	a.services.Add("broker", func() (int, string) { return brokerState(p.State()) })
	g.Start("uplink", p.Run)
}

func (a *agent) newPublisher(c config.MQTTConfig) (*uplink.Publisher, error) {
	o := uplink.Options{
		Broker: string(c.Broker), Prefix: c.Prefix, Agent: a.name, Boot: a.boot, User: c.User, Credentials: c.Credentials, Lanes: a.lanes, Long: a.long,
		Status: a.status.Payload, Synchronised: a.synced.Load, Now: a.clock.Now, Log: a.log,
		Acknowledged: a.acknowledged,
	}
	if c.Commands {
		o.Commands, o.CommandNotTaken = a.executeMQTT, a.refuseMQTT
	}
	if c.Ingest {
		o.Ingest = func(body []byte) error { return a.services.server.Load().Ingest("mqtt", body) }
		o.Refused = (&served.Refusals{Record: a.record}).Add
	}
	if a.services.find != nil {
		o.Find = a.services.find
	}
	return uplink.New(o)
}

// republish has the status said again soon: something it tells has changed.
func (a *agent) republish() {
	if p := a.publisher.Load(); p != nil {
		p.Republish()
	}
}

// uplinkStatus is the publisher's state as people see it.
func uplinkStatus(p *uplink.Publisher) telemetry.UplinkStatus {
	s := p.State()
	out := telemetry.UplinkStatus{Broker: s.Broker, Connected: s.Connected, Lag: map[string]uint64{}}
	if !s.Since.IsZero() {
		out.Since = new(s.Since)
	}
	if s.Err != nil {
		out.Error = s.Err.Error()
	}
	for lane, lag := range s.Lag {
		out.Lag[lane.String()] = lag
	}
	return out
}

// brokerTimeout is how long a broker may be away before it counts as unavailable.
const brokerTimeout = 30 * time.Second

func brokerState(s uplink.PublisherState) (int, string) {
	switch {
	case s.Connected && s.Err == nil:
		return service.Healthy, ""
	case s.Connected:
		return service.Degraded, s.Err.Error()
	case s.Err == nil:
		return service.Unknown, ""
	case !s.Since.IsZero() && time.Since(s.Since) < brokerTimeout:
		return service.Degraded, s.Err.Error()
	}
	return service.Unavailable, s.Err.Error()
}

// executeMQTT carries out a command that came by MQTT, as any other.
func (a *agent) executeMQTT(ctx context.Context, c buffer.CommandRequest) (buffer.CommandResult, error) {
	c.By = buffer.Principal{Name: "mqtt", Via: "mqtt", Rights: []string{buffer.RightCommand}, Away: len(a.plan().Config.Agent.Bench) > 0}
	return a.commander.Command(ctx, c)
}

func (a *agent) refuseMQTT(c buffer.CommandRequest, reason, why string) {
	c.By = buffer.Principal{Name: "mqtt", Via: "mqtt"}
	a.commander.NotTaken(c, reason, why)
}

// uplinkPoints gives a scrape the state of the publisher.
func (a *agent) uplinkPoints(gauge, counter func(string, float64, ...string)) {
	p := a.publisher.Load()
	if p == nil {
		return
	}
	s := p.State()
	gauge("uplink_connected", buffer.ZeroOne(s.Connected))
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		name := lane.String()
		gauge("uplink_lag_events", float64(s.Lag[lane]), "lane", name)
		counter("uplink_published_total", float64(s.Published[lane]), "lane", name)
		counter("uplink_gap_events_total", float64(s.Gaps[lane]), "lane", name)
	}
}

// through is how far the broker has what happened, by lane; nil before there is a publisher.
func (a *agent) through() map[string]uint64 {
	p := a.publisher.Load()
	if p == nil {
		return nil
	}
	through := map[string]uint64{}
	for lane, seq := range p.State().Through {
		if seq > 0 {
			through[lane.String()] = seq
		}
	}
	return through
}
