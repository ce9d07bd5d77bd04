package main

import (
	"pychron-edge/agent/served"
	"pychron-edge/agent/task"
)

// startPychron starts what there is for Pychron, where the configuration says so. An address that is taken stops nothing else.
func (a *agent) startPychron(g *task.Group) {
	all := served.All(a.servedLine(), a.fleet, a.synced.Load, a.log)
	a.services.pychron.Store(&all)
	for _, one := range all {
		a.services.Add(one.Name, one.Health)
		g.Start(one.Name, one.Run)
	}
	if a.plan().Config.Pychron.Metrics.URL != "" {
		a.metrics.ShowRuns()
	}
}

// servedLine is what Pychron's clients see and move.
func (a *agent) servedLine() served.Line {
	return served.Line{Plan: a.plan, Commander: a.commander, Present: &a.present, Clock: a.clock, Recorder: a.record}
}
