package main

import (
	"strings"
	"time"

	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/service"
	"pychron-edge/buffer"
)

// onlyIdle is why commands are refused while the last good configuration runs: the pins may have been wired anew for the file
// that was refused.
const onlyIdle = "the configuration file was refused at the start and the last good one runs: only idle values are let in until an administrator accepts it"

// saveConfiguration keeps what the agent runs from for a start with a file that is refused. Where this is such a start, only
// idle values are let in.
func (a *agent) saveConfiguration(c lastgood.Choice) {
	if a.simulated {
		return
	}
	a.lastGood.Begin(c)
	a.store.Provide(lastgood.Document, func() any { return a.lastGood.InForce() })
	a.store.Urgent(lastgood.Document)
	if a.lastGood.Runs() {
		a.commander.Restrict(onlyIdle)
		a.services.Add("configuration", a.configurationState)
		a.log.Error(onlyIdle, "file", c.Saved.File, "since", c.Saved.Since, "sha256", c.Saved.SHA256, "why", c.Why)
	}
}

// recordRefused records that the last good configuration runs.
func (a *agent) recordRefused() {
	r := a.lastGood.Refusal()
	if r == nil {
		return
	}
	n := &buffer.Note{}
	n.Add("sha256", r.Saved.SHA256)
	n.Add("since", r.Saved.Since.Format(time.RFC3339))
	n.Add("why", strings.Join(r.Mistakes, "; "))
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Critical, Type: buffer.Counter, Metric: "agent_configurations_refused_total", Value: 1,
		Status: "the file was refused, and the last good configuration runs", Note: n.String(),
	})
}

// adoptFile notes that the file runs after a reload: everything is let in again.
func (a *agent) adoptFile(file string, data []byte) {
	a.commander.Restrict("") // before it is told: who sees that the file is in force may command
	a.lastGood.Adopt(file, data)
	a.store.Urgent(lastgood.Document)
}

// configurationState is the health of the configuration.
func (a *agent) configurationState() (int, string) {
	r := a.lastGood.Refusal()
	if r == nil {
		return service.Healthy, ""
	}
	text := "the last good configuration runs, for the file was refused: " + strings.Join(r.Mistakes, "; ")
	if r.Accepted != "" {
		return service.Degraded, text + "; accepted by " + r.Accepted
	}
	return service.Unavailable, text
}
