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
)

// The socket in the runtime directory understands two lines, and answers with a HaltResult in JSON. Whoever can write to it
// may halt: its directory's mode says who that is.
const (
	haltEverything = "halt"
	haltOnExit     = "halt on exit" // only what every exit halts
)

// socketPatience is how long a halt may take when it was asked for at the socket.
const socketPatience = 10 * time.Second

// serveSocket answers at the runtime directory's socket until ctx is done.
func (h *house) serveSocket(ctx context.Context) error {
	path := h.services.runtime.socket()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("socket: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
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
			err := guarded(ctx, "socket", func(ctx context.Context) error { h.answerSocket(ctx, conn); return nil })
			h.work.report("socket", err)
		})
	}
}

// answerSocket takes one request.
func (h *house) answerSocket(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(socketPatience))
	word, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
	which := map[string]func(*instrument) bool{haltEverything: anything, haltOnExit: exitHalts}[strings.TrimSpace(word)]
	if err != nil || which == nil {
		fmt.Fprintf(conn, "{\"error\":\"allowed are the lines %s and %s\"}\n", haltEverything, haltOnExit)
		return
	}
	by := buffer.Principal{Name: "agent halt", Via: "socket"}
	json.NewEncoder(conn).Encode(h.door.halter.all(context.WithoutCancel(ctx), by, "asked for", which))
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
