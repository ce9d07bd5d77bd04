package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"pychron-edge/agent/state"
)

// A hangup that comes before the agent serves reloads ends nothing.
func TestHangupOfAnAgentThatStarts(t *testing.T) {
	s := newSite(t)
	dir := state.RuntimeDir(s.run)
	latch, err := state.SetLatch(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	s.start()
	until(t, "the agent waits", func() bool { return strings.Contains(s.said.String(), "waiting for a halt") })
	s.agent.Process.Signal(syscall.SIGHUP)
	latch.Release()
	if err := dir.Unlatch(); err != nil {
		t.Fatal(err)
	}
	s.enable()
}

// A hangup while the agent halts the laser at its end does not keep it from that.
func TestHangupOfAnAgentThatStops(t *testing.T) {
	s := newSite(t)
	s.fire()
	agent := s.agent
	s.board.listen(func(command string) {
		if command == "ENBL 0" {
			agent.Process.Signal(syscall.SIGHUP)
		}
	})
	agent.Process.Signal(syscall.SIGTERM)
	agent.Wait()
	if code := agent.ProcessState.ExitCode(); code != exitFine || s.board.on() {
		t.Errorf("the agent ended with %v, laser on: %t; want 0 and the laser out", agent.ProcessState, s.board.on())
	}
}

// An agent whose log nobody reads any more goes on, and halts at its end.
func TestAgentWithoutAReaderOfItsLog(t *testing.T) {
	s := newSite(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c, said := s.program("run", "-config", s.config)
	c.Stdout, c.Stderr = w, w
	s.agent, s.said = c, said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	w.Close()
	for lines := bufio.NewScanner(r); lines.Scan(); {
		said.Write(append(lines.Bytes(), '\n'))
		if listening.MatchString(said.String()) {
			break
		}
	}
	s.enable()
	r.Close()
	for range 3 { // each is a line of the log
		os.WriteFile(s.config, []byte("devices: [{name: 7}]\n"), 0o600)
		c.Process.Signal(syscall.SIGHUP)
		answer, err := http.Get(s.page() + "/status")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	c.Process.Signal(syscall.SIGTERM)
	c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitFine || s.board.on() {
		t.Errorf("the agent ended with %v, laser on: %t; want 0 and the laser out", c.ProcessState, s.board.on())
	}
}

// A halt from a shell is carried out though its terminal is closed and nobody reads what it says.
func TestHaltOutlivesItsTerminal(t *testing.T) {
	s := newSite(t)
	s.fire()
	s.agent.Process.Kill()
	s.agent.Wait()
	if !s.board.on() {
		t.Fatal("the laser is not on, so nothing can be shown")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	halt, _ := s.program("halt")
	halt.Stdout, halt.Stderr = w, w
	started := make(chan *exec.Cmd, 1)
	s.board.listen(func(command string) {
		select {
		case c := <-started: // at its first word
			c.Process.Signal(syscall.SIGHUP)
		default:
		}
	})
	if err := halt.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	started <- halt
	halt.Wait()
	if code := halt.ProcessState.ExitCode(); code != exitFine || s.board.on() {
		t.Errorf("agent halt ended with %v, laser on: %t; want 0 and the laser out", halt.ProcessState, s.board.on())
	}
}
