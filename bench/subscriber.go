package main

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// subscriber receives readings and matches the n-th of a device with the n-th answer of its gauge.
type subscriber struct {
	client mqtt.Client

	mu    sync.Mutex
	waits []time.Duration
	count map[string]int
	seqs  []uint64 // of the events of the readings lane, as they came
}

// subscribe listens to every reading of agent line1, under the prefixes pychron.
func subscribe(broker string, all []*gauge) (*subscriber, error) {
	s := &subscriber{count: map[string]int{}}
	o := mqtt.NewClientOptions().AddBroker(broker).SetClientID("bench-subscriber").SetOrderMatters(true)
	o.SetCleanSession(false).SetMaxReconnectInterval(100 * time.Millisecond).SetConnectRetryInterval(100 * time.Millisecond)
	o.SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { s.arrived(m, all) })
	o.SetOnConnectHandler(func(c mqtt.Client) { c.Subscribe("pychron/line1/readings/#", 1, nil) })
	s.client = mqtt.NewClient(o)
	t := s.client.Connect()
	t.Wait()
	return s, t.Error()
}

func (s *subscriber) arrived(m mqtt.Message, all []*gauge) {
	now := time.Now()
	parts := strings.Split(m.Topic(), "/")
	device := parts[3]
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.count[device]
	s.count[device]++
	if _, rest, ok := bytes.Cut(m.Payload(), []byte(`"seq":`)); ok {
		digits, _, _ := bytes.Cut(rest, []byte(","))
		if n, err := strconv.ParseUint(string(digits), 10, 64); err == nil {
			s.seqs = append(s.seqs, n)
		}
	}
	i, err := strconv.Atoi(device[1:])
	if err != nil || i >= len(all) {
		return // of a program that has ended
	}
	g := all[i]
	g.mu.Lock()
	defer g.mu.Unlock()
	if n < len(g.sent) {
		s.waits = append(s.waits, now.Sub(g.sent[n]))
	}
}

// forget begins a new count.
func (s *subscriber) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits, s.seqs, s.count = nil, nil, map[string]int{}
}

// forgetWaits begins to time anew.
func (s *subscriber) forgetWaits() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits = nil
}

// missing is how many events never came: numbers left out between the first and the last.
func (s *subscriber) missing() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	came := slices.Compact(slices.Sorted(slices.Values(s.seqs)))
	if len(came) == 0 {
		return 0
	}
	return int(came[len(came)-1]-came[0]) + 1 - len(came)
}

// total is how many readings came; one that came twice counts once for the agent, whose events are numbered.
func (s *subscriber) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seqs) > 0 {
		return len(slices.Compact(slices.Sorted(slices.Values(s.seqs))))
	}
	n := 0
	for _, k := range s.count {
		n += k
	}
	return n
}

// quantile of the waits seen so far; 0 if there are none.
func (s *subscriber) quantile(q float64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return quantile(s.waits, q)
}

func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
