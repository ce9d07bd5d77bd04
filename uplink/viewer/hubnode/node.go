package hubnode

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pychron-edge/uplink/viewer/held"
	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/nats"
)

const (
	retryInterval = 2 * time.Second  // between two attempts to start, or to make the store
	checkInterval = 2 * time.Second  // between two questions whether the server runs
	startTimeout  = 60 * time.Second // for the server to read its store
	stopTimeout   = 5 * time.Second  // for the server to write what it has and end
)

// Node is one node. It runs in [Node.Run].
type Node struct {
	o   Options
	own string // password of this program's own connections

	mu      sync.Mutex
	running *running // nil while it does not run
	trouble error
}

var errNotStarted = errors.New("hub node: not started yet")

// New makes a node; it listens in Run.
func New(o Options) (*Node, error) {
	o.setDefaults()
	if err := errors.Join(o.Mistakes()...); err != nil {
		return nil, fmt.Errorf("hub node: %w", err)
	}
	return &Node{o: o, own: rand.Text(), trouble: errNotStarted}, nil
}

// Run runs the server until ctx is done, and starts it again when it has failed.
func (n *Node) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := n.serve(ctx); err != nil && ctx.Err() == nil {
			n.set(nil, fmt.Errorf("hub node: %w", err))
			sleep(ctx, retryInterval)
		}
	}
}

// serve runs one server until ctx is done or until it fails.
func (n *Node) serve(ctx context.Context) error {
	if err := os.MkdirAll(n.o.Dir, 0o700); err != nil {
		return fmt.Errorf("dir: %w", err)
	}
	lock, err := held.Take(filepath.Join(n.o.Dir, "lock"))
	if err != nil {
		return fmt.Errorf("dir %s: %w", n.o.Dir, err)
	}
	defer lock.Release()
	s, err := n.start(ctx)
	if err != nil {
		return err
	}
	defer s.stop()
	n.set(s, errors.New("hub node: its store is not ready yet"))
	for made := false; ; {
		if !made {
			err := n.make(ctx)
			if made = err == nil; made {
				n.set(s, nil)
			} else if ctx.Err() == nil {
				n.set(s, fmt.Errorf("hub node: %w", err))
			}
		}
		sleep(ctx, checkInterval)
		if ctx.Err() != nil {
			return nil
		}
		if err := s.failure(); err != nil {
			return err
		}
	}
}

// make makes the store.
func (n *Node) make(ctx context.Context) error {
	raw, login, _, err := n.Dial(ctx)
	if err != nil {
		return err
	}
	c, err := nats.Start(ctx, raw, login, hub.ViewerInbox)
	if err != nil {
		return err
	}
	defer c.Close()
	return makeStreams(ctx, c, &n.o)
}

// Dial opens a connection inside this process, for a viewer.
func (n *Node) Dial(context.Context) (net.Conn, nats.Login, string, error) {
	n.mu.Lock()
	s, trouble := n.running, n.trouble
	n.mu.Unlock()
	if s == nil {
		return nil, nats.Login{}, n.o.Name, trouble
	}
	conn, err := s.server.InProcessConn()
	return conn, nats.Login{User: ownUser, Password: n.own}, n.o.Name, err
}

// set is what Dial and Trouble answer from now on. What is new is logged.
func (n *Node) set(s *running, trouble error) {
	n.mu.Lock()
	before := n.trouble
	n.running, n.trouble = s, trouble
	n.mu.Unlock()
	switch {
	case trouble == nil && before != nil:
		n.o.Log.Info("hub node", "name", n.o.Name, "leaves", n.o.Leaves, "viewers", n.o.Viewers, "replicas", n.o.Replicas, "tls", n.o.TLS != nil, "dir", n.o.Dir)
	case trouble != nil && (before == nil || before.Error() != trouble.Error()):
		n.o.Log.Warn("hub", "error", trouble)
	}
}

// Trouble returns why the node does not run or does not keep anything; nil where all is well.
func (n *Node) Trouble() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.trouble
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
