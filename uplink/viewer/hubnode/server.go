package hubnode

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	maxPayload = 4 << 20 // bytes, as the labs' brokers have it; a status is at most 2 MiB
	domain     = "hub"   // of what it keeps: not the labs'
)

// running is one server that runs.
type running struct {
	o      *Options
	server *server.Server
	ended  chan struct{}
}

// start starts a server.
func (n *Node) start(ctx context.Context) (*running, error) {
	log := &serverLog{log: n.o.Log}
	one, err := server.NewServer(n.serverOptions())
	if err != nil {
		return nil, err
	}
	one.SetLoggerV2(log, false, false, false)
	s := &running{o: &n.o, server: one, ended: make(chan struct{})}
	begun := make(chan struct{})
	go func() { // it cannot be interrupted while it reads its store
		one.Start()
		close(begun)
		one.WaitForShutdown()
		close(s.ended)
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case <-begun:
		err = log.started()
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("the server has not started within %v", startTimeout)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (n *Node) serverOptions() *server.Options {
	o := &server.Options{
		ServerName: n.o.Name, DontListen: n.o.Viewers == "", NoSigs: true, DisableJetStreamBanner: true, MaxPayload: maxPayload,
		CustomClientAuthentication: &gate{n.own, byName(n.o.Users)}, TLSConfig: n.o.TLS, TLSHandshakeFirst: n.o.TLS != nil, TLSTimeout: 10,
		JetStream: true, StoreDir: n.o.Dir, JetStreamMaxStore: n.o.Size + sizeStatus, JetStreamMaxMemory: 16 << 20, JetStreamDomain: domain, SyncInterval: 10 * time.Second,
	}
	if n.o.Viewers != "" {
		o.Host, o.Port = split(n.o.Viewers)
	}
	o.LeafNode.Host, o.LeafNode.Port = split(n.o.Leaves)
	o.LeafNode.TLSConfig, o.LeafNode.TLSTimeout = n.o.TLS, 10
	if n.o.Cluster != "" {
		o.Cluster.Name = "pychron-edge-hub"
		o.Cluster.Host, o.Cluster.Port = split(n.o.Cluster)
		o.Cluster.Username, o.Cluster.Password = clusterUser, n.o.ClusterPassword
		o.Cluster.TLSConfig, o.Cluster.TLSTimeout = n.o.ClusterTLS, 10
		o.Routes = n.o.routes()
	}
	return o
}

// stop ends the server, and waits stopTimeout at most.
func (s *running) stop() {
	go s.server.Shutdown()
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
		s.o.Log.Warn("the hub node has not ended", "after", stopTimeout)
	}
}

// failure returns why the server does not work any more.
func (s *running) failure() error {
	select {
	case <-s.ended:
		return errors.New("the server has ended by itself")
	default:
		return nil
	}
}

func split(address string) (host string, port int) {
	host, text, _ := net.SplitHostPort(address) // it was checked
	port, _ = strconv.Atoi(text)
	return host, port
}

func byName(users []User) map[string]*User {
	all := map[string]*User{}
	for i := range users {
		all[users[i].Name] = &users[i]
	}
	return all
}

// maxLines is how many lines of one minute are logged.
const maxLines = 20

// serverLog takes what the server logs: warnings and errors go on, bounded. It is the server's [server.Logger].
type serverLog struct {
	log *slog.Logger

	mu     sync.Mutex
	minute time.Time // begin of the present one
	lines  int       // of it
	fatal  error     // why the server did not start
}

func (l *serverLog) Noticef(string, ...any) {} // what it does at every start
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}

func (l *serverLog) Warnf(format string, args ...any)  { l.write(slog.LevelWarn, format, args) }
func (l *serverLog) Errorf(format string, args ...any) { l.write(slog.LevelError, format, args) }

// Fatalf keeps why the server cannot start. The server returns after it.
func (l *serverLog) Fatalf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fatal = fmt.Errorf(format, args...)
}

func (l *serverLog) started() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fatal
}

func (l *serverLog) write(level slog.Level, format string, args []any) {
	l.mu.Lock()
	if now := time.Now(); now.Sub(l.minute) >= time.Minute {
		l.minute, l.lines = now, 0
	}
	l.lines++
	admitted := l.lines <= maxLines
	l.mu.Unlock()
	if admitted {
		l.log.Log(context.Background(), level, fmt.Sprintf("%.300s", fmt.Sprintf(format, args...)))
	}
}
