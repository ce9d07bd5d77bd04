package main

import (
	"fmt"

	"pychron-edge/buffer"
)

// forget stops showing an agent that is not online, clears its last status at the broker, so that it is not there again at the next
// start, and records that. What is stored of it stays. It is shown again when it sends again.
func (v *Viewer) forget(l *link, who, agent string) error {
	if err := v.fleet.forget(agent, v.now()); err != nil {
		return err
	}
	l.arrival.forget(agent)
	status := "success"
	if err := l.subscriber.ClearStatus(l.prefix(agent), agent); err != nil {
		status = err.Error()
	}
	v.record(&buffer.Event{Time: v.now().UTC(), Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "viewer_agents_forgotten_total",
		Value: 1, Labels: buffer.MakeLabels("agent", agent), Status: status, Note: fmt.Sprintf("who=%s agent=%s", who, agent)})
	return nil
}
