package lastgood

import (
	"errors"
	"fmt"
	"io"
	"os"

	"pychron-edge/agent/state"
)

// Running is the configuration that was running, else the file it came from, else that of this machine, in the file machines: what
// agent halt goes by. After a stop an agent that never ran has nothing to halt: no data.
func Running(dir state.RuntimeDir, onExit bool, machines string, problems io.Writer) (path string, data []byte, err error) {
	data, err = os.ReadFile(dir.Config())
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return dir.Config(), data, err
	}
	if onExit {
		return "", nil, nil
	}
	for _, path := range []string{dir.From(), machines} {
		if path == "" {
			continue
		}
		if data, err := os.ReadFile(path); err == nil {
			fmt.Fprintf(problems, "agent halt: no running configuration in %s; using the file on disk, %s\n", dir, path)
			return path, data, nil
		}
	}
	return "", nil, fmt.Errorf("no agent has run here and there is no %s, so what to halt is not known: no running configuration in %s", machines, dir)
}
