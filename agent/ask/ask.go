// Package ask asks the agent that runs on this machine, at its socket or at its address.
//
// It opens no line, and ends no process.
package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"pychron-edge/agent/config"
	"pychron-edge/buffer"
	"time"
)

// The socket in the runtime directory understands three lines, and answers in JSON. Whoever can write to it may halt: its mode and
// its directory's say who that is.
const (
	HaltEverything = "halt"
	HaltOnExit     = "halt on exit" // only what every exit halts
	ReadTable      = "table"        // what was read last, as agent once prints it
)

// Halt asks the agent at a socket to halt, and gives it bound to be done.
func Halt(ctx context.Context, path, word string, bound time.Duration) (buffer.HaltResult, error) {
	var r buffer.HaltResult
	err := exchange(ctx, path, word, bound, &r)
	if err == nil && r.Halted == nil {
		err = errors.New("the agent did not understand")
	}
	return r, err
}

// exchange sends a word to the agent at a socket, and decodes its answer.
func exchange(ctx context.Context, path, word string, bound time.Duration, answer any) error {
	conn, err := (&net.Dialer{Timeout: bound}).DialContext(ctx, "unix", path)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(bound))
	if _, err := fmt.Fprintln(conn, word); err != nil {
		return err
	}
	return json.NewDecoder(conn).Decode(answer)
}

// HaltHTTP asks the agent that listens at the default address of this machine to halt, and gives it bound to be done.
func HaltHTTP(ctx context.Context, bound time.Duration) (r buffer.HaltResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+config.DefaultListen+"/halt", nil)
	if err != nil {
		return r, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return r, err
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&r); err != nil || r.Halted == nil {
		return r, fmt.Errorf("%s answered %s", request.URL, answer.Status)
	}
	return r, nil
}
