package command

import (
	"context"
	"fmt"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// waiting is the last command for a control if it waits to be sent and asks for the same value, nil if it is not. It then
// expires no sooner than c. The caller holds mu.
func (d *Commander) waiting(c buffer.CommandRequest) *job {
	me := rules.Ref{Device: c.Device, Point: c.Control}
	for _, j := range d.moving[me] {
		if j.number != d.latest[me] || j.command.Value != c.Value || j.sent {
			continue
		}
		if c.Expires.IsZero() || !j.expires.IsZero() && c.Expires.After(j.expires) {
			j.expires, j.until = c.Expires, d.steady(c.Expires)
		}
		return j
	}
	return nil
}

// follow waits for what becomes of the command that does what this one asks. Its answer is that one's.
func (j *job) follow(ctx context.Context) {
	select {
	case <-j.same.done:
		j.result, j.err = j.same.result, j.same.err
	case <-ctx.Done():
		j.err = fmt.Errorf("%s.%s: the agent stopped while it waited: %w", j.command.Device, j.command.Control, buffer.ErrUnsettled)
	}
}
