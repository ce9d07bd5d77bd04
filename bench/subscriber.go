package main

import (
	"slices"
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
	last  time.Time
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
	s.last = now
	g := all[device[1]-'0']
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
	s.waits, s.count = nil, map[string]int{}
}

func (s *subscriber) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
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
