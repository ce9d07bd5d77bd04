package main

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// A simulated gauge whose line is lent: a client on real sockets asks it beside the agent, after a half-close too, and a write of it is
// refused and recorded.
func TestALineIsLent(t *testing.T) {
	a, _ := servedAgent(t, strings.Replace(servedFile, "    every: 100ms\n    options", "    every: 100ms\n    serve: {listen: '127.0.0.1:0'}\n    options", 1))
	until(t, "the line", func() bool { return a.lentAddress(t) != "" })
	address := a.lentAddress(t)
	ask := func(text string, half bool) string {
		t.Helper()
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, text)
		if half {
			conn.(*net.TCPConn).CloseWrite()
		}
		conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 100)
		n, _ := conn.Read(b)
		return string(b[:n])
	}
	data := ""
	until(t, "a pair of exchanges", func() bool { // a machine that stands still for 250 ms lets a poll between
		data = ""
		return ask("PR1\r\n", false) == "\x06\r\n" && strings.HasPrefix(func() string { data = ask("\x05None", true); return data }(), "0,")
	})
	if !strings.HasSuffix(data, "\r\n") || !strings.Contains(data, "E-") {
		t.Errorf("reply %q, want a pressure and its end", data)
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "SEN,2,0\r\n")
	until(t, "the refusal", func() bool {
		return len(a.picked(buffer.Audit, func(e *buffer.Event) bool {
			return e.Metric == "commands_refused_total" && strings.Contains(e.Note, "SEN,2,0") && strings.Contains(e.Note, "127.0.0.1")
		})) == 1
	})
}

// What a client asked is in the event of the reading that was made of it, and after a write of a client the instrument is asked for its
// unit again: that it changed is an event.
func TestWhatAClientOfALentLineDoesIsSeen(t *testing.T) {
	a, _ := servedAgent(t, strings.Replace(servedFile, "    every: 100ms\n    options", "    every: 1s\n    heartbeat: 1s\n    serve: {listen: '127.0.0.1:0', control: true}\n    options", 1))
	until(t, "the line", func() bool { return a.lentAddress(t) != "" })
	pair := func(request string) {
		conn, err := net.Dial("tcp", a.lentAddress(t))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 100)
		io.WriteString(conn, request)
		conn.Read(b)
		io.WriteString(conn, "\x05")
		conn.Read(b)
	}
	until(t, "a reading via=raw", func() bool {
		pair("PR1\r\n")
		return len(a.picked(buffer.Readings, func(e *buffer.Event) bool { return e.Device == "ion1" && strings.Contains(e.Note, "via=raw") })) > 0
	})
	until(t, "the unit", func() bool {
		pair("UNI,2\r\n")
		return len(a.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_unit_changes_total" && e.Device == "ion1" })) > 0
	})
	if e := a.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Kind == buffer.Command && e.Device == "ion1" }); len(e) == 0 || !strings.Contains(e[0].Note, "UNI,2") {
		t.Errorf("commands %+v, want the client's write", e)
	}
}

// lentAddress is where the first lent line is, "" while it is nowhere.
func (a *agent) lentAddress(t *testing.T) string {
	t.Helper()
	for n, one := range *a.services.pychron.Load() {
		if strings.HasPrefix(one.Name, "line of ") {
			return a.pychronAddress(n)
		}
	}
	return ""
}
