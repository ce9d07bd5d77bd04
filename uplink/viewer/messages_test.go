package main

import (
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

func TestEveryKindOfMessageHasALineInTheHandlers(t *testing.T) {
	for k := uplink.StatusMessage; k <= uplink.ResultMessage; k++ {
		if _, ok := handlers[k]; !ok && k != uplink.EventMessage {
			t.Errorf("messages of kind %d have no handler", k)
		}
	}
}

func TestBatchIsHandledInOrder(t *testing.T) {
	in := newTestIntake(t)
	event := func(seq uint64) uplink.Message {
		return uplink.Message{Kind: uplink.EventMessage, Agent: "line1", Event: reading("b1", seq)}
	}
	gap := uplink.Message{Kind: uplink.GapMessage, Agent: "line1", Gap: uplink.Gap{Lane: buffer.Readings, Boot: "b1", From: 3, To: 3}}
	state := uplink.Message{Kind: uplink.StateMessage, Agent: "line1"}
	batch := []uplink.Message{event(1), state, event(2), gap, event(4)}
	if err := handleMessages(t.Context(), in.intake, batch); err != nil {
		t.Fatal(err)
	}
	if got, want := in.gaps(t), "b1/readings 3-3 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
	if len(in.requested) != 0 {
		t.Errorf("requested %+v, want nothing: the gap was declared before event 4", in.requested)
	}
	if n := in.live.lanes.Readings.Stats().Position; n != 3 {
		t.Errorf("%d events shown, want 3", n)
	}
}
