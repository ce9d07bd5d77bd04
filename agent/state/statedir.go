package state

import (
	"os"
	"path/filepath"
	"strings"
)

// systemState is the state directory of an agent that root starts without systemd.
const systemState = "/var/lib/pychron-edge"

// FindStateDir is the directory for what survives the process: the one asked for, else systemd's, else the person's own, else
// that of the system. "" if a person has no home directory.
func FindStateDir(asked string) string { return stateDir(asked, os.Geteuid() == 0) }

func stateDir(asked string, root bool) string {
	if asked != "" {
		return asked
	}
	if d := os.Getenv("STATE_DIRECTORY"); d != "" {
		d, _, _ = strings.Cut(d, ":")
		return d
	}
	if root {
		return systemState
	}
	if d := os.Getenv("XDG_STATE_HOME"); d != "" {
		return filepath.Join(d, "pychron-edge")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "pychron-edge")
	}
	return ""
}
