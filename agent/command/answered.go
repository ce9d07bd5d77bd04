package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
)

// restoredError is the error of a command that an earlier start answered.
func restoredError(s savedAnswer) error {
	switch {
	case s.Error == "" && s.Result == "":
		return fmt.Errorf("%s.%s was under way when the agent ended: %w", s.Device, s.Control, buffer.ErrUnsettled)
	case s.Error == "":
		return nil
	case s.Result == "unknown":
		return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrUnsettled)
	case s.Result == "failed":
		return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrFailed)
	}
	return fmt.Errorf("before the restart: %s: %w", s.Error, buffer.ErrConflict)
}

// refuseClash refuses a command whose id belongs to another one. That is an event: a client that mixes ids up must not be told
// that its laser is off.
func (d *Commander) refuseClash(c buffer.CommandRequest, other *answered) error {
	err := refuse("id", buffer.ErrConflict, "id %q belongs to %s.%s = %v of %s; must be one that was not used before", c.ID, other.device, other.control, other.value, other.by)
	d.recordRefusal(c, err)
	return err
}

// keptBound is how long a command's event may take to be on disk, where there is a journal.
const keptBound = 2 * time.Second

// kept gives a command's answer once its event is on disk, where there is a journal: what was answered is there after a power cut.
func (d *Commander) kept(ctx context.Context, r buffer.CommandResult, err error) (buffer.CommandResult, error) {
	if r.Result == "" || d.env.Kept == nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keptBound)
	defer cancel()
	if lost := d.env.Kept(ctx); lost != nil {
		return r, errors.Join(err, fmt.Errorf("its event %w: %w", buffer.ErrNotKept, lost))
	}
	return r, err
}
