package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/task"
)

// How long each part may take to end. What does not is left behind: the process ends, and the unit halts what it must.
const (
	loopsEnd    = 3 * time.Second
	workEnd     = 2 * time.Second
	linesEnd    = 3 * time.Second
	servicesEnd = 4 * time.Second
)

// shutdown ends everything that moves: no more commands, then the halts that every exit owes, which break in on whatever
// is under way; then the polls, and last the lines. It gives what could not be halted.
func (a *agent) shutdown(loops, lines *task.Group, why string) []string {
	a.commander.Close()
	r := a.commander.Halter.All(context.Background(), buffer.AgentItself("exit"), why, command.ExitHalts)
	a.end("polls", loops, loopsEnd)
	a.end("commands", a.work, workEnd)
	last := a.lastSeqs()
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_stops_total", Value: 1, Status: "success",
		Note: fmt.Sprintf(buffer.StopNote, last[buffer.Readings.String()], last[buffer.Ingest.String()]) + " why=" + buffer.Quoted(why) + " up=" + a.clock.Up().Round(time.Second).String(),
	})
	a.end("lines", lines, linesEnd)
	failed := make([]string, 0, len(r.Failed))
	for name, what := range r.Failed {
		failed = append(failed, name+": "+what)
	}
	slices.Sort(failed)
	return failed
}

// end stops a group, and says so if it does not end in time.
func (a *agent) end(what string, g *task.Group, bound time.Duration) {
	if !g.StopWithin(bound) {
		a.log.Error("does not end, left behind", "what", what, "after", bound)
	}
}

// drainUplink gives the last events a moment to reach the broker.
func (a *agent) drainUplink() {
	const timeout, step = 500 * time.Millisecond, 10 * time.Millisecond
	for range timeout / step {
		u := a.services.uplinkStatus()
		if !u.Connected || u.Lag["audit"]+u.Lag["readings"]+u.Lag["ingest"] == 0 {
			return
		}
		time.Sleep(step)
	}
}
