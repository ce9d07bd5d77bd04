package hub

import (
	"context"
	"fmt"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// maxShown is how many messages wait to be shown. Beyond, they are not shown by a viewer that does not store.
const maxShown = 4096

// liveView shows what comes while another viewer stores it: each message as its lab publishes it, and first the last status of each agent.
type liveView struct {
	r        *Receiver
	c        *nats.Conn
	messages chan nats.Message
}

func newLiveView(r *Receiver, c *nats.Conn) *liveView {
	return &liveView{r, c, make(chan nats.Message, maxShown)}
}

// begin shows the last status of each agent. What comes from then on is shown by run.
func (v *liveView) begin(ctx context.Context) error {
	err := v.c.Subscribe(AllEvents, func(m nats.Message) {
		if v.r.storing.Load() { // it is shown when it is stored
			return
		}
		select {
		case v.messages <- m:
		default:
		}
	})
	if err != nil {
		return err
	}
	return v.statuses(ctx)
}

// statuses shows the last status of each agent.
func (v *liveView) statuses(ctx context.Context) error {
	err := v.c.Kept(ctx, StatusStream, AllStatus, func(m nats.Message) error {
		if len(m.Body) > 0 {
			v.show([]nats.Message{m})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the last statuses: %w", err)
	}
	return nil
}

func (v *liveView) show(all []nats.Message) {
	var decoded []uplink.Message
	for _, m := range all {
		one, err := decode(v.r.o.Prefixes, m)
		if err == nil { // what cannot be read is recorded by the viewer that stores
			decoded = append(decoded, one)
		}
	}
	v.r.o.Show(decoded)
}

// run shows what comes until the connection is lost.
func (v *liveView) run() {
	for {
		select {
		case <-v.c.Done():
			return
		case m := <-v.messages:
			v.show(v.gather(m))
		}
	}
}

// gather returns a message and those that have come after it.
func (v *liveView) gather(m nats.Message) []nats.Message {
	batch := []nats.Message{m}
	for len(batch) < pullBatch {
		select {
		case m = <-v.messages:
			batch = append(batch, m)
		default:
			return batch
		}
	}
	return batch
}
