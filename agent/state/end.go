package state

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"pychron-edge/agent/task"
)

const (
	killBound  = 5 * time.Second       // for a killed agent to be gone
	lookPeriod = 20 * time.Millisecond // between two looks whether it is gone
)

// ErrHeld says that the holder of the lines cannot be killed.
var ErrHeld = errors.New("cannot be ended, and holds the lines")

// End kills the process that holds the runtime directory, and waits until it is gone. The process is opened before it is
// looked at once more, so that another one with its number is not hit.
func End(ctx context.Context, dir RuntimeDir, pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	defer p.Release()
	if now, err := Holder(dir.PidFile()); err != nil || now != pid {
		return err
	}
	if err := p.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("process %d %w: %w", pid, ErrHeld, err)
	}
	for until := time.Now().Add(killBound); time.Now().Before(until); {
		if now, err := Holder(dir.PidFile()); err == nil && now != pid {
			return nil
		}
		if err := task.Wait(ctx, lookPeriod); err != nil {
			return err
		}
	}
	return fmt.Errorf("process %d %w", pid, ErrHeld)
}
