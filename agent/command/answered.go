package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// refuseClash refuses a command whose id belongs to another one. That is an event: a client that mixes ids up must not be told
// that its laser is off.
func (d *Commander) refuseClash(c buffer.CommandRequest, other *answered) error {
	err := refuse("id", buffer.ErrConflict, "id %q belongs to %s.%s = %v of %s; must be one that was not used before", c.ID, other.device, other.control, other.value, other.by)
	d.recordRefusal(c, err)
	return err
}

// durableBound is how long a command's event may take to be on disk, where there is a journal.
const durableBound = 2 * time.Second

// durable gives a command's answer once its event is on disk, where there is a journal: what was answered is there after a power cut.
func (d *Commander) durable(ctx context.Context, r buffer.CommandResult, err error) (buffer.CommandResult, error) {
	if r.Result == "" || d.env.Durable == nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), durableBound)
	defer cancel()
	if lost := d.env.Durable(ctx); lost != nil {
		return r, errors.Join(err, fmt.Errorf("its event %w: %w", buffer.ErrNotKept, lost))
	}
	return r, err
}
