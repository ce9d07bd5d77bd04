package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
	"pychron-edge/buffer"
)

const (
	askBound   = time.Second     // for the running agent to do it
	killBound  = 5 * time.Second // for a killed agent to be gone
	ownBound   = 8 * time.Second // for the halt by ourselves
	haltPeriod = 20 * time.Millisecond
)

// errHeld says that the holder of the lines cannot be killed.
var errHeld = errors.New("cannot be ended, and holds the lines")

// haltVerb makes everything inert: it asks the running agent, else ends it and does it by itself. It exits with 0 if
// everything was halted, 1 if something could not be, 3 if the lines cannot be had.
func haltVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("halt", args, out, problems)
	if given == nil {
		return code
	}
	onExit, runtime := given.On("on-exit"), given.Text("runtime")
	dir := state.FindRuntimeDir(runtime)
	if _, err := os.Stat(state.SystemRuntime.PidFile()); (err == nil || errors.Is(err, fs.ErrPermission)) && runtime == "" && os.Getenv("RUNTIME_DIRECTORY") == "" {
		dir = state.SystemRuntime // whoever halts means the line, not a trial of their own
	}
	err := haltOutside(context.WithoutCancel(ctx), dir, onExit, out, problems)
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w; must be run by root, or by a member of group pychron-edge while the agent answers. NOTHING WAS HALTED", err)
	}
	switch {
	case errors.Is(err, errHeld), errors.Is(err, errHaltFailed):
		fmt.Fprintln(problems, "agent halt:", err)
		return exitUnsafe
	case err != nil:
		fmt.Fprintln(problems, "agent halt:", err)
		return exitMistake
	}
	return exitFine
}

// haltOutside goes the three ways in turn.
func haltOutside(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) error {
	pid, err := state.Holder(dir.PidFile())
	if err != nil {
		return err
	}
	if pid != 0 {
		word := haltEverything
		if onExit {
			word = haltOnExit
		}
		result, err := askHalt(ctx, dir.Socket(), word, askBound)
		if err == nil && len(result.Failed) == 0 {
			fmt.Fprintln(out, "halted by the running agent:", buffer.OneLine(fmt.Sprint(result.Halted)))
			return nil
		}
		fmt.Fprintln(problems, "agent halt: the running agent did not do it:", err, result.Failed)
	}
	if !onExit {
		latch, err := state.SetLatch(dir, "everything was halted from the command line")
		if err != nil {
			return fmt.Errorf("latch: %w", err)
		}
		defer latch.Release()
		if pid, err = state.Holder(dir.PidFile()); err != nil { // one may have started before the latch was there
			return err
		}
	}
	if pid != 0 {
		if err := end(ctx, dir, pid); err != nil {
			return err
		}
	}
	return haltOurselves(ctx, dir, onExit, out, problems)
}

// end kills the process that holds the runtime directory, and waits until it is gone. The process is opened before it is
// looked at once more, so that another one with its number is not hit.
func end(ctx context.Context, dir state.RuntimeDir, pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	defer p.Release()
	if now, err := state.Holder(dir.PidFile()); err != nil || now != pid {
		return err
	}
	if err := p.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("process %d %w: %w", pid, errHeld, err)
	}
	for until := time.Now().Add(killBound); time.Now().Before(until); {
		if now, err := state.Holder(dir.PidFile()); err == nil && now != pid {
			return nil
		}
		if err := task.Wait(ctx, haltPeriod); err != nil {
			return err
		}
	}
	return fmt.Errorf("process %d %w", pid, errHeld)
}

// haltOurselves opens the lines of the configuration that was running and halts what hangs on them.
func haltOurselves(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) error {
	data, err := os.ReadFile(dir.Config())
	if errors.Is(err, os.ErrNotExist) && onExit {
		return nil // an agent that never opened a line
	}
	if errors.Is(err, os.ErrNotExist) {
		return errors.New("no agent has run here, so there is nothing to halt: no running configuration in " + string(dir))
	}
	if err != nil {
		return err
	}
	plan, _, err := config.PlanOf(dir.Config(), data)
	if err != nil {
		return fmt.Errorf("the configuration that was running: %w", err)
	}
	log := slog.New(slog.NewTextHandler(problems, nil))
	h := newAgent(plan, newBoot(), version, false, log)
	h.services.runtime = dir
	failed, halted := h.haltAlone(ctx, device.RealTransport(), func(d *config.DevicePlan) bool { return !onExit || d.HaltsOnExit() })
	fmt.Fprintln(out, "halted:", buffer.OneLine(fmt.Sprint(halted)))
	err = state.WritePendingHalts(dir.PendingHalts(), slices.Sorted(maps.Keys(failed)))
	if len(failed) > 0 {
		err = errors.Join(fmt.Errorf("%w: %v", errHaltFailed, failed), err)
	}
	return err
}
