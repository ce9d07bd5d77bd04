package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"pychron-edge/agent/config"
)

// otherAgent is an error where another agent has a line of the plan: a second one beside it would take its replies. Nothing is
// opened. A line that another program has stops nothing: its devices are unavailable, and say who has it.
func otherAgent(p *config.Plan) error {
	for _, d := range p.Devices {
		if d.Off || d.Port == "" {
			continue
		}
		if held := d.Line.Holder(); held != nil && isAgent(held.PID) {
			return fmt.Errorf("%s: %w: another agent runs on it; must be one agent for a line", d.Name, held)
		}
	}
	return nil
}

// isAgent says whether a process runs this program.
func isAgent(pid int) bool {
	theirs, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "exe"))
	if err != nil {
		return false
	}
	ours, err := os.Executable()
	return err == nil && filepath.Base(theirs) == filepath.Base(ours)
}
