package hubnode

import (
	"context"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pychron-edge/uplink/viewer/hub"
	"pychron-edge/uplink/viewer/nats"
)

const (
	sizeStatus    = 256 << 20       // of the last statuses, bytes; at most 2 MiB each
	ackWait       = 6 * time.Second // then a message is given to a viewer again
	maxAckPending = 2048            // messages that viewers have and have not stored yet
)

// streams are what the node keeps. Where one is full the oldest goes, so that no lab is held up; what is missing then is requested again.
func (o *Options) streams() []server.StreamConfig {
	stream := func(name, subjects string, bytes int64) server.StreamConfig {
		return server.StreamConfig{Name: name, Subjects: []string{subjects}, Storage: server.FileStorage, Replicas: o.Replicas, Retention: server.LimitsPolicy,
			Discard: server.DiscardOld, MaxBytes: bytes, MaxMsgs: -1, MaxMsgsPer: -1, MaxConsumers: -1, MaxMsgSize: -1}
	}
	events := stream(hub.EventsStream, hub.AllEvents, o.Size)
	events.Retention = server.WorkQueuePolicy
	status := stream(hub.StatusStream, hub.AllStatus, sizeStatus)
	status.MaxMsgsPer = 1
	return []server.StreamConfig{events, status}
}

// consumer is the one that all viewers share. It serves one of them at a time, in order; that one has a pin.
func consumer() *server.ConsumerConfig {
	return &server.ConsumerConfig{Durable: hub.Consumer, AckPolicy: server.AckExplicit, AckWait: ackWait, MaxDeliver: -1, MaxAckPending: maxAckPending,
		PriorityGroups: []string{hub.Group}, PriorityPolicy: server.PriorityPinnedClient, PinnedTTL: hub.PinTTL}
}

// makeStreams gives the streams and the consumer their present form, and makes what is missing. In a cluster it fails until most nodes are there.
func makeStreams(ctx context.Context, c *nats.Conn, o *Options) error {
	for _, s := range o.streams() {
		if err := c.PutStream(ctx, s.Name, s); err != nil {
			return err
		}
	}
	var answer struct{}
	request := server.CreateConsumerRequest{Stream: hub.EventsStream, Config: *consumer()}
	return c.Ask(ctx, "$JS.API.CONSUMER.DURABLE.CREATE."+hub.EventsStream+"."+hub.Consumer, request, &answer)
}
