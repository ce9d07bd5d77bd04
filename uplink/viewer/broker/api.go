package broker

import (
	"context"
	"fmt"
	"time"

	"pychron-edge/uplink/viewer/nats"
)

// apiTimeout is for what is asked of the server in this process: its disk may be that of a board.
const apiTimeout = 10 * time.Second

// inbox is the beginning of the subjects on which answers come.
const inbox = "_INBOX.viewer"

// request has f ask the server, which must run, for what MQTT has no words for, in NATS' own protocol on a connection inside this process. All of it
// may take as long as limit.
func (s *running) request(ctx context.Context, limit time.Duration, f func(ctx context.Context, c *nats.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	raw, err := s.server.InProcessConn()
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	c, err := nats.Start(ctx, raw, nats.Login{User: ownUser, Password: s.b.own}, inbox)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	defer c.Close()
	return f(ctx, c)
}
