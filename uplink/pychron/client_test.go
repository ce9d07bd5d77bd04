package pychron

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// client is one of the sheet's timings over connections: a first try of 1.0 s and two of 0.5 s, each on a connection of its own, 25 ms
// apart. One that keeps its connection waits no longer than 0.5 s for anything from its first timeout on.
type client struct {
	t    *testing.T
	h    *handler
	kept bool

	conn  net.Conn // nil: none is open
	hasty bool     // it had a timeout on this connection
	wg    sync.WaitGroup
}

func (c *client) dial() {
	near, far := net.Pipe()
	c.wg.Go(func() { (&connection{conn: far, by: mac, dialect: c.h, options: c.h.options}).run(c.t.Context()) })
	c.conn = near
}

func (c *client) hangUp() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// ask is one command with its repeats; "" = there was no answer.
func (c *client) ask(text string) string {
	for n := range 3 {
		if c.conn == nil {
			c.dial()
		}
		limit := time.Second
		if n > 0 || c.hasty {
			limit = 500 * time.Millisecond
		}
		c.conn.Write([]byte(text + "\r\n"))
		c.conn.SetReadDeadline(time.Now().Add(limit))
		reply := make([]byte, 4096)
		got, err := c.conn.Read(reply)
		if err != nil || !c.kept {
			c.hangUp()
		}
		if err == nil {
			return strings.TrimSpace(string(reply[:got]))
		}
		c.hasty = c.kept
		time.Sleep(25 * time.Millisecond)
	}
	return ""
}

// actuate is PychronGPActuator.actuate.
func (c *client) actuate(valve string, open bool) bool {
	verb := "Close "
	if open {
		verb = "Open "
	}
	if !toBool(c.ask(verb + valve)) {
		return false
	}
	time.Sleep(50 * time.Millisecond)
	return toBool(c.ask("GetIndicatorState "+valve)) == open
}

// Valves as the issue has them, over connections, one-shot and kept: the client sees what is so, and the valve is moved once.
func TestHandshakeOverConnections(t *testing.T) {
	for _, c := range []struct {
		name          string
		travel        time.Duration
		sticks, contr bool
		want          bool
	}{
		{"20 ms", 20 * time.Millisecond, false, false, true}, {"400 ms", 400 * time.Millisecond, false, false, true}, {"1.9 s", 1900 * time.Millisecond, false, false, true},
		{"sticks", time.Second, true, false, false}, {"contradicting switches", 600 * time.Millisecond, false, true, false},
	} {
		for n := range 4 {
			open, kept := n%2 == 0, n > 1
			t.Run(fmt.Sprintf("%s open %v kept %v", c.name, open, kept), func(t *testing.T) {
				f := valvesABC(positionOf(!open))
				f.travel["A"], f.sticks["A"], f.contra["A"] = c.travel, c.sticks, c.contr
				simulated(t, f, func(t *testing.T, h *handler) {
					us := client{t: t, h: h, kept: kept}
					if got := us.actuate("A", open); got != c.want {
						t.Errorf("the client sees %v, want %v", got, c.want)
					}
					h.moves.stop()
					us.hangUp()
					us.wg.Wait()
					if n := len(f.noted("commands_total")); len(f.moves()) != 1 || n != 1 {
						t.Errorf("moved %v with %d events, want once with one", f.moves(), n)
					}
				})
			})
		}
	}
}
