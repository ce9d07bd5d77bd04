package line

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Holder says which program has a serial line by flock(2), as an agent does; nil if none is seen, or it is this one. Nothing is
// opened.
func (a Address) Holder() *HeldError {
	return a.held(func(_ string, stat *unix.Stat_t) int { return lockHolder(stat) })
}

// InUse is Holder of a program that has the line open in any way, as far as this one may see. Nothing is opened.
func (a Address) InUse() *HeldError {
	if e := a.Holder(); e != nil {
		return e
	}
	return a.held(func(node string, _ *unix.Stat_t) int { return openedBy(node) })
}

// held is who has a line, by a process that is found.
func (a Address) held(by func(node string, stat *unix.Stat_t) int) *HeldError {
	if a.Scheme != "serial" {
		return nil
	}
	node, err := a.node("/sys", "/dev")
	if err != nil {
		return nil
	}
	var stat unix.Stat_t
	if unix.Stat(node, &stat) != nil {
		return nil
	}
	pid := by(node, &stat)
	if pid == 0 || pid == os.Getpid() {
		return nil
	}
	e := &HeldError{Node: node, PID: pid}
	if name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm")); err == nil {
		e.Program = strings.TrimSpace(string(name))
	}
	return e
}
