package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"
)

// The latch is a file in the runtime directory that agent halt writes before it kills anything. While the halting process
// holds its lock, no agent opens a line; after that, an agent keeps everything at idle until somebody clears it.

// readLatch says why everything is to stay at idle, "" if nothing is latched. A latch that cannot be read latches.
func readLatch(dir runtimeDir) string {
	data, err := os.ReadFile(dir.latch())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil:
		return "latched by a halt: " + err.Error()
	}
	_, text, _ := strings.Cut(string(data), "\n")
	return "latched by agent halt, " + strings.TrimSpace(text)
}

// awaitHalt waits while a halt is under way.
func awaitHalt(ctx context.Context, dir runtimeDir, log *slog.Logger) error {
	said := false
	for {
		pid, err := holder(dir.latch())
		if err != nil || pid == 0 {
			return err
		}
		if !said {
			log.Warn("waiting for a halt to end; no line is opened until then", "pid", pid)
			said = true
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("waiting for a halt to end: %w", err)
		}
	}
}

// unlatch takes the latch away.
func (d runtimeDir) unlatch() error { return gone(d.latch()) }

// setLatch writes the latch and holds its lock.
func setLatch(dir runtimeDir, why string) (*heldFile, error) {
	if err := dir.make(); err != nil {
		return nil, err
	}
	return hold(dir.latch(), fmt.Sprintf("%d\n%s by user %d: %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339), os.Getuid(), why))
}
