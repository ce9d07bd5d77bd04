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

	"pychron-edge/telemetry"
)

// The socket in the runtime directory understands one word, "halt", and answers with a HaltResult in JSON. Whoever can
// write to it may halt: its directory's mode says who that is.

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
		callers.Go(func() { h.answerSocket(ctx, conn) })
	}
}

// answerSocket takes one request.
func (h *house) answerSocket(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(socketPatience))
	word, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
	if err != nil || strings.TrimSpace(word) != "halt" {
		fmt.Fprintln(conn, `{"error":"allowed is the word halt"}`)
		return
	}
	by := telemetry.Principal{Name: "agent halt", Via: "socket", Rights: []string{telemetry.Stop}}
	result, err := h.door.Halt(ctx, by)
	if err != nil {
		json.NewEncoder(conn).Encode(map[string]string{"error": err.Error()})
		return
	}
	json.NewEncoder(conn).Encode(result)
}

// askHalt asks the agent at a socket to halt everything: accepted within a second, done within the patience.
func askHalt(ctx context.Context, path string, accept time.Duration) (telemetry.HaltResult, error) {
	var r telemetry.HaltResult
	conn, err := (&net.Dialer{Timeout: accept}).DialContext(ctx, "unix", path)
	if err != nil {
		return r, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(accept))
	if _, err := fmt.Fprintln(conn, "halt"); err != nil {
		return r, err
	}
	err = json.NewDecoder(conn).Decode(&r)
	if err == nil && r.Halted == nil {
		err = errors.New("the agent did not understand")
	}
	return r, err
}
