package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// Limits of the server.
const (
	headerTimeout   = 5 * time.Second
	idleTimeout     = time.Minute
	retryListen     = time.Second
	shutdownTimeout = 2 * time.Second // for requests under way at the end
)

// ServerOptions is what a server shows and whom it lets in. Backend, Lanes and Boot are needed; what else is nil or zero
// is absent or has the default written beside it.
type ServerOptions struct {
	Backend   Backend
	Commander Commander // nil: nothing can be commanded here
	Archive   Archive   // nil: no history
	Trips     Trips     // nil: nothing is frozen
	Lanes     buffer.Lanes
	Source    string // the agent that answers, and for itself alone: what is asked of another is unknown here; "" = a viewer
	Boot      string // of the answering program: it begins every cursor
	Gatherer  *metrics.Gatherer
	Namespace string   // of metrics; posted names may begin with it. Default pychron
	Units     string   // what people read pressures in: torr (default), mbar, pa
	Hosts     []string // names a request may be addressed to, beside localhost, IP literals, and the machine's own with and without .local
	Tokens    []Token

	Bench          []netip.Prefix // networks of the bench: who asks from elsewhere is away; none = nobody is
	NoLoopback     bool           // requests of this machine need a token like any other, as where a proxy runs on it
	FrameAncestors []string       // origins that may show the page in a frame; self is its own. Default none

	WebConfig string // a Prometheus web configuration file, for TLS and basic authentication
	Listen    string // default 127.0.0.1:9119

	Busy func(page bool) (done func()) // called for each request but a stream, and done at its end; page is false for what programs ask again and again. nil: not told

	Refuses func(*buffer.Event) string // why the metric of a posted event would not be kept, "" if it would; nil = all are

	Doctor func() []Diagnosis // what is well and what is wrong with this machine; it may take a second. nil: nobody looks

	Forget     Forget     // nil: there are no other agents here
	NotifyTest NotifyTest // nil: there are no receivers of alarms here

	Alive  func() error            // GET /healthz: nil, or which loop makes no progress
	Ready  func() error            // GET /readyz: nil, or what is missing
	Routes map[string]http.Handler // more reading calls, by pattern: "GET /targets"
	Now    func() time.Time        // default time.Now
	Log    *slog.Logger            // default: nothing

	Denied   func(Denial) // called for each request that has a token nobody knows, or not the right to change what it asks for; nil: it is not told
	Panicked func(error)  // called when a call that may change something panicked, with the stack; nil: the call is lost and the server goes on

	Record func(*buffer.Event) // takes what the server has to tell: calls that panicked though they only read. nil: only the log has it
}

// Server answers HTTP. Handler serves its calls in a test; Run listens.
type Server struct {
	ServerOptions
	handler http.Handler
	log     *eventLog
	end     func() // ends the streams

	mu      sync.Mutex
	address string
	err     error
	up      bool
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
	stop := make(chan struct{})
	s := &Server{ServerOptions: o, end: sync.OnceFunc(func() { close(stop) })}
	s.log = &eventLog{backend: o.Backend, archive: o.Archive, lanes: o.Lanes, boot: o.Boot, units: o.Units, now: o.Now,
		streams: newCapacity(maxStreams, maxClientStreams), stop: stop}
	s.handler = busy(o.Busy, s.routes())
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

// Listening reports whether the server listens, and if not, why.
func (s *Server) Listening() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up, s.err
}

// Run listens and serves until ctx is done. An address that is taken, or a web configuration that is broken, stops
// nothing else: it is tried again each second, and [Server.Listening] says what is wrong. Call it once.
func (s *Server) Run(ctx context.Context) error {
	defer s.end()
	reported := ""
	for {
		err := s.serve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if s.setState(false, "", err); err.Error() != reported {
			reported = err.Error()
			s.Log.Warn("not listening, trying on", "address", s.Listen, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryListen):
		}
	}
}

func (s *Server) setState(up bool, address string, err error) {
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
		Handler: serving(s.handler), ConnContext: withConnection, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: bodyTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	s.setState(true, listener.Addr().String(), nil)
	s.Log.Info("listening", "address", listener.Addr().String())
	defer s.setState(false, "", nil)
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
	listener = limit(listener, maxConnections, clientConnections)
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
