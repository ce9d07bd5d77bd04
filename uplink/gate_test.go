package uplink

import (
	"net"
	"sync"
)

// gate is the listener of a broker. Its end closes every connection and waits until the broker has closed each, because mochi fails
// when a client connects while it closes.
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

// Close is called by the broker when it is done with the connection.
func (c *gated) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.gate.remove(c) })
	return err
}

func (g *gate) remove(c *gated) {
	g.mu.Lock()
	delete(g.conns, c)
	g.mu.Unlock()
	g.open.Done()
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
