package broker

import (
	"context"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/nats"
)

// maxAway is how long something is kept for a client that is away: a long weekend.
const maxAway = 96 * time.Hour

// Sizes of what is kept beside the messages, in bytes.
const (
	sizeRetained = 256 << 20 // at most 2 MiB a status
	sizeOther    = 16 << 20  // sessions; messages of QoS 2 under way, which no agent sends
)

// streams are those in which the server's MQTT part keeps all it has. It would make them without any limit, and a disk that is full stops
// everybody; so they are made before the first client comes. Where one is full the oldest goes.
func (p *place) streams() []server.StreamConfig {
	stream := func(name, subject string, bytes, last int64) server.StreamConfig {
		return server.StreamConfig{Name: "$MQTT_" + name, Subjects: []string{"$MQTT." + subject + ".>"}, Storage: p.storage, Replicas: 1,
			Retention: server.LimitsPolicy, Discard: server.DiscardOld, MaxBytes: bytes, MaxMsgsPer: last,
			MaxMsgs: -1, MaxConsumers: -1, MaxMsgSize: -1}
	}
	messages := stream("msgs", "msgs", p.size, -1)
	messages.Retention, messages.MaxAge = server.InterestPolicy, maxAway
	releases := stream("out", "out", sizeOther, -1)
	releases.Retention = server.InterestPolicy
	exactlyOnce := stream("qos2in", "qos2.in", sizeOther, 1)
	exactlyOnce.Discard, exactlyOnce.DiscardNewPer = server.DiscardNew, true // the server needs it so
	return []server.StreamConfig{messages, stream("rmsgs", "rmsgs", min(p.size, sizeRetained), 1), stream("sess", "sess", sizeOther, 1), releases, exactlyOnce}
}

// bytes returns the sum of the limits.
func (p *place) bytes() (sum int64) {
	for _, s := range p.streams() {
		sum += s.MaxBytes
	}
	return sum
}

// makeStreams gives the streams these limits, and makes those that are missing.
func makeStreams(ctx context.Context, c *nats.Conn, all []server.StreamConfig) error {
	for _, s := range all {
		if err := c.PutStream(ctx, s.Name, s); err != nil {
			return err
		}
	}
	return nil
}
