package main

import (
	"strings"
	"time"

	"pychron-edge/buffer"
)

// onlyIdle is why commands are refused while the last good configuration runs: the pins may have been wired anew for the file
// that was refused.
const onlyIdle = "the configuration file was refused at the start and the last good one runs: only idle values are let in until an administrator accepts it"

// saveConfiguration keeps what the agent runs from for a start with a file that is refused. Where this is such a start, only
// idle values are let in.
func (a *agent) saveConfiguration(c configuration) {
	if a.simulated {
		return
	}
	a.lastGood.begin(c)
	a.store.Provide(configurationFile, func() any { return a.lastGood.inForce.Load() })
	a.store.Urgent(configurationFile)
	if a.lastGood.runs() {
		a.commander.Restrict(onlyIdle)
		a.services.add("configuration", a.lastGood.health)
		a.log.Error(onlyIdle, "file", c.saved.File, "since", c.saved.Since, "sha256", c.saved.SHA256, "why", c.why)
	}
}

// recordRefused records that the last good configuration runs.
func (a *agent) recordRefused() {
	r := a.lastGood.refused.Load()
	if r == nil {
		return
	}
	n := &buffer.Note{}
	n.Add("sha256", r.saved.SHA256)
	n.Add("since", r.saved.Since.Format(time.RFC3339))
	n.Add("why", strings.Join(r.mistakes, "; "))
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Critical, Type: buffer.Counter, Metric: "agent_configurations_refused_total", Value: 1,
		Status: "the file was refused, and the last good configuration runs", Note: n.String(),
	})
}

// adoptFile notes that the file runs after a reload: everything is let in again.
func (a *agent) adoptFile(file string, data []byte) {
	a.lastGood.adopt(file, data)
	a.commander.Restrict("")
	a.store.Urgent(configurationFile)
}

// health is the health of the configuration.
func (l *lastGood) health() (int, string) {
	r := l.refused.Load()
	if r == nil {
		return serviceHealthy, ""
	}
	text := "the last good configuration runs, for the file was refused: " + strings.Join(r.mistakes, "; ")
	if r.accepted != "" {
		return serviceDegraded, text + "; accepted by " + r.accepted
	}
	return serviceUnavailable, text
}
