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
	pid := lockHolder(&stat)
	if pid == 0 || pid == os.Getpid() {
		return nil
	}
	e := &HeldError{Node: node, PID: pid}
	if name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm")); err == nil {
		e.Program = strings.TrimSpace(string(name))
	}
	return e
}
