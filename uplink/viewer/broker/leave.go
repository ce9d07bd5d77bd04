package broker

import (
	"time"

	"github.com/nats-io/nats-server/v2/server"
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
	a, err := dialAPI(s.server, s.b.own)
	if err != nil {
		return // of a server that answers nothing nothing is lost
	}
	defer a.close()
	_ = a.conn.SetDeadline(time.Now().Add(leaveTimeout))
	connected, err := s.server.Connz(&server.ConnzOptions{Limit: 2 * maxClients})
	if err != nil {
		return
	}
	for _, c := range connected.Conns {
		if c.MQTTClient != "" {
			_ = s.server.DisconnectClientByID(c.Cid) // it may have left by itself
		}
	}
	for end := time.Now().Add(leaveTimeout); time.Now().Before(end); time.Sleep(leaveCheck) {
		if left, err := leaving(a); err != nil || !left {
			return
		}
	}
	s.b.o.Log.Warn("the broker still forgets clients that have left", "after", leaveTimeout)
}

// leaving reports whether the server still has something for a client that keeps nothing when it leaves.
func leaving(a *api) (bool, error) {
	has, err := consumers(a)
	if err != nil {
		return false, err
	}
	records, err := clientRecords(a) // after the consumers: one that is in none of them is forgotten
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
