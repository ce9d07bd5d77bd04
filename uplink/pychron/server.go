package pychron

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Limits. Past one, a client is reset without a byte.
const (
	maxClients = 256
	maxCommand = 8 << 10 // bytes
	maxQueued  = 64      // commands of one client
)

// listenAgain is the time between tries to listen where the address is taken.
const listenAgain = time.Second

// Server serves the valve port by TCP and UDP.
type Server struct {
	options  *Options
	refusals refusals
	endings  endings
	clients  atomic.Int64

	mu   sync.Mutex
	addr net.Addr
	err  error // why it does not listen
}

// NewServer does no I/O.
func NewServer(o Options) *Server {
	return &Server{options: &o, refusals: refusals{record: o.Agent.Record}}
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

// Run serves until ctx is done. An address that is taken stops nothing: it keeps trying.
func (s *Server) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		tcp, udp, err := s.listen(ctx)
		if err == nil {
			s.note(tcp.Addr(), nil)
			s.options.Log.Info("pychron's clients are served", "address", tcp.Addr())
			s.serve(ctx, tcp, udp)
			s.note(nil, nil)
			continue
		}
		if _, before := s.Listening(); before == nil {
			s.options.Log.Error("pychron's clients are not served yet", "err", err)
		}
		s.note(nil, err)
		sleep(ctx, listenAgain)
	}
	return nil
}

// keepAlive finds peers that are gone. Silence alone never ends a connection.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 10 * time.Second, Count: 3}

// listen opens both ports; the same number, where the configuration leaves it open.
func (s *Server) listen(ctx context.Context) (net.Listener, net.PacketConn, error) {
	how := net.ListenConfig{KeepAliveConfig: keepAlive}
	tcp, err := how.Listen(ctx, "tcp", s.options.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("pychron: %w", err)
	}
	udp, err := how.ListenPacket(ctx, "udp", tcp.Addr().String())
	if err != nil {
		tcp.Close()
		return nil, nil, fmt.Errorf("pychron: %w", err)
	}
	return tcp, udp, nil
}

// serve answers clients until ctx is done. udp is nil where there is none.
func (s *Server) serve(ctx context.Context, tcp net.Listener, udp net.PacketConn) {
	var wg sync.WaitGroup
	h := s.dialect(ctx)
	end := context.AfterFunc(ctx, func() {
		tcp.Close()
		if udp != nil {
			udp.Close()
		}
	})
	defer end()
	wg.Go(func() { h.run(ctx) })
	if udp != nil {
		wg.Go(func() { s.serveUDP(ctx, h, udp) })
	}
	s.accept(ctx, h, tcp, &wg)
	wg.Wait()
}

// dialect answers the commands of one port.
type dialect interface {
	answer(ctx context.Context, by Client, text string) string // without an end
	whole(text string) bool                                    // nothing that could follow makes another command of it
	left(by Client, answered int)                              // a connection ended on which so many commands were answered
	run(ctx context.Context)                                   // until ctx is done, and what was begun is
}

// dialect is that of a laser, or of valves.
func (s *Server) dialect(ctx context.Context) dialect {
	if s.options.Laser != "" {
		return &laserHandler{agent: s.options.Agent, device: s.options.Laser, running: ctx}
	}
	if s.options.Furnace != "" {
		return &furnaceHandler{s.handler(ctx), s.options.Furnace}
	}
	return s.handler(ctx)
}

func (s *Server) handler(ctx context.Context) *handler {
	return &handler{agent: s.options.Agent, options: s.options, flags: newFlags(s.options.Flags, s.options.Agent.Record), running: ctx}
}

// accept takes connections until the listener is closed.
func (s *Server) accept(ctx context.Context, h dialect, l net.Listener, wg *sync.WaitGroup) {
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed) || ctx.Err() != nil:
			if conn != nil {
				reset(conn)
			}
			return
		case err != nil: // out of files, or a client that left at once
			sleep(ctx, 100*time.Millisecond)
		default:
			s.take(ctx, h, conn, wg)
		}
	}
}

// take serves a connection, or turns it away.
func (s *Server) take(ctx context.Context, h dialect, conn net.Conn, wg *sync.WaitGroup) {
	address := addressOf(conn.RemoteAddr())
	by := Client{Address: address.String(), Via: "tcp", Commands: s.options.commands()}
	reason := ""
	switch {
	case !s.options.allows(address):
		reason = outside
	case s.clients.Load() >= maxClients:
		reason = full
	}
	if reason != "" {
		reset(conn)
		s.refusals.add(by, reason)
		return
	}
	s.clients.Add(1)
	wg.Go(func() {
		defer s.clients.Add(-1)
		c := &connection{conn: conn, by: by, dialect: h, options: s.options, ended: &s.endings}
		if why := c.run(ctx); why != "" {
			s.refusals.add(by, why)
		}
		h.left(by, c.answered)
	})
}

// addressOf is the address of a client, without port.
func addressOf(a net.Addr) netip.Addr {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// reset closes a connection so that the client sees an error and repeats its next command on a new one. After an orderly close it
// would take the empty answer for a reply, and the command would be lost.
func reset(conn net.Conn) {
	if c, ok := conn.(interface{ SetLinger(int) error }); ok {
		c.SetLinger(0)
	}
	conn.Close()
}
