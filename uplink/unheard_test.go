package uplink

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/brokertest"
)

// A broker that takes requests and delivers nothing is connected to anew; one that delivers is left alone, whether or not agents answer.
func TestSubscriberConnectsAnewWhereNothingIsDelivered(t *testing.T) {
	request := func(s *Subscriber) error { return s.Resend("pychron", "line1", Gap{buffer.Readings, "b1", 1, 30}) }
	expect := func(s *Subscriber) error { s.Expect(); return nil }
	for name, c := range map[string]struct {
		drops bool
		asks  func(*Subscriber) error
		dials int32
	}{
		"nothing is delivered":                         {true, request, 2},
		"the request comes back, and no agent answers": {false, request, 1},
		"an agent has fallen silent":                   {false, expect, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core := brokertest.New()
				core.Drops = func(m brokertest.Message) bool { return c.drops && strings.HasSuffix(m.Topic, "/resend") }
				var dials atomic.Int32
				sub, err := NewSubscriber(SubscriberOptions{Broker: "tcp://broker:1883", ClientID: "viewer", Handle: newStore().handle, Batch: 64,
					Dial: func(ctx context.Context, address string) (net.Conn, error) {
						dials.Add(1)
						return core.Dial(ctx, address)
					}})
				if err != nil {
					t.Fatal(err)
				}
				stop := start(t, sub.Run)
				time.Sleep(time.Second)
				if err := c.asks(sub); err != nil {
					t.Fatal(err)
				}
				time.Sleep(unheardTime - time.Second)
				if n := dials.Load(); n != 1 {
					t.Errorf("%d connections before the request was old, want one", n)
				}
				time.Sleep(5 * time.Minute)
				if n := dials.Load(); n != c.dials || !sub.State().Connected {
					t.Errorf("%d connections, connected %t; want %d, and the last in use", n, sub.State().Connected, c.dials)
				}
				stop()
				core.Stop(true)
				core.Wait()
			})
		})
	}
}
