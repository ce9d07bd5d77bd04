package broker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// What the server may do for one client, and what it keeps of it.
const (
	maxPayload    = 4 << 20 // bytes; a status is at most 2 MiB
	maxClients    = 1024
	ackWait       = 5 * time.Second // then a message is sent again
	maxAckPending = 2048            // messages that wait for a client's acknowledgement
	maxUnready    = 5               // looks in a row at a server that does not seem to have started

	// storeWait is how long a message may wait to be stored before its client's connection is closed: longer than an agent waits for the
	// acknowledgement, which knows what to do then. By the server's own 5 s a busy machine loses many agents at once, and has more to do.
	storeWait = 3 * uplink.AckTimeout
)

// running is one server that runs.
type running struct {
	b       *Broker
	server  *server.Server
	options *server.Options
	open    atomic.Bool // clients are admitted
	ended   chan struct{}
	unready int // looks in a row, before now, that found it not started
}

// start starts a server. Its streams have their limits before it admits anybody.
func (b *Broker) start(ctx context.Context, at *place) (*running, error) {
	if err := free(b.o.Listen); err != nil {
		return nil, err
	}
	s := &running{b: b, ended: make(chan struct{})}
	s.options = b.serverOptions(at, &gate{own: b.own, users: byName(b.o.Users), prefixes: b.o.Prefixes, open: s.open.Load})
	var err error
	if s.server, err = server.NewServer(s.options); err != nil {
		return nil, err
	}
	log := &serverLog{log: b.o.Log, now: b.now, open: s.open.Load}
	s.server.SetLoggerV2(log, false, false, false)
	begun := make(chan struct{})
	go func() { // it cannot be interrupted while it reads its store
		s.server.Start()
		close(begun)
		s.server.WaitForShutdown()
		close(s.ended)
	}()
	if err := s.ready(ctx, begun, log, at); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// ready waits until the server has started, makes its streams and opens it.
func (s *running) ready(ctx context.Context, begun <-chan struct{}, log *serverLog, at *place) error {
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case <-begun:
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fmt.Errorf("the server has not started within %v", startTimeout)
	}
	if err := log.started(); err != nil {
		return err
	}
	err := s.request(ctx, startTimeout, func(ctx context.Context, c *nats.Conn) error { return makeStreams(ctx, c, at.streams()) })
	if err != nil {
		return err
	}
	if err := s.sweep(ctx); err != nil {
		return err
	}
	s.open.Store(true)
	return nil
}

func (b *Broker) serverOptions(at *place, g *gate) *server.Options {
	host, port := b.host, portOf(b.o.Listen)
	if port == 0 {
		port = server.RANDOM_PORT
	}
	bytes := at.bytes()
	o := &server.Options{
		ServerName: "pychron-edge", DontListen: true, NoSigs: true, NoSystemAccount: true, DisableJetStreamBanner: true,
		MaxPayload: maxPayload, MaxConn: maxClients, CustomClientAuthentication: g,
		JetStream: true, StoreDir: at.dir, JetStreamMaxStore: bytes, JetStreamMaxMemory: bytes, SyncInterval: 10 * time.Second,
	}
	o.MQTT = server.MQTTOpts{Host: host, Port: port, TLSConfig: b.o.TLS, TLSTimeout: 10, AuthTimeout: 10,
		JSAPITimeout: storeWait, AckWait: ackWait, MaxAckPending: maxAckPending, ConsumerInactiveThreshold: maxAway, StreamReplicas: 1}
	if b.o.Hub != nil {
		b.o.Hub.join(o, at.dir, b.o.Prefixes)
	}
	return o
}

// stop ends the server, and waits stopTimeout at most.
func (s *running) stop() {
	s.open.Store(false)
	s.sendAway()
	go s.server.Shutdown()
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
		s.b.o.Log.Warn("the broker has not ended", "after", stopTimeout)
	}
}

// failure returns why the server does not work any more. After one error of the disk it refuses all messages until it is started again.
func (s *running) failure() error {
	if !s.server.Running() {
		return errors.New("the server has ended by itself")
	}
	return s.judge(s.server.Healthz(&server.HealthzOptions{}))
}

// judge returns what is wrong by one look at a server that started. An error with status 500 is about its start and its listeners,
// and is given also where a busy board let no millisecond of the look be its own: it counts when maxUnready looks in a row say so.
func (s *running) judge(h *server.HealthStatus) error {
	switch {
	case h.Error == "":
		s.unready = 0
		return nil
	case h.StatusCode == http.StatusInternalServerError && s.unready+1 < maxUnready:
		s.unready++
		return nil
	}
	return errors.New(h.Error)
}

func (s *running) port() int { return s.options.MQTT.Port }

// free returns why address cannot be listened on. The server would open its store first, which may be that of the one that listens there.
func free(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address) // it was checked
	n, _ := strconv.Atoi(port)
	return n
}

func byName(users []User) map[string]*User {
	all := map[string]*User{}
	for i := range users {
		all[users[i].Name] = &users[i]
	}
	return all
}
