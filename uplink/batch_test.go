package uplink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"pychron-edge/buffer"
	"pychron-edge/uplink/brokertest"
)

// handled is when batches were handled, and of how many messages they were.
type handled struct {
	mu    sync.Mutex
	times []time.Time
	sizes []int
}

func (h *handled) handle(_ context.Context, batch []Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.times, h.sizes = append(h.times, time.Now()), append(h.sizes, len(batch))
	return nil
}

func (h *handled) take() (times []time.Time, sizes []int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	times, sizes, h.times, h.sizes = h.times, h.sizes, nil, nil
	return times, sizes
}

// A message that comes alone is stored at once. What comes soon after a batch waits for more, up to batchInterval after that, or until a
// batch is full: a transaction for each message is what storing costs most.
func TestMessagesThatComeSoonAfterABatchAreHandledTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, h := brokertest.New(), new(handled)
		core.InFlight, core.Queue = 1000, 1000
		sub, err := NewSubscriber(SubscriberOptions{Broker: "tcp://broker:1883", ClientID: "viewer", Handle: h.handle, Batch: 64, Dial: core.Dial})
		if err != nil {
			t.Fatal(err)
		}
		stop := start(t, sub.Run)
		synctest.Wait()
		seq := uint64(0)
		publish := func(n int) {
			for range n {
				e := gauge(1)
				seq++
				e.Lane, e.Seq = buffer.Readings, seq
				core.Publish(brokertest.Message{Topic: "pychron/line1/readings/ion1/ig", Payload: buffer.AppendJSON(nil, &e)})
			}
			synctest.Wait()
		}
		for range 2 {
			time.Sleep(time.Second)
			begun := time.Now()
			publish(1)
			if times, sizes := h.take(); len(times) != 1 || sizes[0] != 1 || times[0] != begun {
				t.Fatalf("alone: batches of %v at %v, want one at once", sizes, times)
			}
			for range 5 {
				time.Sleep(time.Millisecond)
				publish(1)
			}
			time.Sleep(time.Second)
			if times, sizes := h.take(); !slices.Equal(sizes, []int{5}) || times[0].Sub(begun) != batchInterval {
				t.Fatalf("soon after: batches of %v at %v, want one of 5 after %v", sizes, times, batchInterval)
			}
		}
		begun := time.Now()
		publish(200)
		sum := 0
		times, sizes := h.take()
		for i, at := range times {
			if sum += sizes[i]; at != begun {
				t.Errorf("a batch of %d after %v, want it at once", sizes[i], at.Sub(begun))
			}
		}
		if sum < 200-63 {
			t.Errorf("%d of 200 messages were handled at once, in batches of %v; want all but what fills no batch", sum, sizes)
		}
		stop()
		core.Stop(true)
		core.Wait()
	})
}

// due is a message that writes its acknowledgement, as the client does.
type due struct {
	mqtt.Message
	qos byte
	id  byte
	to  net.Conn
}

func (d *due) Qos() byte { return d.qos }
func (d *due) Ack() {
	if d.qos > 0 {
		_, _ = d.to.Write([]byte{d.id})
	}
}

func TestABatchIsAcknowledgedInOneWrite(t *testing.T) {
	for _, c := range []struct {
		qos  string
		want []string
	}{
		{"111", []string{"\x00\x01\x02"}}, {"1", []string{"\x00"}}, {"1100", []string{"\x00\x01"}}, {"0101", []string{"\x01\x03"}}, {"00", nil}, {"", nil},
	} {
		network := &counted{}
		conn := &connection{writer: newWriter(network, time.Second), acknowledges: true}
		var all []mqtt.Message
		for i := range c.qos {
			all = append(all, &due{qos: c.qos[i] - '0', id: byte(i), to: conn.writer})
		}
		conn.acknowledge(all)
		if !slices.Equal(network.writes, c.want) {
			t.Errorf("messages of QoS %s are acknowledged by %q, want %q", c.qos, network.writes, c.want)
		}
		conn.writer.Write([]byte("more"))
		if got := network.writes[len(network.writes)-1]; got != "more" {
			t.Errorf("after messages of QoS %s %q is written, want what was given to be written alone", c.qos, got)
		}
		conn.acknowledges = false // the client has acknowledged them
		before := len(network.writes)
		conn.acknowledge(all)
		if len(network.writes) != before {
			t.Errorf("without being asked to, %q is written", network.writes[before:])
		}
	}
}

// What a viewer reads of an event, again and again, takes no memory of its own.
func TestReadingsThatComeAgainAreDecodedWithoutMemory(t *testing.T) {
	e := gauge(1.2e-7)
	e.Lane, e.Seq = buffer.Readings, 1
	data := buffer.AppendJSON(nil, &e)
	d, m := Decoder{new(buffer.Texts)}, new(Message)
	var err error
	allocations := testing.AllocsPerRun(100, func() {
		err = errors.Join(err, d.Decode(m, []string{"pychron"}, "pychron/line1/readings/ion1/ig", data, false))
	})
	if err != nil || allocations > 2 {
		t.Errorf("%g allocations, %v; want 2 at most", allocations, err)
	}
	want, err := DecodeUnder([]string{"pychron"}, "pychron/line1/readings/ion1/ig", data, false)
	if err != nil || fmt.Sprintf("%+v", *m) != fmt.Sprintf("%+v", want) {
		t.Errorf("decoded %+v, %v; want %+v", *m, err, want)
	}
}
