package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// laser is the logic board of a Fusions laser on a TCP port. It remembers when it was told to stop.
type laser struct {
	listener net.Listener
	halted   atomic.Int64 // unix nanoseconds; 0 = it was not
}

func newLaser() (*laser, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	one := &laser{listener: l}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go one.serve(conn)
		}
	}()
	return one, nil
}

func (l *laser) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	lines.Split(func(data []byte, _ bool) (int, []byte, error) {
		if at := bytes.IndexByte(data, '\r'); at >= 0 {
			return at + 1, data[:at], nil
		}
		return 0, nil, nil
	})
	for lines.Scan() {
		reply := "OK"
		switch request := strings.TrimPrefix(lines.Text(), ";LB."); {
		case request == "VER":
			reply = "Fusions Logic Board v0.96"
		case request == "INTLK", request == "ADC1":
			reply = "0"
		case strings.HasPrefix(request, "PDC 0"), strings.HasPrefix(request, "ENBL 0"):
			l.halted.CompareAndSwap(0, time.Now().UnixNano())
		}
		if _, err := fmt.Fprint(conn, reply, "\r"); err != nil {
			return
		}
	}
}
