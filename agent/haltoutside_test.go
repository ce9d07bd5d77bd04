package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/state"
)

// TestHoldsADirectoryForAnotherTest is the process that is taken for a running agent: it holds the file that it is given.
func TestHoldsADirectoryForAnotherTest(t *testing.T) {
	path := os.Getenv("AGENT_TEST_HOLDS")
	if path == "" {
		return
	}
	if _, err := state.Hold(path, fmt.Sprintln(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin) // until it is killed, or who started it is gone
}

// holding is a process that holds the pid file of a directory.
func holding(t *testing.T, dir state.RuntimeDir) (pid int) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^TestHoldsADirectoryForAnotherTest$")
	c.Env = append(os.Environ(), "AGENT_TEST_HOLDS="+dir.PidFile())
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Process.Kill()
		c.Wait()
	})
	if _, err := io.ReadFull(out, make([]byte, len("held"))); err != nil {
		t.Fatalf("the holder of %s: %v", dir, err)
	}
	return c.Process.Pid
}

// answering is a directory of an agent that answers on its socket, with a laser and a furnace that are on.
func answering(t *testing.T) (dir state.RuntimeDir, laser, furnace *fake) {
	t.Helper()
	laser, furnace = &fake{}, &fake{}
	h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", laser, time.Hour), furnacePlan("furnace", furnace)})
	dir = state.RuntimeDir(t.TempDir())
	h.services.runtime = dir
	ctx, end := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- h.serveSocket(ctx) }()
	t.Cleanup(func() {
		end()
		<-served
		stop()
	})
	until(t, "the socket", func() bool {
		_, err := os.Stat(dir.Socket())
		return err == nil
	})
	until(t, "the first halt of the laser", func() bool { return len(laser.sent()) > 0 })
	laser.with(func() { laser.wire = nil })
	furnace.with(func() { furnace.state["setpoint"] = 900 })
	return dir, laser, furnace
}

// The agent that runs is asked, for all that a HALT makes idle or for what is halted at its end, and what it says is what is told.
func TestRunningAgentIsAsked(t *testing.T) {
	for _, onExit := range []bool{false, true} {
		var dir state.RuntimeDir
		var laser, furnace *fake
		var pid int
		var out, problems bytes.Buffer
		var err error
		for range 3 { // it has a second, which a machine with much to do may not give it
			out.Reset()
			problems.Reset()
			dir, laser, furnace = answering(t)
			pid = holding(t, dir)
			if err = haltOutside(t.Context(), dir, onExit, &out, &problems); !strings.Contains(problems.String(), "timeout") {
				break
			}
		}
		if err != nil {
			t.Errorf("on exit %t: halt = %v, want nil", onExit, err)
		}
		if !strings.HasPrefix(out.String(), "by the running agent:\n") || !strings.Contains(out.String(), "laser") || problems.Len() > 0 {
			t.Errorf("on exit %t: it said %q and %q, want the table of the running agent", onExit, out.String(), problems.String())
		}
		if idle := furnace.is("setpoint") == 0; !slices.Contains(laser.sent(), "halt") || idle == onExit {
			t.Errorf("on exit %t: laser sent %q, furnace %v", onExit, laser.sent(), furnace.is("setpoint"))
		}
		if now, err := state.Holder(dir.PidFile()); now != pid || err != nil || state.ReadLatch(dir) != "" {
			t.Errorf("on exit %t: the agent that answered is %d, %v, latch %q; want it running and nothing latched", onExit, now, err, state.ReadLatch(dir))
		}
	}
}

// An agent that cannot halt everything, or does not answer, is ended; the halt is then made without it.
func TestAgentThatDoesNotHaltIsEnded(t *testing.T) {
	for _, c := range []struct {
		state  string
		socket bool
		onExit bool
		says   string
	}{
		{"cannot halt its laser", true, false, "agent halt: the running agent could not halt everything\n"},
		{"does not answer", false, false, "agent halt: the running agent did not do it: "},
		{"does not answer, on exit", false, true, "agent halt: the running agent did not do it: "},
	} {
		dir := state.RuntimeDir(t.TempDir())
		if c.socket {
			var laser *fake
			dir, laser, _ = answering(t)
			laser.with(func() { laser.haltErr = drivers.ErrPortLost })
		}
		holding(t, dir)
		if err := os.WriteFile(dir.Config(), []byte("agent: {name: line1}\ndevices:\n  - {name: V1, model: manual, control: true, every: 1s}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, problems bytes.Buffer
		if err := haltOutside(t.Context(), dir, c.onExit, &out, &problems); err != nil || !strings.Contains(problems.String(), c.says) {
			t.Errorf("%s: halt = %v and says %q, want nil and %q", c.state, err, problems.String(), c.says)
		}
		if pid, err := state.Holder(dir.PidFile()); pid != 0 || err != nil {
			t.Errorf("%s: the agent is %d, %v; want it ended", c.state, pid, err)
		}
		if latched := state.ReadLatch(dir) != ""; latched == c.onExit {
			t.Errorf("%s: latched %t, want it where the halt is not that of an exit", c.state, latched)
		}
		if pid, err := state.Holder(dir.Latch()); pid != 0 || err != nil {
			t.Errorf("%s: the latch is held by %d, %v after the halt, want nobody", c.state, pid, err)
		}
	}
}

// Without a running agent and with nothing to open there is nothing to do at an exit.
func TestHaltOnExitWithoutAConfiguration(t *testing.T) {
	var out, problems bytes.Buffer
	dir := state.RuntimeDir(t.TempDir())
	if code := haltVerb(t.Context(), []string{"-on-exit", "-runtime", string(dir)}, &out, &problems); code != exitFine || out.Len()+problems.Len() > 0 {
		t.Errorf("exit %d, said %q and %q; want 0 and nothing", code, out.String(), problems.String())
	}
	if err := os.WriteFile(dir.Config(), []byte("agent: {name: [line1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := haltVerb(t.Context(), []string{"-on-exit", "-runtime", string(dir)}, &out, &problems); code != exitMistake || !strings.Contains(problems.String(), "agent halt: the configuration that was running: ") {
		t.Errorf("exit %d, said %q; want %d and that the configuration is no good", code, problems.String(), exitMistake)
	}
	problems.Reset()
	held, err := state.Hold(dir.PidFile(), "no number\n")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Release()
	if code := haltVerb(t.Context(), []string{"-runtime", string(dir)}, &out, &problems); code != exitMistake || !strings.Contains(problems.String(), "did not write its number") {
		t.Errorf("exit %d, said %q; want %d and that the holder is not known", code, problems.String(), exitMistake)
	}
}

// What a halt by itself opens, halts, and says of the rest.
func TestHaltAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, slow, furnace, v, off, g := &fake{}, &fake{}, &fake{}, &fake{}, &fake{}, &fake{}
		plans := []*config.DevicePlan{
			laserPlan("laser", l, time.Hour), laserPlan("gone", slow, time.Hour), furnacePlan("furnace", furnace), valvePlan("V1", v), valvePlan("V2", off), gaugePlan("ion1", g),
		}
		plans[4].Off = true
		var opened []string
		for _, p := range plans {
			open := p.Model.Open
			p.Model.Open = func(w drivers.Wires, o any) (drivers.Device, error) {
				opened = append(opened, p.Name)
				if p.Name == "gone" {
					return nil, drivers.ErrPortLost
				}
				return open(w, o)
			}
		}
		h := quietAgent(plans)
		r := h.haltAlone(t.Context(), device.RealTransport(), func(d *config.DevicePlan) bool { return d.Model.Laser || d.Name == "ion1" })
		slices.Sort(opened)
		if opened = slices.Compact(opened); !slices.Equal(opened, []string{"gone", "laser"}) {
			t.Errorf("opened %q, want the lasers alone", opened)
		}
		if !slices.Equal(r.Halted, []string{"laser"}) || len(r.Failed) != 1 || !strings.Contains(r.Failed["gone"], drivers.ErrPortLost.Error()) || !slices.Equal(r.Holding, []string{"furnace", "V1"}) {
			t.Errorf("halted alone %+v, want the laser, that one failed, and that furnace and V1 hold", r)
		}
		if !slices.Equal(l.sent(), []string{"halt"}) {
			t.Errorf("the laser was sent %q, want one halt", l.sent())
		}
		for _, e := range h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" && e.Device == "laser" }) {
			if !strings.Contains(e.Note, `who="agent halt"`) || !strings.Contains(e.Note, `why="agent halt"`) {
				t.Errorf("halt event %q, want by whom", e.Note)
			}
		}
	})
}

// What could not be halted is owed: it is written down for the agent that starts next.
func TestHaltThatFailsIsOwed(t *testing.T) {
	dir := state.RuntimeDir(t.TempDir())
	text := fmt.Sprintf("agent: {name: line1}\ndevices:\n  - {name: laser, model: fusions-co2, port: \"serial://%s?baud=9600\", every: 1s, control: true, options: {max_on: 15m}}\n",
		filepath.Join(string(dir), "no-such-line"))
	for _, onExit := range []bool{false, true} {
		if err := os.WriteFile(dir.Config(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, problems bytes.Buffer
		err := haltOutside(t.Context(), dir, onExit, &out, &problems)
		if !errors.Is(err, errHaltFailed) || !strings.Contains(err.Error(), "laser") {
			t.Errorf("on exit %t: halt without the line = %v, want that the laser could not be halted", onExit, err)
		}
		owed, err := state.ReadPendingHalts(dir.PendingHalts())
		if err != nil || !owed.Has("laser") {
			t.Errorf("on exit %t: owed %+v, %v; want the laser", onExit, owed, err)
		}
		os.Remove(dir.PendingHalts())
	}
}
