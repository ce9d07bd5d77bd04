package telemetry

import (
	"net"
	"sync"
)

// limit closes what connects beyond max connections: no queue grows, and the connections that are open stay.
func limit(l net.Listener, max int) net.Listener {
	return &limited{Listener: l, slots: make(chan struct{}, max)}
}

type limited struct {
	net.Listener
	slots chan struct{}
}

// Accept waits for a connection that there is a slot for.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.slots <- struct{}{}:
			return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { <-l.slots })}, nil
		default:
			c.Close()
		}
	}
}

// limitedConn gives its slot back when it closes.
type limitedConn struct {
	net.Conn
	leave func()
}

func (c *limitedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
