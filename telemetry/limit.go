package telemetry

import (
	"net"
	"sync"
)

// limit closes what connects beyond most connections: they get no queue to grow, and those inside keep their place.
func limit(l net.Listener, max int) net.Listener {
	return &limited{Listener: l, slots: make(chan struct{}, max)}
}

type limited struct {
	net.Listener
	slots chan struct{}
}

// Accept waits for a connection there is a place for.
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

// placed gives its place back when it closes.
type limitedConn struct {
	net.Conn
	leave func()
}

func (c *limitedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
