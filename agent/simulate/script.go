package simulate

import (
	"context"
	"log/slog"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// Demonstrated is what the demonstration plays on: how a command is given, and the instruments in operation.
type Demonstrated struct {
	Command func(context.Context, buffer.CommandRequest) (buffer.CommandResult, error)
	Fleet   *device.Fleet
	Up      func() time.Duration
	Log     *slog.Logger
}

// scriptStep is one thing the demonstration does, at a time within each minute.
type scriptStep struct {
	at time.Duration
	do func(ctx context.Context, on Demonstrated, b *sim.Bench)
}

// script opens and closes V1, and silences the first gauge for 10 s: so a newcomer sees a command, a failure and a
// recovery.
var script = []scriptStep{
	{5 * time.Second, func(ctx context.Context, on Demonstrated, _ *sim.Bench) { on.valve(ctx, 1) }},
	{20 * time.Second, func(ctx context.Context, on Demonstrated, _ *sim.Bench) { on.valve(ctx, 0) }},
	{30 * time.Second, func(_ context.Context, on Demonstrated, b *sim.Bench) { on.silence(b, true) }},
	{40 * time.Second, func(_ context.Context, on Demonstrated, b *sim.Bench) { on.silence(b, false) }},
}

// Play plays the script every minute until ctx is done.
func (s *Simulation) Play(ctx context.Context, on Demonstrated) error {
	for begun := on.Up(); ; begun += time.Minute {
		for _, step := range script {
			if task.Wait(ctx, begun+step.at-on.Up()) != nil {
				return nil
			}
			step.do(ctx, on, s.Bench)
		}
		if task.Wait(ctx, begun+time.Minute-on.Up()) != nil {
			return nil
		}
	}
}

// valve commands V1 as anybody would. A refusal is an event like any other.
func (on Demonstrated) valve(ctx context.Context, value float64) {
	by := buffer.Principal{Name: "demo", Via: "script", Rights: []string{buffer.RightCommand}}
	if _, err := on.Command(ctx, buffer.CommandRequest{By: by, Device: "V1", Control: "open", Value: value, Note: "demonstration"}); err != nil {
		on.Log.Info("the demonstration was refused", "value", value, "err", err)
	}
}

// silence makes the first gauge stop answering, or answer again.
func (on Demonstrated) silence(b *sim.Bench, mute bool) {
	for _, i := range on.Fleet.All() {
		if len(i.Plan().Moves) > 0 || i.Line == nil || len(i.Plan().Points) == 0 || i.Plan().Points[0].Unit != drivers.Pascals {
			continue
		}
		if err := b.Fault(i.Name, sim.Silence, mute); err != nil {
			on.Log.Warn("demonstration", "err", err)
		}
		return
	}
}
