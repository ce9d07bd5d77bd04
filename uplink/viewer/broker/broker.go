package broker

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	checkInterval = 2 * time.Second  // between two looks at disk and server
	retryInterval = 2 * time.Second  // between two attempts to start
	sweepInterval = time.Minute      // between two looks for sessions of which nothing is kept any more
	dialTimeout   = time.Second      // for a connection inside this machine
	stopTimeout   = 5 * time.Second  // for the server to write what it has and end
	startTimeout  = 60 * time.Second // for the server to read its store
)

// Broker is the broker. It runs in [Broker.Run].
type Broker struct {
	o    Options
	host string
	own  string // password of this program's own connections
	now  func() time.Time

	mu      sync.Mutex
	running *running // nil while it does not run
	address string   // where this program reaches it; "" while it does not run
	trouble error
	changed chan struct{} // closed when address or trouble changes
}

var (
	errNotStarted = errors.New("embedded broker: not started yet")
	errEnded      = errors.New("embedded broker: ended")
)

// New makes a broker; it listens in Run.
func New(o Options) (*Broker, error) {
	o.setDefaults()
	var wrong []error
	for _, m := range o.Mistakes() {
		wrong = append(wrong, m)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	host, _ := hostOf(o.Listen) // it was checked
	return &Broker{o: o, host: host, own: rand.Text(), now: time.Now, trouble: errNotStarted, changed: make(chan struct{})}, nil
}

// Run runs the server until ctx is done, and starts it again when it has failed. Without its disk it runs in memory.
func (b *Broker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		err := b.serve(ctx)
		if ctx.Err() != nil {
			break
		}
		if err == nil { // it moves between disk and memory
			continue
		}
		b.set("", fmt.Errorf("embedded broker: %w", err))
		sleep(ctx, retryInterval)
	}
	b.set("", errEnded)
}

// serve runs one server until ctx is done, until it fails, or until it must move to another place.
func (b *Broker) serve(ctx context.Context) error {
	at, err := b.place()
	if err != nil {
		return err
	}
	defer at.remove()
	s, err := b.start(ctx, at)
	if err != nil {
		return err
	}
	defer s.stop()
	b.runs(s)
	defer b.runs(nil)
	b.set(reachable(b.host, s.port()), at.trouble)
	return b.watch(ctx, s, at)
}

// watch returns when the server must end; nil if it can be started at once.
func (b *Broker) watch(ctx context.Context, s *running, at *place) error {
	check, sweep := time.NewTicker(checkInterval), time.NewTicker(sweepInterval)
	defer check.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-check.C:
			if b.misplaced(at) {
				return nil
			}
			if err := s.failure(); err != nil {
				return err
			}
		case <-sweep.C:
			if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
				b.o.Log.Warn("looking for old sessions", "error", err)
			}
		}
	}
}

// set is what Dial and Trouble answer from now on. What is new is logged.
func (b *Broker) set(address string, trouble error) {
	b.mu.Lock()
	before := b.trouble
	b.address, b.trouble = address, trouble
	close(b.changed)
	b.changed = make(chan struct{})
	b.mu.Unlock()
	switch {
	case trouble == errEnded:
	case trouble == nil:
		b.o.Log.Info("embedded broker", "listen", b.o.Listen, "tls", b.o.TLS != nil, "users", len(b.o.Users), "dir", b.o.Dir)
	case before == nil || before.Error() != trouble.Error():
		b.o.Log.Error("broker", "error", trouble)
	}
}

// runs is what DialNATS and Linked go by from now on.
func (b *Broker) runs(s *running) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = s
}

func (b *Broker) state() (address string, changed <-chan struct{}, trouble error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.address, b.changed, b.trouble
}

// Trouble returns why the broker does not run, or runs in memory only; nil where all is well.
func (b *Broker) Trouble() error {
	_, _, err := b.state()
	return err
}

// Dial opens a connection of this program itself; the address is not needed. It fails with the reason if the broker does not run.
func (b *Broker) Dial(ctx context.Context, _ string) (net.Conn, error) {
	address, _, trouble := b.state()
	if address == "" {
		return nil, trouble
	}
	return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", address)
}

// Wait waits until the broker runs, and returns the address at which this machine reaches it.
func (b *Broker) Wait(ctx context.Context) (string, error) {
	for {
		address, changed, trouble := b.state()
		if address != "" {
			return address, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return "", fmt.Errorf("%w: %w", ctx.Err(), trouble)
		}
	}
}

// Client returns how this program connects, by [Broker.Dial]: URL, user, password, and TLS if the broker has it.
func (b *Broker) Client() (url, user, password string, config *tls.Config) {
	scheme := "tcp://"
	if b.o.TLS != nil {
		scheme, config = "ssl://", b.clientTLS()
	}
	return scheme + b.o.Listen, ownUser, b.own, config
}

// clientTLS accepts the broker's own certificate and no other: its names need not have the loopback address.
func (b *Broker) clientTLS() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 || len(b.o.TLS.Certificates) == 0 ||
			!bytes.Equal(s.PeerCertificates[0].Raw, b.o.TLS.Certificates[0].Certificate[0]) {
			return errors.New("embedded broker: another server answers at its address")
		}
		return nil
	}}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
