package uplink

import (
	"net"
	"sync"
)

// gate is the listener of a broker. Closing it ends every connection and waits until the broker has let go of each, for mochi does
// not bear a client that comes while it closes.
type gate struct {
	net.Listener
	open sync.WaitGroup

	mu    sync.Mutex
	shut  bool
	conns map[*gated]bool
}

// gated is a connection through a gate.
type gated struct {
	net.Conn
	gate *gate
	once sync.Once
}

func (g *gate) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		_ = c.Close()
		return nil, net.ErrClosed
	}
	in := &gated{Conn: c, gate: g}
	g.conns[in] = true
	g.open.Add(1)
	return in, nil
}

// Close is the broker's: it is done with the connection.
func (c *gated) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.gate.mu.Lock()
		delete(c.gate.conns, c)
		c.gate.mu.Unlock()
		c.gate.open.Done()
	})
	return err
}

func (g *gate) end() {
	_ = g.Listener.Close()
	g.mu.Lock()
	g.shut = true
	for c := range g.conns {
		_ = c.Conn.Close()
	}
	g.mu.Unlock()
	g.open.Wait()
}
