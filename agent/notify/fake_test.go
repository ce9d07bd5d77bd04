package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// phone is the receivers of a test, in memory: what each got and when, and which of them are away or silent.
type phone struct {
	mu     sync.Mutex
	got    map[string][]string // "alarm state"
	at     map[string][]time.Time
	away   map[string]error // an attempt fails at once
	silent map[string]bool  // an attempt lasts until it is given up
	tries  map[string]int
}

func newPhone() *phone {
	return &phone{got: map[string][]string{}, at: map[string][]time.Time{}, away: map[string]error{}, silent: map[string]bool{}, tries: map[string]int{}}
}

var errAway = &failure{err: errors.New("connection refused")}

func (p *phone) send(ctx context.Context, to config.NotifyConfig, m Message) error {
	p.mu.Lock()
	p.tries[to.Name]++
	silent, err := p.silent[to.Name], p.away[to.Name]
	p.mu.Unlock()
	if silent {
		<-ctx.Done()
		return broken(ctx.Err())
	}
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got[to.Name] = append(p.got[to.Name], m.Alarm+" "+m.State)
	p.at[to.Name] = append(p.at[to.Name], time.Now())
	return nil
}

func (p *phone) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *phone) list(receiver string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.got[receiver]...)
}

// attempts is how often something was tried to be sent.
func (p *phone) attempts(receiver string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries[receiver]
}

// times are when the messages arrived.
func (p *phone) times(receiver string) []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]time.Time(nil), p.at[receiver]...)
}

// memory is a store that survives a notifier.
type memory struct {
	mu   sync.Mutex
	have []Message
}

func (s *memory) Load() ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.have...), nil
}

func (s *memory) Save(all []Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.have = append([]Message(nil), all...)
	return nil
}

// trial is a notifier with what it has recorded and counted.
type trial struct {
	*Notifier
	mu     sync.Mutex
	events []buffer.Event
	counts map[string]float64 // "receiver result"
	cancel context.CancelFunc
	done   chan error
}

// newTrial makes a notifier that sends to p, and runs it. It must be called in a bubble of synctest.
func newTrial(t *testing.T, p *phone, store Store, receivers ...config.NotifyConfig) *trial {
	t.Helper()
	x := &trial{counts: map[string]float64{}, done: make(chan error, 1)}
	x.Notifier = NewNotifier(receivers, Options{
		Record: func(e *buffer.Event) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.events = append(x.events, *e)
		},
		Count: func(_ string, l buffer.Labels, by float64) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.counts[l.Value("to")+" "+l.Value("result")] += by
		},
		Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	x.send = p.send
	if err := x.Restore(store); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x.cancel = cancel
	go func() { x.done <- x.Run(ctx) }()
	return x
}

// stop ends the notifier.
func (x *trial) stop(t *testing.T) {
	t.Helper()
	x.cancel()
	if err := <-x.done; err != nil {
		t.Errorf("run = %v, want nil", err)
	}
}

// change sends what became of an alarm to the receivers, and waits until all is still.
func (x *trial) change(alarm, state string, receivers ...string) {
	x.Send(Message{Source: "line1", Alarm: alarm, State: state, Priority: "medium", Time: time.Now()}, receivers...)
	synctest.Wait()
}

func (x *trial) counted(what string) float64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.counts[what]
}

func (x *trial) recorded() []buffer.Event {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]buffer.Event(nil), x.events...)
}

func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func receiverOf(name string) config.NotifyConfig {
	return config.NotifyConfig{Name: name, Webhook: "http://" + name}
}

func named(n int) string { return fmt.Sprintf("alarm %02d", n) }
