package broker

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"pychron-edge/uplink/viewer/nats"
)

// clientRecord is what the server stores of a client's session: only what is read of it.
type clientRecord struct {
	ID    string
	Clean bool
	Cons  map[string]struct {
		Durable string `json:"durable_name"`
	}
}

// sweep ends the sessions of which nothing is kept any more, because their client was away longer than maxAway. The server forgets what waits
// for such a client but not the session: it would tell the client that its session is there, and send it nothing ever again.
func (s *running) sweep(ctx context.Context) error {
	var all []clientRecord
	var kept map[string]bool
	err := s.request(ctx, apiTimeout, func(ctx context.Context, c *nats.Conn) (err error) {
		if all, err = clientRecords(ctx, c); err != nil {
			return err
		}
		kept, err = consumers(ctx, c) // after the sessions: what a session names was there before it
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.expired(kept) {
			if err := s.endClient(ctx, one.ID); err != nil {
				return fmt.Errorf("ending the session of %q: %w", one.ID, err)
			}
			s.b.o.Log.Info("a session is ended: its client was away for too long", "client", one.ID, "more than", maxAway)
		}
	}
	return nil
}

func (r *clientRecord) expired(kept map[string]bool) bool {
	for _, c := range r.Cons {
		if !kept[c.Durable] {
			return !r.Clean
		}
	}
	return false
}

// clientRecords returns the records of all clients that have a session.
func clientRecords(ctx context.Context, c *nats.Conn) (all []clientRecord, err error) {
	err = c.Kept(ctx, "$MQTT_sess", "$MQTT.sess.>", func(m nats.Message) error {
		var one clientRecord
		if err := json.Unmarshal(m.Body, &one); err != nil {
			return fmt.Errorf("reading a session: %w", err)
		}
		all = append(all, one)
		return nil
	})
	return all, err
}

// consumers returns the names of what the server keeps messages for.
func consumers(ctx context.Context, c *nats.Conn) (map[string]bool, error) {
	all := map[string]bool{}
	for {
		var answer struct {
			Total     int      `json:"total"`
			Consumers []string `json:"consumers"`
		}
		if err := c.Ask(ctx, "$JS.API.CONSUMER.NAMES.$MQTT_msgs", map[string]any{"offset": len(all)}, &answer); err != nil {
			return nil, err
		}
		for _, name := range answer.Consumers {
			all[name] = true
		}
		if len(answer.Consumers) == 0 || len(all) >= answer.Total {
			return all, nil
		}
	}
}

// endClient ends the session of a client in the way of MQTT: one of that id connects with a clean session. It also works while the server has the
// session in its memory; a client that is connected begins a new one.
func (s *running) endClient(ctx context.Context, id string) error {
	return s.mqtt(ctx, id, func(net.Conn) error { return nil })
}

// clearRetained removes what is retained of a topic.
func (s *running) clearRetained(ctx context.Context, topic string) error {
	return s.mqtt(ctx, "pychron-edge-clear-"+rand.Text(), func(conn net.Conn) error {
		empty := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
		empty.TopicName, empty.Qos, empty.MessageID, empty.Retain = topic, 1, 1, true
		if err := empty.Write(conn); err != nil {
			return err
		}
		_, err := packets.ReadPacket(conn)
		return err
	})
}

// mqtt connects with a clean session, has f do what is to be done, and disconnects.
func (s *running) mqtt(ctx context.Context, id string, f func(net.Conn) error) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(apiTimeout))
	connect := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	connect.ProtocolName, connect.ProtocolVersion, connect.CleanSession, connect.ClientIdentifier = "MQTT", 4, true, id
	connect.UsernameFlag, connect.Username, connect.PasswordFlag, connect.Password = true, ownUser, true, []byte(s.b.own)
	if err := connect.Write(conn); err != nil {
		return err
	}
	answer, err := packets.ReadPacket(conn)
	if err != nil {
		return err
	}
	if ack, ok := answer.(*packets.ConnackPacket); !ok || ack.ReturnCode != 0 {
		return errors.New("the server refuses the connection")
	}
	if err := f(conn); err != nil {
		return err
	}
	return packets.NewControlPacket(packets.Disconnect).Write(conn)
}

// dial opens a connection to the server's listener.
func (s *running) dial(ctx context.Context) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTimeout}
	address := reachable(s.b.host, s.port())
	if s.b.o.TLS != nil {
		return (&tls.Dialer{NetDialer: d, Config: s.b.clientTLS()}).DialContext(ctx, "tcp", address)
	}
	return d.DialContext(ctx, "tcp", address)
}
