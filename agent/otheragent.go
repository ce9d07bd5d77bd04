package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pychron-edge/agent/config"
)

// otherAgent is an error where another agent has a line of the plan: a second one beside it would take its replies. Nothing is
// opened. A line that another program has stops nothing: its devices are unavailable, and say who has it.
//
// Who has a line is asked for only where another agent runs at all. The kernel's list of locks waits until no processor can be within one
// (an RCU grace period): 10 ms, which was half of a start.
func otherAgent(p *config.Plan) error {
	if !agentBeside("/proc", os.Getpid()) {
		return nil
	}
	for _, d := range p.Devices {
		if d.Off || d.Port == "" {
			continue
		}
		if held := d.Line.Holder(); held != nil && isAgent("/proc", held.PID) {
			return fmt.Errorf("%s: %w: another agent runs on it; must be one agent for a line", d.Name, held)
		}
	}
	return nil
}

// agentBeside says whether a process other than self runs this program, as far as this one may see.
func agentBeside(proc string, self int) bool {
	folder, err := os.Open(proc)
	if err != nil {
		return true // it may
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return true
	}
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != self && isAgent(proc, pid) {
			return true
		}
	}
	return false
}

// isAgent says whether a process runs this program, or did until its file was replaced.
func isAgent(proc string, pid int) bool {
	theirs, err := os.Readlink(filepath.Join(proc, strconv.Itoa(pid), "exe"))
	if err != nil {
		return false
	}
	ours, err := os.Executable()
	return err == nil && filepath.Base(strings.TrimSuffix(theirs, " (deleted)")) == filepath.Base(ours)
}
