package main

import (
	"context"
	"fmt"
	"log/slog"

	"pychron-edge/buffer/block"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"

	"pychron-edge/agent/config"
	"pychron-edge/agent/doctor"
	"pychron-edge/agent/task"
)

// startServices starts what tells others: the page, the socket, the notifier, the clock's watch and the uplink.
func (a *agent) startServices(g *task.Group, o runOptions) {
	a.startUplink(g)
	a.startPychron(g)
	server := a.newServer(o.log, o.config)
	a.services.server.Store(server)
	a.services.Add("web", a.webState)
	a.services.Add("clock", a.clockState)
	a.services.Add("notifier", a.notifierState)
	g.Start("long ring", block.NewPacker(a.lanes.Readings, a.long).Run)
	g.Start("black box", a.box.Run)
	g.Start("web", server.Run)
	g.Start("clock", a.watchClock)
	g.Start("notifier", a.notifier.Run)
	g.Start("services", a.watchServices)
	g.Start("socket", func(ctx context.Context) error {
		if err := a.serveSocket(ctx); err != nil {
			a.log.Error("agent halt cannot ask this agent, it would have to end it", "err", err)
		}
		return nil
	})
}

// newServer is the page and the API.
func (a *agent) newServer(log *slog.Logger, file string) *telemetry.Server {
	c := &a.plan().Config.Agent
	tokens := make([]telemetry.Token, len(c.Tokens))
	for n, t := range c.Tokens {
		tokens[n] = telemetry.Token{Name: t.Name, SHA256: t.SHA256, Rights: t.Rights, Controls: t.Controls, From: config.Networks(t.From)}
	}
	return telemetry.NewServer(telemetry.ServerOptions{
		Backend: a, Commander: a.commander, Archive: a.history(), Trips: a.box, Lanes: a.lanes, Source: a.name, Boot: a.boot, Namespace: c.Namespace, Units: c.Units, Hosts: c.Hosts,
		Tokens: tokens, WebConfig: c.WebConfig, Listen: c.Listen, Alive: a.alive, Ready: a.ready, Now: a.clock.Now, Log: log,
		Bench: config.Networks(c.Bench), NoLoopback: c.TrustLoopback != nil && !*c.TrustLoopback, FrameAncestors: c.FrameAncestors,
		Doctor: doctor.Asked(serviceUser, file, a.plan), NotifyTest: a.NotifyTest, Busy: a.board.Take, Refuses: a.metrics.Refuses,
		Denied:   func(d telemetry.Denial) { a.commander.Denied(d.By, d.From, d.Call, d.Reason, d.Why) },
		Record:   a.record,
		Panicked: func(err error) { a.work.Fail(fmt.Errorf("%w in a call: %w", task.ErrPanic, err)) },
		Gatherer: a.metrics.Gatherer(&a.present, metrics.RingPoints(a.lanes), a.longPoints, a.points),
	})
}
