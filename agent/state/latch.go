package state

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"pychron-edge/agent/task"
)

// The latch is a file in the runtime directory that agent halt writes before it kills anything. While the halting process
// holds its lock, no agent opens a line; after that, an agent keeps everything at idle until somebody clears it.

// ReadLatch says why everything is to stay at idle, "" if nothing is latched. A latch that cannot be read latches.
func ReadLatch(dir RuntimeDir) string {
	data, err := os.ReadFile(dir.Latch())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil:
		return "latched by a halt: " + err.Error()
	}
	_, text, _ := strings.Cut(string(data), "\n")
	return "latched by agent halt, " + strings.TrimSpace(text)
}

// AwaitHalt waits while a halt is under way.
func AwaitHalt(ctx context.Context, dir RuntimeDir, log *slog.Logger) error {
	warned := false
	for {
		pid, err := Holder(dir.Latch())
		if err != nil || pid == 0 {
			return err
		}
		if !warned {
			log.Warn("waiting for a halt to end; no line is opened until then", "pid", pid)
			warned = true
		}
		if err := task.Wait(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("waiting for a halt to end: %w", err)
		}
	}
}

// Unlatch takes the latch away.
func (d RuntimeDir) Unlatch() error { return gone(d.Latch()) }

// SetLatch writes the latch and holds its lock.
func SetLatch(dir RuntimeDir, why string) (*HeldFile, error) {
	if err := dir.Make(); err != nil {
		return nil, err
	}
	return Hold(dir.Latch(), fmt.Sprintf("%d\n%s by user %d: %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339), os.Getuid(), why))
}
