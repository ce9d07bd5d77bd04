package main

import (
	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/blackbox"
	"pychron-edge/agent/command"
)

var (
	_ telemetry.Backend   = (*agent)(nil)
	_ telemetry.Commander = (*command.Commander)(nil)
)

// Status is the whole of GET /status, from memory.
func (a *agent) Status(string) (telemetry.Status, error) { return a.status.Status(), nil }

// Boots orders the boots seen, in order of arrival.
func (a *agent) Boots() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.boots...)
}

// SetCapture switches the events of readings on or off. Commands, refusals, failures, trips, states and alarms are never
// silenced.
func (a *agent) SetCapture(who string, on bool) error {
	a.capture.Store(on)
	n := &buffer.Note{}
	n.Add("who", who)
	n.Number("new", buffer.ZeroOne(on))
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_capture_changes_total", Value: 1, Status: "success", Note: n.String(),
	})
	return nil
}

// Clear tells that somebody set the mark below which the page shows nothing. Nothing is erased.
func (a *agent) Clear(who string) error {
	n := &buffer.Note{}
	n.Add("who", who)
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_clears_total", Value: 1, Status: "success", Note: n.String(),
	})
	return nil
}

// Ingest records what others posted, which was validated as a whole.
func (a *agent) Ingest(_ string, events []buffer.Event) error {
	if a.lanes.Ingest.Stats().Position == 0 { // from now on a viewer that hears no more must miss something
		defer a.store.Prompt(bootsFile)
	}
	for n := range events {
		e := events[n]
		e.Lane, e.Kind, e.Seq = buffer.Ingest, buffer.Lifecycle, 0
		if e.Severity == 0 {
			e.Severity = buffer.Info
		}
		a.record(&e)
	}
	return nil
}

// Trace is the last exchanges on the line of a device, which may be of others on it.
func (a *agent) Trace(_, device string) ([]telemetry.Exchange, error) {
	i := a.fleet.Find(device)
	if i == nil {
		return nil, a.plan().UnknownDevice(device)
	}
	return blackbox.ExchangesOn(i.Line), nil
}
