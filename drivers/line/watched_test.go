package line_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// polled is a port whose polls have all the same context, as those of a device: it is watched by now.
func polled(t *testing.T, o *line.Owner) (drivers.Port, context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	port := o.Port("gauge")
	for range 3 {
		exchange(t, port, ctx, "A", "<A>")
	}
	return port, ctx, cancel
}

// silentFor answers everything but "silent".
func silentFor(_ *line.Owner, p *drivertest.Peer) {
	p.Answer = func(b []byte) {
		if string(b) != "silent" {
			p.Send("<" + string(b) + ">\n")
		}
	}
}

// Whoever waits with a context that many exchanges have is told when it is done: under way, in the queue, inside a Hold, and before all that.
func TestContextsOfManyExchanges(t *testing.T) {
	settings := drivers.LineSettings{Deadline: 10 * time.Second}
	for name, ask := range map[string]func(o *line.Owner, port drivers.Port, ctx context.Context) error{
		"under way": func(_ *line.Owner, port drivers.Port, ctx context.Context) error {
			_, err := port.Transact(ctx, []byte("silent"), toLF)
			return err
		},
		"in the queue": func(o *line.Owner, port drivers.Port, ctx context.Context) error {
			go o.Port("other").Transact(context.WithoutCancel(ctx), []byte("silent"), toLF)
			synctest.Wait()
			_, err := port.Transact(ctx, []byte("B"), toLF)
			return err
		},
		"inside a Hold": func(_ *line.Owner, port drivers.Port, ctx context.Context) error {
			return port.Hold(ctx, func(held drivers.Port) error {
				_, err := held.Transact(ctx, []byte("silent"), toLF)
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, _ := running(t, settings, silentFor)
				port, ctx, cancel := polled(t, o)
				begun := time.Now()
				time.AfterFunc(time.Second, cancel)
				if err := ask(o, port, ctx); !errors.Is(err, context.Canceled) || time.Since(begun) != time.Second {
					t.Errorf("Transact = %v after %v, want %v after 1s", err, time.Since(begun), context.Canceled)
				}
				if _, err := port.Transact(ctx, []byte("B"), toLF); !errors.Is(err, context.Canceled) {
					t.Errorf("Transact = %v, want %v", err, context.Canceled)
				}
				time.Sleep(20 * time.Second)
				exchange(t, port, t.Context(), "C", "<C>")
			})
		})
	}
}

// A request says what its own context says, whatever those before it said.
func TestPriorityIsThatOfTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, silentFor)
		port, ctx, _ := polled(t, o)
		var wg sync.WaitGroup
		wg.Go(func() { o.Port("other").Transact(t.Context(), []byte("silent"), toLF) })
		synctest.Wait()
		for _, one := range []struct {
			priority drivers.Priority
			request  string
		}{{drivers.Poll, "poll"}, {drivers.Command, "command"}, {drivers.Halt, "halt"}} {
			with := ctx
			if one.priority != drivers.Poll {
				with = drivers.WithPriority(ctx, one.priority)
			}
			wg.Go(func() { port.Transact(with, []byte(one.request), toLF) })
			synctest.Wait()
		}
		wg.Wait()
		sent := peer.Sent()
		if got := sent[len(sent)-3:]; got[0] != "halt" || got[1] != "command" || got[2] != "poll" {
			t.Errorf("sent %q, want halt, command, poll", got)
		}
	})
}

// A context may be done at any moment, also between the look at it and the queue.
func TestContextsEndAtAnyMoment(t *testing.T) {
	o, _ := running(t, drivers.LineSettings{Deadline: time.Hour}, silentFor)
	for range 200 {
		port, ctx, cancel := polled(t, o)
		go cancel()
		for ctx.Err() == nil {
			port.Transact(ctx, []byte("A"), toLF)
		}
		if _, err := port.Transact(ctx, []byte("A"), toLF); !errors.Is(err, context.Canceled) {
			t.Fatalf("Transact = %v, want %v", err, context.Canceled)
		}
	}
}
