package main

import (
	"context"
	"fmt"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// handler handles one message that is not an event.
type handler func(ctx context.Context, in *intake, m *uplink.Message) error

// handlers has a line for each kind of message; a new topic of agents gets its line here. Events are not in it: they are
// stored in batches. nil means that the message is not needed: states and results are published for dashboards, and the events behind
// them come on the topic audit.
var handlers = map[uplink.Kind]handler{
	uplink.StatusMessage: func(ctx context.Context, in *intake, m *uplink.Message) error {
		return in.status(ctx, m.Agent, m.Payload)
	},
	uplink.GapMessage: func(ctx context.Context, in *intake, m *uplink.Message) error {
		return in.declared(ctx, store.Gap{Source: m.Agent, Boot: m.Gap.Boot, Lane: m.Gap.Lane, First: m.Gap.From, Last: m.Gap.To})
	},
	uplink.BlockMessage: func(ctx context.Context, in *intake, m *uplink.Message) error {
		return in.block(ctx, m.Events)
	},
	uplink.TripMessage: func(ctx context.Context, in *intake, m *uplink.Message) error {
		return in.trip(ctx, m.Agent, m.Payload)
	},
	uplink.StateMessage:  nil,
	uplink.ResultMessage: nil,
}

var errTooManyAgents = fmt.Errorf("one agent too many; there must be at most %d", maxAgents)

// admits reports whether the agent of a message is known, or there is room for it.
func (in *intake) admits(m *uplink.Message) bool { return in.fleet.admits(sourceOf(m)) }

// sourceOf is the name of the agent that a message is from.
func sourceOf(m *uplink.Message) string {
	if m.Kind == uplink.EventMessage {
		return m.Event.Source
	}
	return m.Agent
}

// handleMessages handles a batch in order. Consecutive events are stored together.
func handleMessages(ctx context.Context, in *intake, batch []uplink.Message) error {
	events := make([]buffer.Event, 0, len(batch))
	flush := func() error {
		if len(events) == 0 {
			return nil
		}
		err := in.events(ctx, events)
		events = events[:0]
		return err
	}
	for i := range batch {
		m := &batch[i]
		if !in.admits(m) {
			in.refused.add(m.Agent, errTooManyAgents)
			continue
		}
		if m.Kind == uplink.EventMessage {
			events = append(events, m.Event)
			continue
		}
		handle := handlers[m.Kind]
		if handle == nil {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
		if err := handle(ctx, in, m); err != nil {
			return err
		}
	}
	return flush()
}
