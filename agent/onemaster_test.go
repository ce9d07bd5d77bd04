package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// A look neither halts nor judges. Seen: agent once sent ENBL 0.
func TestOnceMovesNothing(t *testing.T) {
	s := newSite(t)
	s.board.commands = []string{"ENBL 1"} // by a hand at its panel
	c, said := s.program("once", "-config", s.config)
	if err := c.Run(); err != nil || !strings.Contains(said.String(), "laser   output") {
		t.Errorf("agent once = %v: %s", err, said)
	}
	if !s.board.on() || len(s.board.commands) != 1 {
		t.Errorf("agent once sent %q, want only questions", s.board.commands)
	}
}

// Beside the running agent it asks that one, which has the lines.
func TestOnceAsksTheRunningAgent(t *testing.T) {
	s := newSite(t)
	s.fire()
	s.mute(true) // a question to the board itself would have no answer
	c, said := s.program("once", "-config", s.config)
	if err := c.Run(); err != nil || !strings.Contains(said.String(), "laser   enabled") {
		t.Errorf("agent once = %v: %s", err, said)
	}
}

func TestSecondAgentOnALineDoesNotStart(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "agent.yaml")
	text := fmt.Sprintf("agent: {name: a, listen: 127.0.0.1:0}\ndevices:\n  - {name: g, model: ascii, port: \"serial://%s\", options: {reads: [{name: pressure, unit: torr, send: P, match: '(.*)'}], vectors: [{send: \"P\\r\", reply: \"1\\r\", reads: {pressure: 133.322368}}]}}\n", slave.Name())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, config: config, run: filepath.Join(dir, "one")}
	s.start()
	address, err := line.ParseAddress("serial://"+slave.Name(), drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the first agent's line", func() bool {
		held := address.Holder()
		return held != nil && held.PID == s.agent.Process.Pid && strings.Contains(s.said.String(), "listening")
	})
	second := &site{t: t, config: config, run: filepath.Join(dir, "two")}
	c, said := second.program("run", "-config", config)
	if err := c.Run(); err == nil || !strings.Contains(said.String(), "another agent runs on it") || !strings.Contains(said.String(), fmt.Sprint(s.agent.Process.Pid)) {
		t.Errorf("a second agent on the line = %v: %s", err, said)
	}
}
