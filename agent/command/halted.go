package command

import (
	"context"
	"fmt"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// Halt is [Commander.HaltEverything] by somebody who needs the right to halt, or to command. It is answered once it is on disk; where that
// cannot be written, 2 s later.
func (d *Commander) Halt(ctx context.Context, by buffer.Principal) (buffer.HaltResult, error) {
	if !by.May(buffer.RightHalt) && !by.May(buffer.RightAdmin) {
		return buffer.HaltResult{}, fmt.Errorf("%s may not halt: %w; must be somebody with the right halt, command or admin", by.Name, buffer.ErrForbidden)
	}
	r := d.HaltEverything(ctx, by)
	d.onDisk(LatchesFile)
	return r, nil
}

// HaltEverything makes idle what HALT makes idle, and says what holds. That it stands is written to the disk while the devices are told; nobody
// waits for that.
func (d *Commander) HaltEverything(ctx context.Context, by buffer.Principal) buffer.HaltResult {
	h := HaltStanding{By: by, At: d.env.Clock.Up()}
	d.stand(h)
	h.Result = d.Halter.All(context.WithoutCancel(ctx), by, "asked for", IdleOnHalt)
	h.Result.NotKnown = d.notKnown(h.Result.Holding)
	d.stand(h)
	return h.Result
}

func (d *Commander) stand(h HaltStanding) {
	d.mu.Lock()
	d.halted = &h
	d.mu.Unlock()
	d.env.Store().Urgent(LatchesFile)
	d.env.Changed()
}

// whileHalted is why a command that came out of a queue may not switch a hazard on while a HALT stands: the queue may have held it since before, or
// bring it again after a restart, and then nobody asked for it since. Who asks the agent itself, does. The caller holds mu.
func (d *Commander) whileHalted(c buffer.CommandRequest, control *config.Control) error {
	if d.halted == nil || c.By.Via != "mqtt" || c.Value == control.Idle || !d.plan.Hazardous(c.Device, control) {
		return nil
	}
	return refuse("halted", buffer.ErrConflict, "%s.%s: a HALT by %s stands, and a command by MQTT may be older than that; clear the rule %q first",
		c.Device, c.Control, d.halted.By.Name, HaltRule)
}
