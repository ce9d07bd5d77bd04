package uplink

import (
	"net"
	"sync"

	"pychron-edge/uplink/brokertest"
)

// listener gives the TCP connections of one address to a broker.
type listener struct {
	net.Listener
	accepting sync.WaitGroup
}

func listen(address string, b *brokertest.Broker) (*listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	at := &listener{Listener: l}
	at.accepting.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.Serve(conn)
		}
	})
	return at, nil
}

// end closes the address; connections stay.
func (l *listener) end() {
	_ = l.Close()
	l.accepting.Wait()
}
