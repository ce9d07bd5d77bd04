package main

import (
	"errors"

	"pychron-edge/agent/served"
	"pychron-edge/agent/task"
)

// startPychron serves Pychron's clients, and reads its metrics, where the configuration says so. An address that is taken stops
// nothing else.
func (a *agent) startPychron(g *task.Group) {
	line := a.servedLine()
	ports := served.Ports(line, a.log)
	a.services.pychron.Store(&ports)
	for _, port := range ports {
		a.services.Add(port.Name, port.Health)
		g.Start(port.Name, port.Run)
	}
	if page, is := served.Metrics(line, a.synced.Load, a.log); is {
		a.metrics.ShowRuns()
		a.services.Add(served.MetricsService, page.Health)
		g.Start(served.MetricsService, page.Run)
	}
}

// servedLine is what Pychron's clients see and move.
func (a *agent) servedLine() served.Line {
	return served.Line{Plan: a.plan, Commander: a.commander, Present: &a.present, Clock: a.clock, Recorder: a.record}
}

// ingestMQTT takes events that came by MQTT, as POST /events does.
func (a *agent) ingestMQTT(body []byte) error {
	server := a.services.server.Load()
	if server == nil {
		return errors.New("the agent is starting")
	}
	_, err := server.Ingest("mqtt", body)
	return err
}
