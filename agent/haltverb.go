package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	"pychron-edge/agent/agentlog"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/state"
	"pychron-edge/agent/table"
	"pychron-edge/agent/task"
	"pychron-edge/agent/verbs"
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
	if runtime == "" && os.Getenv("RUNTIME_DIRECTORY") == "" && systemAgent() {
		dir = state.SystemRuntime // whoever halts means the line, not a trial of their own
	}
	err := haltOutside(context.WithoutCancel(ctx), dir, onExit, out, problems)
	switch {
	case errors.Is(err, errHeld), errors.Is(err, errHaltFailed), errors.Is(err, fs.ErrPermission):
		fmt.Fprintln(problems, "agent halt:", err)
		return exitUnsafe
	case err != nil:
		fmt.Fprintln(problems, "agent halt:", err)
		return exitMistake
	}
	return exitFine
}

// systemAgent says whether an agent runs as a service on this machine, or may: its directory cannot be looked into.
func systemAgent() bool {
	_, err := os.Stat(state.SystemRuntime.PidFile())
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// haltOutside goes the three ways in turn: it asks the running agent, else ends it, and then halts by itself.
func haltOutside(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) error {
	pid, err := state.Holder(dir.PidFile())
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	denied := err
	if pid != 0 || denied != nil {
		done, err := askRunning(ctx, dir, onExit, out, problems)
		if done || denied != nil {
			return err
		}
	}
	if !onExit {
		latch, err := state.SetLatch(dir, "everything was halted from the command line")
		if err != nil { // it stops nothing: the halt is made all the same
			fmt.Fprintln(problems, "agent halt: an agent that starts after this does not know of it, and honours no latch:", err)
		} else {
			defer latch.Release()
		}
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

// askRunning asks the running agent at its socket, and by HTTP where that is not permitted. done says that it was halted.
func askRunning(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) (done bool, err error) {
	word := haltEverything
	if onExit {
		word = haltOnExit
	}
	result, err := askHalt(ctx, dir.Socket(), word, askBound)
	if errors.Is(err, fs.ErrPermission) {
		fmt.Fprintf(problems, "agent halt: not permitted to use %s; must be root or in the group of the agent. Asking by HTTP.\n", dir.Socket())
		if onExit {
			return false, err
		}
		if result, err = askHaltHTTP(ctx, askBound); err != nil {
			return false, fmt.Errorf("nothing was halted: the running agent could not be asked by HTTP either: %w: %w", err, fs.ErrPermission)
		}
	}
	if err != nil {
		fmt.Fprintln(problems, "agent halt: the running agent did not do it:", err)
		return false, nil
	}
	fmt.Fprintln(out, "by the running agent:")
	table.Halt(out, result)
	if len(result.Failed) > 0 {
		fmt.Fprintln(problems, "agent halt: the running agent could not halt everything")
		return false, nil
	}
	return true, nil
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
	path, data, err := runningConfig(dir, onExit, problems)
	if err != nil || data == nil {
		return err
	}
	plan, _, err := config.PlanOf(path, data)
	if err != nil {
		return fmt.Errorf("the configuration that was running: %w", err)
	}
	log := agentlog.New(problems)
	h := newAgent(plan, newBoot(), version, false, log)
	h.services.runtime = dir
	result := h.haltAlone(ctx, device.RealTransport(), func(d *config.DevicePlan) bool {
		return onExit && d.HaltsOnExit() || !onExit && d.IdleOnHalt()
	})
	table.Halt(out, result)
	err = state.WritePendingHalts(dir.PendingHalts(), slices.Sorted(maps.Keys(result.Failed)))
	if len(result.Failed) > 0 {
		err = errors.Join(fmt.Errorf("%w: %v", errHaltFailed, result.Failed), err)
	}
	return err
}

// runningConfig is the configuration that was running, else the file it came from, else the one of this machine. After a stop an
// agent that never ran has nothing to halt: no data.
func runningConfig(dir state.RuntimeDir, onExit bool, problems io.Writer) (path string, data []byte, err error) {
	data, err = os.ReadFile(dir.Config())
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return dir.Config(), data, err
	}
	if onExit {
		return "", nil, nil
	}
	for _, path := range []string{dir.From(), verbs.DefaultConfig} {
		if path == "" {
			continue
		}
		if data, err := os.ReadFile(path); err == nil {
			fmt.Fprintf(problems, "agent halt: no running configuration in %s; using the file on disk, %s\n", dir, path)
			return path, data, nil
		}
	}
	return "", nil, fmt.Errorf("no agent has run here and there is no %s, so what to halt is not known: no running configuration in %s", verbs.DefaultConfig, dir)
}
