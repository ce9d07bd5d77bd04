package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/ask"
	"pychron-edge/agent/command"
	"pychron-edge/agent/task"
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
	if strings.TrimSpace(word) == ask.ReadTable {
		a.answerTable(conn)
		return
	}
	if err != nil { // it was cut off: it may have been another
		word = ""
	}
	by := buffer.Principal{Name: "agent halt", Via: "socket"}
	var r buffer.HaltResult
	switch strings.TrimSpace(word) {
	case ask.HaltEverything:
		r = a.commander.HaltEverything(ctx, by)
	case ask.HaltOnExit:
		r = a.commander.Halter.All(context.WithoutCancel(ctx), by, "asked for", command.ExitHalts)
	default:
		fmt.Fprintf(conn, "{\"error\":\"must be one of the lines %s, %s and %s\"}\n", ask.HaltEverything, ask.HaltOnExit, ask.ReadTable)
		return
	}
	json.NewEncoder(conn).Encode(r)
}
