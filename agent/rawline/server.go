package rawline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
)

// maxClients is how many connections a line has at once; the next is turned away.
const maxClients = 8

// listenAgain is the time between tries to listen where the address is taken.
const listenAgain = time.Second

// Options are those of one lent line.
type Options struct {
	Device   string              // whose line it is
	Listen   string              // host:port
	Networks []netip.Prefix      // whose clients are served; everybody else gets no byte
	Control  bool                // requests that do more than read are let through
	Line     func() *Shared      // the line now, nil while there is none
	Written  func()              // called after a request that did more than read
	Record   func(*buffer.Event) // takes what is to be known
	Log      *slog.Logger
}

// Server lends one line.
type Server struct {
	o       Options
	log     *records
	clients atomic.Int64

	mu   sync.Mutex
	addr net.Addr
	err  error // why it does not listen
}

// NewServer does no I/O.
func NewServer(o Options) *Server {
	return &Server{o: o, log: &records{device: o.Device, record: o.Record}}
}

// Listening says whether clients are served, and why not.
func (s *Server) Listening() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr != nil, s.err
}

// Addr is where it listens, nil while it does not.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

func (s *Server) note(addr net.Addr, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr, s.err = addr, err
}

// keepAlive finds peers that are gone. Silence alone never ends a connection.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 10 * time.Second, Count: 3}

// Run serves until ctx is done. An address that is taken stops nothing: it keeps trying.
func (s *Server) Run(ctx context.Context) error {
	how := net.ListenConfig{KeepAliveConfig: keepAlive}
	for ctx.Err() == nil {
		l, err := how.Listen(ctx, "tcp", s.o.Listen)
		if err == nil {
			s.note(l.Addr(), nil)
			s.o.Log.Info("a line is lent", "device", s.o.Device, "address", l.Addr())
			s.serve(ctx, l)
			s.note(nil, nil)
			continue
		}
		if _, before := s.Listening(); before == nil {
			s.o.Log.Error("a line is not lent yet", "device", s.o.Device, "err", err)
		}
		s.note(nil, fmt.Errorf("the line of %s: %w", s.o.Device, err))
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
	return nil
}

// serve answers clients until ctx is done.
func (s *Server) serve(ctx context.Context, l net.Listener) {
	var wg sync.WaitGroup
	defer wg.Wait()
	lend := &lender{o: &s.o, queue: newQueue(), log: s.log}
	defer context.AfterFunc(ctx, func() { l.Close() })()
	wg.Go(func() { lend.run(ctx) })
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			if conn != nil {
				reset(conn)
			}
			return
		case err != nil: // out of files, or a client that left at once
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		default:
			s.take(ctx, conn, lend.queue, &wg)
		}
	}
}

// take serves a connection, or turns it away.
func (s *Server) take(ctx context.Context, conn net.Conn, q *queue, wg *sync.WaitGroup) {
	address, line := addressOf(conn.RemoteAddr()), s.o.Line()
	reason := ""
	switch {
	case !s.allows(address):
		reason = outside
	case s.clients.Load() >= maxClients:
		reason = full
	}
	if reason != "" {
		s.log.rejected(address.String(), reason)
	}
	if reason != "" || line == nil {
		reset(conn)
		return
	}
	s.clients.Add(1)
	wg.Go(func() {
		defer s.clients.Add(-1)
		c := newClient(conn, address.String())
		if why := c.run(ctx, &line.Raw, q); why != "" {
			s.log.rejected(c.address, why)
		}
	})
}

func (s *Server) allows(a netip.Addr) bool {
	for _, n := range s.o.Networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// addressOf is the address of a client, without port.
func addressOf(a net.Addr) netip.Addr {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
