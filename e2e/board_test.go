//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// logicBoard is the other end of a laser's line. It remembers whether the beam is enabled, and since when it is not.
type logicBoard struct {
	address string

	mu   sync.Mutex
	on   bool
	last time.Time // when that changed
	told []string
}

func newLogicBoard(t *testing.T) *logicBoard {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &logicBoard{address: l.Addr().String()}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.serve(conn)
		}
	})
	t.Cleanup(func() { l.Close(); lines.Wait() })
	return b
}

// serve answers one connection to its end: a line has one owner.
func (b *logicBoard) serve(conn net.Conn) {
	defer conn.Close()
	commands := bufio.NewScanner(conn)
	commands.Split(func(data []byte, _ bool) (int, []byte, error) {
		if at := bytes.IndexByte(data, '\r'); at >= 0 {
			return at + 1, data[:at], nil
		}
		return 0, nil, nil
	})
	for commands.Scan() {
		fmt.Fprint(conn, b.answer(strings.TrimPrefix(commands.Text(), ";LB.")), "\r")
	}
}

func (b *logicBoard) answer(command string) string {
	switch command {
	case "VER":
		return "Fusions Logic Board v0.96"
	case "INTLK", "ADC1":
		return "0"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if text, ok := strings.CutPrefix(command, "ENBL "); ok && (text == "1") != b.on {
		b.on, b.last = text == "1", time.Now()
	}
	b.told = append(b.told, command)
	return "OK"
}

// enabled says whether the beam is on, and since when it is as it is.
func (b *logicBoard) enabled() (bool, time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.on, b.last
}
