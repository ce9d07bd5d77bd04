package uplink

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
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

// A result and a trip that wait when the connection has just ended are sent over the next one: no ring has them.
func TestNothingIsTakenFromAQueueForALostConnection(t *testing.T) {
	p, err := New(Options{Broker: "tcp://127.0.0.1:1", Agent: "line1", Boot: "b1", Lanes: buffer.NewLanes(100, 100, 0),
		Status: func(bool) []byte { return []byte("{}") },
		Commands: func(context.Context, buffer.CommandRequest) (buffer.CommandResult, error) {
			return buffer.CommandResult{}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	for name, wait := range map[string]func(){
		"result": func() { p.commands.addResult(result{ID: "c1", Result: "done"}) },
		"trip":   func() { p.PublishTrip([]byte("frozen")) },
	} {
		near, far := net.Pipe()
		defer far.Close()
		s := newSender(p, &connection{client: &busyClient{}, writer: newWriter(near, time.Second)})
		s.statusAt = time.Now()
		_ = s.conn.writer.Close()
		wait()
		if _, err := s.fill(); !errors.Is(err, errLost) {
			t.Errorf("%s: fill = %v, want %v", name, err, errLost)
		}
		results, trips := s.unsent()
		p.commands.requeue(results)
		p.trips.requeue(trips)
		var m outgoing
		if ok := s.take(&m); !ok || m.part != partResult && m.part != partTrip {
			t.Errorf("%s: what waited is gone with the connection: next is %+v, %v", name, m, ok)
		}
	}
}

// What wakes a sender that has nothing to send: the end of its connection, an acknowledgement that is missing, and the end of the run.
func TestAnIdleSenderIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := New(Options{Broker: "tcp://127.0.0.1:1", Agent: "line1", Boot: "b1", Lanes: buffer.NewLanes(100, 100, 0),
			Status: func(bool) []byte { return []byte("{}") }, Heartbeat: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		begin := func() (s *sender, stop context.CancelFunc, ended chan error) {
			near, far := net.Pipe()
			t.Cleanup(func() { far.Close() })
			s = newSender(p, &connection{client: &busyClient{}, writer: newWriter(near, time.Second), ackTimeout: 10 * time.Second})
			s.statusAt = time.Now()
			ctx, stop := context.WithCancel(t.Context())
			ended = make(chan error, 1)
			go func() { ended <- s.run(ctx) }()
			synctest.Wait()
			return s, stop, ended
		}
		s, stop, ended := begin()
		_ = s.conn.writer.Close()
		synctest.Wait()
		if len(ended) != 1 || !errors.Is(<-ended, errLost) {
			t.Error("a sender goes on after its connection was closed")
		}
		stop()

		s, stop, ended = begin()
		a := audit(1)
		p.o.Lanes.Append(&a)
		synctest.Wait()
		if s.inFlight.n != 1 {
			t.Errorf("%d messages in flight after an event, want 1", s.inFlight.n)
		}
		time.Sleep(12 * time.Second)
		synctest.Wait()
		if len(ended) != 1 || <-ended == nil {
			t.Error("a sender goes on though the broker acknowledges nothing")
		}
		_ = s.conn.writer.Close()
		stop()

		s, stop, ended = begin()
		stop()
		synctest.Wait()
		if !s.draining() {
			t.Error("a sender goes on as before though its run is to end")
		}
		_ = s.conn.writer.Close()
		<-ended
	})
}
