package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// The socket in the runtime directory understands three lines, and answers in JSON. Whoever can write to it may halt: its mode and
// its directory's say who that is.
const (
	haltEverything = "halt"
	haltOnExit     = "halt on exit" // only what every exit halts
	readTable      = "table"        // what was read last, as agent once prints it
)

// socketTimeout is how long a halt may take when it was asked for at the socket.
const socketTimeout = 10 * time.Second

// serveSocket answers at the runtime directory's socket until ctx is done.
func (a *agent) serveSocket(ctx context.Context) error {
	path := a.services.runtime.Socket()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("socket: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil { // the directory's group may halt
		l.Close()
		return fmt.Errorf("socket: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var callers sync.WaitGroup
	defer callers.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("socket: %w", err)
		}
		callers.Go(func() {
			err := task.Recovered(ctx, "socket", func(ctx context.Context) error { a.answerSocket(ctx, conn); return nil })
			a.work.Report("socket", err)
		})
	}
}

// answerSocket takes one request.
func (a *agent) answerSocket(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(socketTimeout))
	word, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
	if strings.TrimSpace(word) == readTable {
		a.answerTable(conn)
		return
	}
	which := map[string]func(*device.Device) bool{haltEverything: command.IdleOnHalt, haltOnExit: command.ExitHalts}[strings.TrimSpace(word)]
	if err != nil || which == nil {
		fmt.Fprintf(conn, "{\"error\":\"must be one of the lines %s, %s and %s\"}\n", haltEverything, haltOnExit, readTable)
		return
	}
	by := buffer.Principal{Name: "agent halt", Via: "socket"}
	json.NewEncoder(conn).Encode(a.commander.Halter.All(context.WithoutCancel(ctx), by, "asked for", which))
}

// askHalt asks the agent at a socket to halt, and gives it bound to be done.
func askHalt(ctx context.Context, path, word string, bound time.Duration) (buffer.HaltResult, error) {
	var r buffer.HaltResult
	conn, err := (&net.Dialer{Timeout: bound}).DialContext(ctx, "unix", path)
	if err != nil {
		return r, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(bound))
	if _, err := fmt.Fprintln(conn, word); err != nil {
		return r, err
	}
	err = json.NewDecoder(conn).Decode(&r)
	if err == nil && r.Halted == nil {
		err = errors.New("the agent did not understand")
	}
	return r, err
}

// askHaltHTTP asks the agent that listens at the default address of this machine to halt, and gives it bound to be done.
func askHaltHTTP(ctx context.Context, bound time.Duration) (r buffer.HaltResult, err error) {
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
