package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/exporter-toolkit/web"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// Bounds of the server.
const (
	maxConnections  = 256 // open at once; the next one is closed at once
	maxStreams      = 32  // event streams; the next one gets 429
	headerTimeout   = 5 * time.Second
	bodyTimeout     = 15 * time.Second // to bring a request, and to take an answer (of a stream: each piece)
	idleTimeout     = time.Minute
	retryListen     = time.Second
	shutdownTimeout = 2 * time.Second // for requests under way at the end
)

// ServerOptions is what a server shows and whom it lets in. House, Lanes and Boot are needed; what else is nil or zero
// is not there or has the default said beside it.
type ServerOptions struct {
	Backend   Backend
	Commander Commander // nil: nothing can be commanded here
	Archive   Archive   // nil: no history
	Lanes     buffer.Lanes
	Boot      string // of the answering program: it begins every place in the events
	Gatherer  prometheus.Gatherer
	Namespace string   // of metrics; posted names may begin with it. Default pychron
	Units     string   // what people read pressures in: torr (default), mbar, pa
	Hosts     []string // names a request may be addressed to, beside localhost, IP literals and the machine's own
	Tokens    []Token
	WebConfig string // a Prometheus web configuration file, for TLS and basic authentication
	Listen    string // default 127.0.0.1:9119

	Alive  func() error            // GET /healthz: nil, or which loop makes no progress
	Ready  func() error            // GET /readyz: nil, or what is missing
	Routes map[string]http.Handler // more reading calls, by pattern: "GET /targets"
	Now    func() time.Time        // default time.Now
	Log    *slog.Logger            // default: nothing

	Panicked func(error) // told when a call panicked, with the stack; nil: the call is lost and the server goes on
}

// Server answers HTTP. Handler serves its calls in a test; Run listens.
type Server struct {
	ServerOptions
	handler http.Handler
	streams chan struct{} // one token for each open stream
	stop    chan struct{} // closed by end: streams go
	end     func()

	mu        sync.Mutex
	address   string
	err       error
	up        bool
	clearMark clearMark
}

// NewServer makes a server that doesn't listen yet. It does no I/O.
func NewServer(o ServerOptions) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:9119"
	}
	if o.Namespace == "" {
		o.Namespace = metrics.DefaultNamespace
	}
	if o.Units == "" {
		o.Units = "torr"
	}
	s := &Server{ServerOptions: o, streams: make(chan struct{}, maxStreams), stop: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.stop) })
	s.handler = s.checkOrigin(s.routes())
	return s
}

// Handler answers all calls.
func (s *Server) Handler() http.Handler { return s.handler }

// Addr is the address that is listened at, "" while there is none.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// Listening says whether the server listens, and if not, why.
func (s *Server) Listening() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up, s.err
}

// Run listens and serves until ctx is done. An address that is taken, or a web configuration that is broken, stops
// nothing else: it is tried again each second, and [Server.Listening] says what is wrong. Call it once.
func (s *Server) Run(ctx context.Context) error {
	defer s.end()
	said := ""
	for {
		err := s.serve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if s.note(false, "", err); err.Error() != said {
			said = err.Error()
			s.Log.Warn("not listening, trying on", "address", s.Listen, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryListen):
		}
	}
}

func (s *Server) note(up bool, address string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up, s.address, s.err = up, address, err
}

// serve listens once, until ctx is done or something fails.
func (s *Server) serve(ctx context.Context) error {
	if err := web.Validate(s.WebConfig); err != nil {
		return fmt.Errorf("web configuration %s: %w", s.WebConfig, err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen at %s: %w", s.Listen, err)
	}
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: bodyTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	s.note(true, listener.Addr().String(), nil)
	s.Log.Info("listening", "address", listener.Addr().String())
	defer s.note(false, "", nil)
	ended := make(chan error, 1)
	go func() { ended <- s.accept(listener, server) }()
	select {
	case err = <-ended:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	return s.close(server, ended)
}

// accept serves connections, with TLS and basic authentication if there is a web configuration.
func (s *Server) accept(listener net.Listener, server *http.Server) error {
	listener = limit(listener, maxConnections)
	defer listener.Close()
	if s.WebConfig == "" {
		return server.Serve(listener)
	}
	none := false
	return web.Serve(listener, server, &web.FlagConfig{
		WebListenAddresses: &[]string{s.Listen}, WebSystemdSocket: &none, WebConfigFile: &s.WebConfig,
	}, s.Log)
}

// close lets requests under way end, for a while; streams end at once.
func (s *Server) close(server *http.Server, ended <-chan error) error {
	s.end()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	<-ended
	return err
}
