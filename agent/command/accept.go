package command

import (
	"context"
	"fmt"

	"pychron-edge/buffer"
)

// Restrict lets only idle values in for a reason, until somebody accepts the configuration; "" lets everything in.
func (d *Commander) Restrict(why string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.restricted = why
}

// AcceptConfiguration lets commands in again where the last good configuration runs in place of a file that was refused. It needs
// the right admin. ErrConflict where the file runs.
func (d *Commander) AcceptConfiguration(_ context.Context, by buffer.Principal) error {
	if !by.May(buffer.RightAdmin) {
		return fmt.Errorf("%s may not accept the configuration: %w; must be somebody with the right admin", by.Name, buffer.ErrForbidden)
	}
	if err := d.env.Accept(by.Name); err != nil {
		return err
	}
	d.Restrict("")
	d.env.Log.Warn("the last good configuration was accepted", "by", by.Name)
	d.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_configurations_accepted_total", Value: 1, Status: "success",
		Note: buffer.NoteOf(by).String(),
	})
	d.env.Changed()
	return nil
}
