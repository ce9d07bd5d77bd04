package broker

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/nats"
)

const (
	leaveTimeout = 2 * time.Second       // for the server to forget clients that keep nothing
	leaveCheck   = 10 * time.Millisecond // between two questions whether it has
)

// sendAway ends all connections, and waits until the server has forgotten what it had for the clients that keep nothing when they leave. It
// forgets that after the connection, and where the server is stopped in between it takes such a one for the last of all: the stream
// is emptied of the messages that wait for others.
func (s *running) sendAway() {
	if !s.server.Running() {
		return
	}
	left := true
	err := s.request(context.Background(), leaveTimeout, func(ctx context.Context, c *nats.Conn) (err error) {
		if err := s.disconnectAll(); err != nil {
			return err
		}
		for ; left && err == nil; time.Sleep(leaveCheck) {
			left, err = leaving(ctx, c)
		}
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) {
		s.b.o.Log.Warn("the broker still forgets clients that have left", "after", leaveTimeout)
	} // of a server that answers nothing nothing is lost
}

// disconnectAll ends the connections of all clients.
func (s *running) disconnectAll() error {
	connected, err := s.server.Connz(&server.ConnzOptions{Limit: 2 * maxClients})
	if err != nil {
		return err
	}
	for _, c := range connected.Conns {
		if c.MQTTClient != "" {
			_ = s.server.DisconnectClientByID(c.Cid) // it may have left by itself
		}
	}
	return nil
}

// leaving reports whether the server still has something for a client that keeps nothing when it leaves.
func leaving(ctx context.Context, c *nats.Conn) (bool, error) {
	has, err := consumers(ctx, c)
	if err != nil {
		return false, err
	}
	maps.DeleteFunc(has, func(name string, _ bool) bool { return strings.HasPrefix(name, receiverConsumers) })
	records, err := clientRecords(ctx, c) // after the consumers: one that is in none of them is forgotten
	if err != nil {
		return false, err
	}
	for _, r := range records {
		for _, c := range r.Cons {
			if !r.Clean {
				delete(has, c.Durable)
			}
		}
	}
	return len(has) > 0, nil
}
