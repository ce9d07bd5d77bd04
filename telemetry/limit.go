package telemetry

import (
	"net"
	"sync"
)

// limit closes what connects beyond most connections: they get no queue to grow, and those inside keep their place.
func limit(l net.Listener, most int) net.Listener {
	return &limited{Listener: l, places: make(chan struct{}, most)}
}

type limited struct {
	net.Listener
	places chan struct{}
}

// Accept waits for a connection there is a place for.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.places <- struct{}{}:
			return &placed{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
		default:
			c.Close()
		}
	}
}

// placed gives its place back when it closes.
type placed struct {
	net.Conn
	leave func()
}

func (c *placed) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
