package sim

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// listener is a TCP port on loopback; it keeps its number when it is opened again.
type listener struct {
	mu sync.Mutex
	at string
	l  net.Listener
}

func (t *listener) open(string, int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at == "" {
		t.at = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", t.at)
	if err != nil {
		return err
	}
	t.l, t.at = l, l.Addr().String()
	return nil
}

func (t *listener) accept() (handle, error) {
	t.mu.Lock()
	l := t.l
	t.mu.Unlock()
	if l == nil {
		return nil, net.ErrClosed
	}
	c, err := l.Accept()
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

func (t *listener) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.l != nil {
		t.l.Close()
		t.l = nil
	}
}

func (t *listener) place() string { return "tcp://" + t.at }

// datagrams is a UDP port on loopback: each datagram is one request, whole.
type datagrams struct {
	mu     sync.Mutex
	at     string
	conn   *net.UDPConn
	fresh  bool
	closed chan struct{}
}

func (t *datagrams) open(string, int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at == "" {
		t.at = "127.0.0.1:0"
	}
	to, err := netip.ParseAddrPort(t.at)
	if err != nil {
		return err
	}
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(to))
	if err != nil {
		return err
	}
	t.conn, t.at, t.fresh, t.closed = c, c.LocalAddr().String(), true, make(chan struct{})
	return nil
}

func (t *datagrams) accept() (handle, error) {
	t.mu.Lock()
	c, fresh, closed := t.conn, t.fresh, t.closed
	t.fresh = false
	t.mu.Unlock()
	if c == nil {
		return nil, net.ErrClosed
	}
	if fresh {
		return &peer{conn: c}, nil
	}
	<-closed
	return nil, net.ErrClosed
}

func (t *datagrams) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn != nil {
		t.conn.Close()
		t.conn = nil
		close(t.closed)
	}
}

func (t *datagrams) place() string { return "udp://" + t.at }

// peer answers to whom it heard last. A datagram is ended by a line feed, so that an instrument of lines knows its end.
type peer struct {
	conn *net.UDPConn
	mu   sync.Mutex
	to   netip.AddrPort
}

func (p *peer) Read(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, io.ErrShortBuffer
	}
	n, from, err := p.conn.ReadFromUDPAddrPort(b[:len(b)-1])
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	p.to = from
	p.mu.Unlock()
	b[n] = '\n'
	return n + 1, nil
}

func (p *peer) Write(b []byte) (int, error) {
	p.mu.Lock()
	to := p.to
	p.mu.Unlock()
	if !to.IsValid() {
		return 0, os.ErrInvalid
	}
	return p.conn.WriteToUDPAddrPort(b, to)
}

func (p *peer) Close() error                       { return p.conn.Close() }
func (p *peer) SetWriteDeadline(t time.Time) error { return p.conn.SetWriteDeadline(t) }
