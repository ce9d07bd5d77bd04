package main

import (
	"context"
	"fmt"
	"log/slog"

	"pychron-edge/telemetry"
)

// startServices starts what tells others: the page, the socket, the notifier, the clock's watch and the uplink.
func (h *house) startServices(g *group, o runOptions) {
	h.startUplink(g)
	server := h.newServer(o.log)
	h.services.server.Store(server)
	h.services.add("web", h.webState)
	h.services.add("clock", h.clockState)
	g.start("web", server.Run)
	g.start("clock", h.watchClock)
	g.start("notifier", h.notifier.run)
	g.start("services", h.watchServices)
	g.start("socket", func(ctx context.Context) error {
		if err := h.serveSocket(ctx); err != nil {
			h.log.Error("agent halt cannot ask this agent, it would have to end it", "err", err)
		}
		return nil
	})
}

// newServer is the page and the API.
func (h *house) newServer(log *slog.Logger) *telemetry.Server {
	c := &h.plan().Config.Agent
	tokens := make([]telemetry.Token, len(c.Tokens))
	for n, t := range c.Tokens {
		tokens[n] = telemetry.Token{Name: t.Name, SHA256: t.SHA256, Rights: t.Rights, Controls: t.Controls}
	}
	return telemetry.NewServer(telemetry.ServerOptions{
		House: h, Door: h.door, Archive: h.trend, Lanes: h.lanes, Boot: h.boot, Namespace: c.Namespace, Units: c.Units, Hosts: c.Hosts,
		Tokens: tokens, WebConfig: c.WebConfig, Listen: c.Listen, Alive: h.alive, Ready: h.ready, Now: h.clock.now, Log: log,
		Panicked: func(err error) { h.work.fail(fmt.Errorf("%w in a call: %w", errPanic, err)) },
		Gatherer: h.metrics.Gatherer(&h.present, telemetry.RingPoints(h.lanes), h.points),
	})
}
