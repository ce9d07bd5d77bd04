package hub

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

const (
	maxAsked    = 256                    // requests that wait; further ones are dropped, and the hub repeats them
	againAtOnce = 16                     // messages that are handed over at once
	againPause  = 100 * time.Millisecond // between them, so that what is new does not wait behind what is old
	// askedAgain is how long after an answer what it has sent is not sent again: it is on its way through the hub.
	askedAgain = 30 * time.Second
)

// Again reads what the lab has stored of a gap of one of its agents, in portions, and returns the parts that it has not.
type Again func(ctx context.Context, agent string, g uplink.Gap, give func([]buffer.Event) error) (missing []uplink.Gap, err error)

// answers answers the requests of the hub's viewers for events again: out of the lab's store, and what that has not is requested from the
// agent. So only what neither has is declared lost. Nothing is relayed while the store cannot be read: the hub asks again.
type answers struct {
	again   Again
	publish func(ctx context.Context, batch []uplink.Message) error // returns when the hub has it
	relay   func(uplink.ToAgent) error
	log     *slog.Logger

	asked  chan request
	recent []answered // in the order in which they end; for run alone
}

// request is one of a hub's viewer.
type request struct {
	prefix, agent string
	gap           uplink.Gap
}

// answered is a request that was answered, and until when it is not answered again.
type answered struct {
	request
	until time.Time
}

func newAnswers(again Again, publish func(context.Context, []uplink.Message) error, relay func(uplink.ToAgent) error, log *slog.Logger) *answers {
	return &answers{again: again, publish: publish, relay: relay, log: log, asked: make(chan request, maxAsked)}
}

// ask queues a request. It does not block.
func (a *answers) ask(r request) {
	select {
	case a.asked <- r:
	default:
		a.log.Warn("too many requests of the hub: one is dropped", "agent", r.agent)
	}
}

// run answers until ctx is done.
func (a *answers) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-a.asked:
			if a.covered(&r, time.Now()) {
				continue
			}
			if err := a.answer(ctx, &r); err != nil && ctx.Err() == nil {
				a.log.Warn("what the hub asks for again is not sent", "agent", r.agent, "error", err)
			}
		}
	}
}

// covered reports whether all of a request was sent a moment ago. While an answer arrives, what is still missing of it is asked for in
// many small parts.
func (a *answers) covered(r *request, now time.Time) bool {
	for len(a.recent) > 0 && now.After(a.recent[0].until) {
		a.recent = a.recent[1:]
	}
	for i := range a.recent {
		if a.recent[i].covers(r) {
			return true
		}
	}
	return false
}

func (a *answered) covers(r *request) bool {
	g, h := &a.gap, &r.gap
	return a.prefix == r.prefix && a.agent == r.agent && g.Boot == h.Boot && g.Lane == h.Lane && g.From <= h.From && (g.To == 0 || h.To != 0 && h.To <= g.To)
}

// answer sends what is stored, then relays what is not.
func (a *answers) answer(ctx context.Context, r *request) error {
	sent := 0
	missing, err := a.again(ctx, r.agent, r.gap, func(events []buffer.Event) error {
		sent += len(events)
		return a.send(ctx, r, events)
	})
	if err != nil {
		return err
	}
	if sent > 0 {
		a.log.Info("sent again to the hub", "agent", r.agent, "lane", r.gap.Lane.String(), "boot", r.gap.Boot, "from", r.gap.From, "to", r.gap.To, "events", sent)
	}
	for _, g := range missing {
		m, err := uplink.ResendOf(r.prefix, r.agent, g)
		if err == nil {
			err = a.relay(m)
		}
		if err != nil {
			return fmt.Errorf("asking the agent for what is not stored: %w", err)
		}
	}
	if sent > 0 && len(a.recent) < maxAsked {
		a.recent = append(a.recent, answered{*r, time.Now().Add(askedAgain)})
	}
	return nil
}

// send hands events over, some at once.
func (a *answers) send(ctx context.Context, r *request, events []buffer.Event) error {
	var batch []uplink.Message
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := a.publish(ctx, batch)
		batch = batch[:0]
		if err == nil {
			pause(ctx, againPause)
		}
		return err
	}
	for m := range uplink.MessagesOf(r.prefix, r.agent, events) {
		if batch = append(batch, m); len(batch) < againAtOnce {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}
