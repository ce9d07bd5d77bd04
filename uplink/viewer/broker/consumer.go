package broker

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

const (
	messageStream     = "$MQTT_msgs"      // in which the server's MQTT part keeps the messages
	messageSubjects   = "$MQTT.msgs."     // before the topic of each
	retainedStream    = "$MQTT_rmsgs"     // and those that are retained
	retainedSubjects  = "$MQTT.rmsgs."    // before the topic of each
	receiverConsumers = "viewer-"         // before the name of the receiver's consumers
	receiverSubjects  = "$MQTT.receiver." // before the subject on which they send: not of the connection's inbox, or all would come twice; no hub reaches it
)

// subscribe makes a consumer of the receiver's own, which begins behind the last message that an earlier one acknowledged, and has what comes put into
// waiting. A consumer that goes on where a lost connection ended would send what comes now, and five seconds later what was under way.
//
// It acknowledges all up to a message at once, so one message does for a batch. It has no filter: with one that has a wildcard the server
// looks, for each message, at every topic that it has a message of.
func (r *Receiver) subscribe(ctx context.Context, s *running, c *nats.Conn, waiting chan<- nats.Message) error {
	all, err := consumers(ctx, c)
	if err != nil {
		return err
	}
	var before []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, receiverConsumers) {
			before = append(before, name)
		}
	}
	from, err := firstUnacknowledged(ctx, c, before)
	if err != nil {
		return err
	}
	to := receiverSubjects + rand.Text()
	if err := c.Subscribe(to, func(m nats.Message) { put(waiting, m, c.Done()) }); err != nil {
		return err
	}
	if err := makeConsumer(ctx, c, receiverConsumers+rand.Text(), to, from); err != nil {
		return err
	}
	for _, name := range before { // what they have not acknowledged stays: the new one has it, too
		if err := c.Ask(ctx, "$JS.API.CONSUMER.DELETE."+messageStream+"."+name, struct{}{}, new(struct{})); err != nil {
			return fmt.Errorf("ending an earlier consumer: %w", err)
		}
	}
	return r.endFormer(ctx, s, c)
}

// put puts a message into a queue. One that comes again is left out where that is full: it will come once more. All that come for the first time have
// room, for the server sends no more than maxAckPending.
func put(waiting chan<- nats.Message, m nats.Message, lost <-chan struct{}) {
	if deliveries, _ := delivery(m.Reply); deliveries > 1 {
		select {
		case waiting <- m:
		default:
		}
		return
	}
	select {
	case waiting <- m:
	case <-lost:
	}
}

// delivery is how often a message has been sent, and its number in the stream, by where its acknowledgement is to go:
// "$JS.ACK.stream.consumer.deliveries.number.number-of-the-consumer.time.pending".
func delivery(reply string) (deliveries, seq uint64) {
	rest := reply
	for range 4 {
		_, rest, _ = strings.Cut(rest, ".")
	}
	first, rest, _ := strings.Cut(rest, ".")
	second, _, _ := strings.Cut(rest, ".")
	deliveries, _ = strconv.ParseUint(first, 10, 64) // the server made it
	seq, _ = strconv.ParseUint(second, 10, 64)
	return deliveries, seq
}

// firstUnacknowledged is the number of the first message that one of the consumers has not acknowledged; 1 where there is none of them.
func firstUnacknowledged(ctx context.Context, c *nats.Conn, names []string) (first uint64, err error) {
	for i, name := range names {
		var answer struct {
			Floor struct {
				Seq uint64 `json:"stream_seq"`
			} `json:"ack_floor"`
		}
		if err := c.Ask(ctx, "$JS.API.CONSUMER.INFO."+messageStream+"."+name, struct{}{}, &answer); err != nil {
			return 0, fmt.Errorf("looking at an earlier consumer: %w", err)
		}
		if n := answer.Floor.Seq + 1; i == 0 || n < first {
			first = n
		}
	}
	return max(first, 1), nil
}

func makeConsumer(ctx context.Context, c *nats.Conn, name, to string, from uint64) error {
	config := map[string]any{"durable_name": name, "deliver_subject": to, "deliver_policy": "by_start_sequence", "opt_start_seq": from,
		"ack_policy": "all", "ack_wait": ackWait, "max_ack_pending": maxAckPending, "inactive_threshold": maxAway, "replay_policy": "instant"}
	err := c.Ask(ctx, "$JS.API.CONSUMER.DURABLE.CREATE."+messageStream+"."+name, map[string]any{"stream_name": messageStream, "config": config}, new(struct{}))
	if err != nil {
		return fmt.Errorf("making the consumer: %w", err)
	}
	return nil
}

// endFormer ends the session by which an earlier version read: nobody will, and the messages would wait for it.
func (r *Receiver) endFormer(ctx context.Context, s *running, c *nats.Conn) error {
	if r.o.Former == "" {
		return nil
	}
	all, err := clientRecords(ctx, c)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID == r.o.Former {
			return s.endClient(ctx, one.ID)
		}
	}
	return nil
}

// retained returns the statuses that the broker keeps.
func (r *Receiver) retained(ctx context.Context, c *nats.Conn) (all []uplink.Message, err error) {
	for _, p := range r.b.o.Prefixes {
		err := c.Kept(ctx, retainedStream, retainedSubjects+subject(uplink.StatusFilter(p)), func(m nats.Message) error {
			var one uplink.Message
			topic := topicOf(strings.TrimPrefix(m.Subject, retainedSubjects))
			if err := r.decoder.Decode(&one, r.b.o.Prefixes, topic, m.Body, true); err != nil {
				r.malformed.Add(1)
				r.o.Refused(one.Agent, err)
				return nil
			}
			all = append(all, one)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
