package uplink

import (
	"errors"
	"net"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
)

// busyClient is a client that does not take one of its messages, as the real one when the network is slow, and would take the next.
type busyClient struct {
	mqtt.Client
	refuses int // which one, from 1
	asked   int
}

var errBusyClient = errors.New("publish was broken by timeout")

func (c *busyClient) Publish(string, byte, bool, any) mqtt.Token {
	if c.asked++; c.asked == c.refuses {
		return &refusedToken{done: closedChannel()}
	}
	return &refusedToken{done: make(chan struct{})}
}

// refusedToken is of a message that is under way, or that was not taken.
type refusedToken struct {
	mqtt.Token
	done chan struct{}
}

func (t *refusedToken) Done() <-chan struct{} { return t.done }
func (t *refusedToken) Error() error          { return errBusyClient }

func closedChannel() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// What the client does not take ends the connection there and then, or the messages after it would be before it.
func TestNothingIsSentAfterAMessageTheClientDidNotTake(t *testing.T) {
	lanes := buffer.NewLanes(100, 100, 0)
	for i := range 10 {
		a := audit(float64(i))
		lanes.Append(&a)
	}
	p, err := New(Options{Broker: "tcp://127.0.0.1:1", Agent: "line1", Boot: "b1", Lanes: lanes, Status: func(bool) []byte { return []byte("{}") }})
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	client := &busyClient{refuses: 3}
	s := newSender(p, &connection{client: client, writer: newWriter(near, time.Second)})
	if _, err := s.fill(); !errors.Is(err, errBusyClient) {
		t.Errorf("fill = %v, want what the client said", err)
	}
	if client.asked != 3 || s.inFlight.n != 3 {
		t.Errorf("%d messages given to the client, %d in flight; want 3, none after the one it did not take", client.asked, s.inFlight.n)
	}
}
