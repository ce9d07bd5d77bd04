package main

import (
	"context"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"
)

// scriptStep is one thing the demonstration does, at a time within each minute.
type scriptStep struct {
	at time.Duration
	do func(ctx context.Context, h *house, b *sim.Bench)
}

// script opens and closes V1, and silences the first gauge for 10 s: so a newcomer sees a command, a failure and a
// recovery.
var script = []scriptStep{
	{5 * time.Second, func(ctx context.Context, h *house, _ *sim.Bench) { h.scripted(ctx, 1) }},
	{20 * time.Second, func(ctx context.Context, h *house, _ *sim.Bench) { h.scripted(ctx, 0) }},
	{30 * time.Second, func(_ context.Context, h *house, b *sim.Bench) { h.silence(b, true) }},
	{40 * time.Second, func(_ context.Context, h *house, b *sim.Bench) { h.silence(b, false) }},
}

// playScript plays the script every minute until ctx is done.
func (h *house) playScript(ctx context.Context, s *simulation) error {
	for begun := h.clock.up(); ; begun += time.Minute {
		for _, step := range script {
			if wait(ctx, begun+step.at-h.clock.up()) != nil {
				return nil
			}
			step.do(ctx, h, s.bench)
		}
		if wait(ctx, begun+time.Minute-h.clock.up()) != nil {
			return nil
		}
	}
}

// scripted moves V1 through the door, as anybody would. A refusal is an event like any other.
func (h *house) scripted(ctx context.Context, value float64) {
	by := buffer.Principal{Name: "demo", Via: "script", Rights: []string{buffer.RightCommand}}
	if _, err := h.door.Command(ctx, buffer.CommandRequest{By: by, Device: "V1", Control: "open", Value: value, Note: "demonstration"}); err != nil {
		h.log.Info("the demonstration was refused", "value", value, "err", err)
	}
}

// silence makes the first gauge stop answering, or answer again.
func (h *house) silence(b *sim.Bench, on bool) {
	for _, i := range h.fleet.all() {
		if len(i.plan().Moves) > 0 || i.line == nil || len(i.plan().Points) == 0 || i.plan().Points[0].Unit != drivers.Pascals {
			continue
		}
		if err := b.Fault(i.name, sim.Silence, on); err != nil {
			h.log.Warn("demonstration", "err", err)
		}
		return
	}
}
