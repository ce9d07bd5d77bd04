package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"

	"pychron-edge/agent/ask"
	"pychron-edge/agent/state"
)

// tableAnswer is what the running agent answers to somebody who wants each device read once.
type tableAnswer struct {
	Table  string `json:"table"`
	Silent string `json:"silent"` // which devices gave nothing, and why; "" = each gave something
}

func (t tableAnswer) print(out io.Writer) error {
	fmt.Fprint(out, t.Table)
	if t.Silent != "" {
		return errors.New(t.Silent)
	}
	return nil
}

// askTable asks the agent that runs the configuration at path what it reads: it has the lines, and two programs on one line take each
// other's replies.
func askTable(ctx context.Context, path string) (t tableAnswer, err error) {
	dir, err := runtimeOf(path)
	if err != nil {
		return t, err
	}
	conn, err := (&net.Dialer{Timeout: askBound}).DialContext(ctx, "unix", dir.Socket())
	if err != nil {
		return t, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(askBound))
	if _, err := fmt.Fprintln(conn, ask.ReadTable); err != nil {
		return t, err
	}
	if err := json.NewDecoder(conn).Decode(&t); err != nil {
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

// answerTable answers with what was read last of every device.
func (a *agent) answerTable(conn net.Conn) {
	text, answer := &strings.Builder{}, tableAnswer{}
	if err := a.table(text); err != nil {
		answer.Silent = err.Error()
	}
	if err := a.silent(); err != nil {
		answer.Silent = err.Error()
	}
	answer.Table = text.String()
	json.NewEncoder(conn).Encode(answer)
}
