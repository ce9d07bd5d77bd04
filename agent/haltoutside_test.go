package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
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

// answering is a directory of an agent that answers on its socket, with a laser and a furnace that are on. It is given a minute to: a machine with
// much to do may not give it the second of a real halt.
func answering(t *testing.T) (dir state.RuntimeDir, laser, furnace *fake) {
	t.Helper()
	bound := askBound
	askBound = time.Minute
	t.Cleanup(func() { askBound = bound })
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
	until(t, "somebody at the socket", func() bool { // its file is there before anybody listens
		c, err := net.Dial("unix", dir.Socket())
		return err == nil && c.Close() == nil
	})
	until(t, "the first halt of the laser", func() bool { return len(laser.sent()) > 0 })
	laser.with(func() { laser.wire = nil })
	furnace.with(func() { furnace.state["setpoint"] = 900 })
	return dir, laser, furnace
}

// The agent that runs is asked, for all that a HALT makes idle or for what is halted at its end, and what it says is what is told.
func TestRunningAgentIsAsked(t *testing.T) {
	for _, onExit := range []bool{false, true} {
		dir, laser, furnace := answering(t)
		pid := holding(t, dir)
		var out, problems bytes.Buffer
		if err := haltOutside(t.Context(), dir, onExit, &out, &problems); err != nil {
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
		if !strings.Contains(out.String(), "V1") {
			t.Errorf("%s: it told %q, want what the halt without the agent did", c.state, out.String())
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
		l, slow, furnace, v, off, g, late, heater := &fake{}, &fake{}, &fake{}, &fake{}, &fake{}, &fake{}, &fake{}, &fake{}
		plans := []*config.DevicePlan{
			laserPlan("laser", l, time.Hour), laserPlan("gone", slow, time.Hour), furnacePlan("furnace", furnace), valvePlan("V1", v), valvePlan("V2", off), gaugePlan("ion1", g),
			gaugePlan("ion2", &fake{}), furnacePlan("heater", heater), laserPlan("late", late, time.Hour),
		}
		plans[4].Off = true
		var mu sync.Mutex
		var opened []string
		for _, p := range plans {
			open := p.Model.Open
			p.Model.Open = func(w drivers.Wires, o any) (drivers.Device, error) {
				mu.Lock()
				opened = append(opened, p.Name)
				mu.Unlock()
				if p.Name == "gone" {
					return nil, drivers.ErrPortLost
				}
				return open(w, o)
			}
		}
		is, err := rules.CompileCondition("laser.enabled == 0", rules.Catalogue{"laser": {"enabled": {Ref: rules.Ref{Device: "laser", Point: "enabled"}, StaleAfter: 5 * time.Second}}})
		if err != nil {
			if is, err = rules.CompileCondition("not laser.enabled", rules.Catalogue{"laser": {"enabled": {Ref: rules.Ref{Device: "laser", Point: "enabled"}, StaleAfter: 5 * time.Second}}}); err != nil {
				t.Fatal(err)
			}
		}
		h := quietAgent(plans[:8], &rules.Rule{Name: "trips when it is read", When: is, Halt: []string{"laser"}})
		line := newFakeLine()
		line.state.Open, line.state.Opens = false, 0
		h.fleet.Add(device.New(h.fleet.Env, plans[8], line, device.RealTransport()))
		late.haltErr = drivers.ErrPortLost
		time.AfterFunc(time.Second, func() {
			late.with(func() { late.haltErr = nil })
			line.be(true)
		})
		r := h.haltAlone(t.Context(), device.RealTransport(), func(d *config.DevicePlan) bool { return d.Model.Laser || d.Name == "ion1" || d.Name == "heater" })
		slices.Sort(opened)
		if opened = slices.Compact(opened); !slices.Equal(opened, []string{"gone", "heater", "laser", "late"}) {
			t.Errorf("opened %q, want the lasers and the heater alone", opened)
		}
		if !slices.Equal(r.Halted, []string{"heater", "laser", "late"}) || len(r.Failed) != 1 || !strings.Contains(r.Failed["gone"], drivers.ErrPortLost.Error()) || !slices.Equal(r.Holding, []string{"furnace", "V1"}) {
			t.Errorf("halted alone %+v, want heater, laser and the one whose line opens late, that one failed, and that furnace and V1 hold", r)
		}
		if sent := slices.Compact(l.sent()); !slices.Equal(sent, []string{"halt"}) {
			t.Errorf("the laser was sent %q, want halts alone", l.sent())
		}
		for _, e := range h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" && e.Device == "laser" }) {
			if !strings.Contains(e.Note, `why="agent halt"`) && !strings.Contains(e.Note, "trips when it is read") {
				t.Errorf("halt event %q, want why", e.Note)
			}
		}
	})
}

// What could not be halted is owed: it is written down for the agent that starts next. What is opened for a halt is what a HALT makes
// idle, and at an exit what is halted then.
func TestHaltThatFailsIsOwed(t *testing.T) {
	dir := state.RuntimeDir(t.TempDir())
	text := strings.ReplaceAll(`agent: {name: line1}
devices:
  - {name: laser, model: fusions-co2, port: "serial://LINE?baud=9600", every: 1s, control: true, options: {max_on: 15m}}
  - {name: furnace, model: eurotherm-modbus, port: "serial://LINEb?baud=9600", every: 1s, control: true, controls: [setpoint], options: {max_setpoint: 400}}
  - {name: trap, model: eurotherm-modbus, port: "serial://LINEc?baud=9600", every: 1s, control: true, controls: [setpoint], options: {max_setpoint: 400}, on_halt: hold, on_exit: halt}
`, "LINE", filepath.Join(string(dir), "no-such-line"))
	for onExit, want := range map[bool]string{false: "furnace laser", true: "laser trap"} {
		if err := os.WriteFile(dir.Config(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, problems bytes.Buffer
		err := haltOutside(t.Context(), dir, onExit, &out, &problems)
		if !errors.Is(err, errHaltFailed) {
			t.Errorf("on exit %t: halt without the lines = %v, want %v", onExit, err, errHaltFailed)
		}
		pending, err := os.ReadFile(dir.PendingHalts())
		names := strings.Fields(string(pending))
		slices.Sort(names)
		if err != nil || strings.Join(names, " ") != want {
			t.Errorf("on exit %t: owed %q, %v; want %s", onExit, pending, err, want)
		}
		os.Remove(dir.PendingHalts())
	}
}

// asStranger calls f as who is not the agent and not in its group: only what the mode of a file gives everybody is permitted.
func asStranger(t *testing.T, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 { // of this thread alone, for files alone
		unix.SetfsuidRetUid(65534)
		defer unix.SetfsuidRetUid(0)
	}
	f()
}

// Who may not look into the agent's directory can only ask the agent. What it did not halt then is not halted, and that is said.
func TestHaltByAStranger(t *testing.T) {
	for _, c := range []struct {
		state   string
		socket  bool // there is one
		may     bool // use it
		fails   bool // the halt of the laser
		onExit  bool
		want    error
		says    string
		notSays string
	}{
		{"who may ask", true, true, false, false, nil, "", "agent halt"},
		{"who may ask an agent that cannot halt its laser", true, true, true, false, fs.ErrPermission, "could not halt everything", "latch"},
		{"who finds no agent", false, true, false, false, fs.ErrPermission, "did not do it", "latch"},
		{"who may not ask, at an exit", true, false, false, true, fs.ErrPermission, "not permitted to use", "by HTTP either"},
	} {
		dir := state.RuntimeDir(t.TempDir())
		if c.socket {
			var laser *fake
			dir, laser, _ = answering(t)
			if c.fails {
				laser.with(func() { laser.haltErr = drivers.ErrPortLost })
			}
			mode := fs.FileMode(0o666)
			if !c.may {
				mode = 0
			}
			if err := os.Chmod(dir.Socket(), mode); err != nil {
				t.Fatal(err)
			}
		}
		for _, open := range []string{string(dir), filepath.Dir(string(dir))} {
			if err := os.Chmod(open, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(dir.PidFile(), []byte("1\n"), 0); err != nil {
			t.Fatal(err)
		}
		var out, problems bytes.Buffer
		var err error
		asStranger(t, func() { err = haltOutside(t.Context(), dir, c.onExit, &out, &problems) })
		said := problems.String() + fmt.Sprint(err)
		if !errors.Is(err, c.want) || c.want == nil && err != nil || !strings.Contains(said, c.says) || strings.Contains(said, c.notSays) {
			t.Errorf("%s: halt = %v and says %q; want %v and %q, not %q", c.state, err, problems.String(), c.want, c.says, c.notSays)
		}
		if state.ReadLatch(dir) != "" {
			t.Errorf("%s: a stranger has latched %q", c.state, state.ReadLatch(dir))
		}
	}
}
