package main

import (
	"pychron-edge/agent/served"
	"pychron-edge/agent/service"
	"pychron-edge/agent/task"
)

// startPychron serves Pychron's clients, where the configuration says so. An address that is taken stops nothing else.
func (a *agent) startPychron(g *task.Group) {
	ports := served.Ports(a.servedLine(), a.log)
	a.services.pychron.Store(&ports)
	for _, port := range ports {
		a.services.Add(port.Name, func() (int, string) {
			up, err := port.Listening()
			switch {
			case up:
				return service.Healthy, ""
			case err != nil:
				return service.Unavailable, err.Error()
			}
			return service.Unknown, ""
		})
		g.Start(port.Name, port.Run)
	}
}

// servedLine is what Pychron's clients see and move.
func (a *agent) servedLine() served.Line {
	return served.Line{Plan: a.plan, Commander: a.commander, Present: &a.present, Clock: a.clock, Recorder: a.record}
}
