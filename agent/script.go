package main

import (
	"context"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/simulate"
	"pychron-edge/agent/task"
)

// scriptStep is one thing the demonstration does, at a time within each minute.
type scriptStep struct {
	at time.Duration
	do func(ctx context.Context, h *agent, b *sim.Bench)
}

// script opens and closes V1, and silences the first gauge for 10 s: so a newcomer sees a command, a failure and a
// recovery.
var script = []scriptStep{
	{5 * time.Second, func(ctx context.Context, h *agent, _ *sim.Bench) { h.scripted(ctx, 1) }},
	{20 * time.Second, func(ctx context.Context, h *agent, _ *sim.Bench) { h.scripted(ctx, 0) }},
	{30 * time.Second, func(_ context.Context, h *agent, b *sim.Bench) { h.silence(b, true) }},
	{40 * time.Second, func(_ context.Context, h *agent, b *sim.Bench) { h.silence(b, false) }},
}

// playScript plays the script every minute until ctx is done.
func (a *agent) playScript(ctx context.Context, s *simulate.Simulation) error {
	for begun := a.clock.Up(); ; begun += time.Minute {
		for _, step := range script {
			if task.Wait(ctx, begun+step.at-a.clock.Up()) != nil {
				return nil
			}
			step.do(ctx, a, s.Bench)
		}
		if task.Wait(ctx, begun+time.Minute-a.clock.Up()) != nil {
			return nil
		}
	}
}

// scripted commands V1 as anybody would. A refusal is an event like any other.
func (a *agent) scripted(ctx context.Context, value float64) {
	by := buffer.Principal{Name: "demo", Via: "script", Rights: []string{buffer.RightCommand}}
	if _, err := a.commander.Command(ctx, buffer.CommandRequest{By: by, Device: "V1", Control: "open", Value: value, Note: "demonstration"}); err != nil {
		a.log.Info("the demonstration was refused", "value", value, "err", err)
	}
}

// silence makes the first gauge stop answering, or answer again.
func (a *agent) silence(b *sim.Bench, on bool) {
	for _, i := range a.fleet.All() {
		if len(i.Plan().Moves) > 0 || i.Line == nil || len(i.Plan().Points) == 0 || i.Plan().Points[0].Unit != drivers.Pascals {
			continue
		}
		if err := b.Fault(i.Name, sim.Silence, on); err != nil {
			a.log.Warn("demonstration", "err", err)
		}
		return
	}
}
