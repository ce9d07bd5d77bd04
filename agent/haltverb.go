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
	"strings"
	"time"

	"pychron-edge/agent/agentlog"
	"pychron-edge/agent/ask"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/state"
	"pychron-edge/agent/table"
	"pychron-edge/agent/verbs"

	"pychron-edge/commandline"
)

const ownBound = 8 * time.Second // for the halt by ourselves

var askBound = time.Second // for the running agent to do it; a test gives it longer

// haltVerb makes idle what burns: it asks the running agent, else ends it and does it by itself. It exits with 0 if
// everything was halted, 1 if something could not be, 3 if the lines cannot be had.
func haltVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("halt", args, out, problems)
	if given == nil {
		return code
	}
	outlive()
	dir := haltedDir(given.Text("runtime"), systemAgent)
	err := haltOutside(context.WithoutCancel(ctx), dir, given.On("on-exit"), commandline.Unheard{To: out}, problems)
	switch {
	case errors.Is(err, state.ErrHeld), errors.Is(err, errHaltFailed), errors.Is(err, fs.ErrPermission):
		fmt.Fprintln(problems, "agent halt:", err)
		return exitUnsafe
	case err != nil:
		fmt.Fprintln(problems, "agent halt:", err)
		return exitMistake
	}
	return exitFine
}

// haltedDir is the runtime directory of the agent that is halted: the one that is given, by a flag or by systemd; else the system's, where its agent
// is or may be, for whoever halts means the line and not a trial of their own; else one's own.
func haltedDir(given string, system func() bool) state.RuntimeDir {
	if given == "" && os.Getenv("RUNTIME_DIRECTORY") == "" && system() {
		return state.SystemRuntime
	}
	return state.FindRuntimeDir(given)
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
		switch done, err := askRunning(ctx, dir, onExit, out, problems); {
		case done:
			return nil
		case denied != nil: // nothing else may be done to it, so what it did not halt is not halted
			return errors.Join(err, denied)
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
		if err := state.End(ctx, dir, pid); err != nil {
			return err
		}
	}
	return haltOurselves(ctx, dir, onExit, out, problems)
}

// askRunning asks the running agent at its socket, and by HTTP where that is not permitted. done says that it was halted.
func askRunning(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) (done bool, err error) {
	word := ask.HaltEverything
	if onExit {
		word = ask.HaltOnExit
	}
	result, err := ask.Halt(ctx, dir.Socket(), word, askBound)
	if errors.Is(err, fs.ErrPermission) {
		fmt.Fprintf(problems, "agent halt: not permitted to use %s; must be root or in the group of the agent. Asking by HTTP.\n", dir.Socket())
		if onExit {
			return false, err
		}
		if result, err = ask.HaltHTTP(ctx, askBound); err != nil {
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

// haltOurselves opens the lines of the configuration that was running and halts what hangs on them.
func haltOurselves(ctx context.Context, dir state.RuntimeDir, onExit bool, out, problems io.Writer) error {
	path, data, err := lastgood.Running(dir, onExit, verbs.DefaultConfig, problems)
	if err != nil || data == nil {
		return err
	}
	plan, _, err := config.PlanOf(path, data)
	if err != nil {
		return fmt.Errorf("the configuration that was running: %w", err)
	}
	log := agentlog.New(problems)
	h := newAgent(plan, newBoot(), version, false, log)
	result := h.haltAlone(ctx, device.RealTransport(), func(d *config.DevicePlan) bool {
		return onExit && d.HaltsOnExit() || !onExit && d.IdleOnHalt()
	})
	table.Halt(out, result)
	failed := slices.Sorted(maps.Keys(result.Failed))
	err = state.WritePendingHalts(dir.PendingHalts(), failed)
	if len(failed) > 0 {
		err = errors.Join(fmt.Errorf("%w: %s; the table says why", errHaltFailed, strings.Join(failed, ", ")), err)
	}
	return err
}
