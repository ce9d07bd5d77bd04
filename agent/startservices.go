package main

import (
	"context"
	"fmt"
	"log/slog"

	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"

	"pychron-edge/agent/task"
)

// startServices starts what tells others: the page, the socket, the notifier, the clock's watch and the uplink.
func (h *agent) startServices(g *task.Group, o runOptions) {
	h.startUplink(g)
	server := h.newServer(o.log)
	h.services.server.Store(server)
	h.services.add("web", h.webState)
	h.services.add("clock", h.clockState)
	g.Start("web", server.Run)
	g.Start("clock", h.watchClock)
	g.Start("notifier", h.notifier.Run)
	g.Start("services", h.watchServices)
	g.Start("socket", func(ctx context.Context) error {
		if err := h.serveSocket(ctx); err != nil {
			h.log.Error("agent halt cannot ask this agent, it would have to end it", "err", err)
		}
		return nil
	})
}

// newServer is the page and the API.
func (h *agent) newServer(log *slog.Logger) *telemetry.Server {
	c := &h.plan().Config.Agent
	tokens := make([]telemetry.Token, len(c.Tokens))
	for n, t := range c.Tokens {
		tokens[n] = telemetry.Token{Name: t.Name, SHA256: t.SHA256, Rights: t.Rights, Controls: t.Controls}
	}
	return telemetry.NewServer(telemetry.ServerOptions{
		Backend: h, Commander: h.commander, Archive: h.trend, Lanes: h.lanes, Boot: h.boot, Namespace: c.Namespace, Units: c.Units, Hosts: c.Hosts,
		Tokens: tokens, WebConfig: c.WebConfig, Listen: c.Listen, Alive: h.alive, Ready: h.ready, Now: h.clock.Now, Log: log,
		Panicked: func(err error) { h.work.Fail(fmt.Errorf("%w in a call: %w", task.ErrPanic, err)) },
		Gatherer: h.metrics.Gatherer(&h.present, metrics.RingPoints(h.lanes), h.points),
	})
}
