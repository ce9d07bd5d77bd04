package ask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"pychron-edge/agent/state"
)

// TableAnswer is what the running agent answers to somebody who wants each device read once.
type TableAnswer struct {
	Table  string `json:"table"`
	Silent string `json:"silent"` // which devices gave nothing, and why; "" = each gave something
}

// Print prints the table; the error says which devices gave nothing.
func (t TableAnswer) Print(out io.Writer) error {
	fmt.Fprint(out, t.Table)
	if t.Silent != "" {
		return errors.New(t.Silent)
	}
	return nil
}

// Table asks the agent that runs the configuration at path what it reads: it has the lines, and two programs on one line take each
// other's replies.
func Table(ctx context.Context, path string, bound time.Duration) (t TableAnswer, err error) {
	dir, err := runtimeOf(path)
	if err != nil {
		return t, err
	}
	if err := exchange(ctx, dir.Socket(), ReadTable, bound, &t); err != nil {
		return t, err
	}
	if t.Table == "" {
		return t, errors.New("the running agent did not understand")
	}
	return t, nil
}

// runtimeOf is the runtime directory of the agent that runs a configuration: one of this person's, or the service's.
func runtimeOf(path string) (state.RuntimeDir, error) {
	asked, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for _, dir := range []state.RuntimeDir{state.FindRuntimeDir(""), state.SystemRuntime} {
		if from := dir.From(); from != "" {
			if running, err := filepath.Abs(from); err == nil && running == asked {
				return dir, nil
			}
		}
	}
	return "", errors.New("no agent runs this configuration")
}
