// Package notify sends alarms to people: by webhook, ntfy and mail. Each receiver has its own queue and its own pace, and
// is tried until it has taken a message, nobody needs it any more, or it is a day old. It decides no alarm.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// Options are what a notifier uses of the agent. All of it may be called from any goroutine.
type Options struct {
	Record func(*buffer.Event)                                   // for what could not be sent
	Count  func(metric string, labels buffer.Labels, by float64) // for what was sent or superseded
	Now    func() time.Time                                      // a clock that no step of the wall moves
	Log    *slog.Logger
}

// Notifier sends alarms to receivers. Nothing that calls it waits for a receiver, and no receiver waits for another.
type Notifier struct {
	o       Options
	send    func(context.Context, config.NotifyConfig, Message) error
	changed chan struct{} // there is something to save, or a receiver to start
	store   Store         // nil: what waits is lost with the process
	saved   []Message     // what the store has

	mu        sync.Mutex
	receivers []*receiver
	unsaved   error // why the store does not have what there is
}

// NewNotifier makes a notifier with these receivers. It does no I/O.
func NewNotifier(receivers []config.NotifyConfig, o Options) *Notifier {
	n := &Notifier{o: o, send: new(sender).send, changed: make(chan struct{}, 1)}
	n.Adopt(receivers)
	return n
}

// Adopt replaces the receivers. One that has the name of an earlier one takes over its queue; what waits for one that is
// gone is dropped and recorded.
func (n *Notifier) Adopt(receivers []config.NotifyConfig) {
	n.mu.Lock()
	gone := n.receivers
	n.receivers = nil
	for _, to := range receivers {
		i := slices.IndexFunc(gone, func(r *receiver) bool { return r.to.Name == to.Name })
		r := newReceiver(n, to)
		if i >= 0 {
			r = gone[i]
			gone = slices.Delete(gone, i, i+1)
			r.adopt(to)
		}
		n.receivers = append(n.receivers, r)
	}
	n.mu.Unlock()
	for _, r := range gone {
		for _, m := range r.end() {
			n.dropped(m, "its receiver is not in the configuration any more")
		}
	}
	n.touch()
}

// Send queues a message for the receivers of these names. It never waits.
func (n *Notifier) Send(m Message, receivers ...string) {
	for _, name := range receivers {
		if r := n.find(name); r != nil {
			m.To = name
			r.add(m)
		}
	}
	n.touch()
}

// Run sends until ctx is done, and keeps what waits in the store.
func (n *Notifier) Run(ctx context.Context) error {
	var work sync.WaitGroup
	failed := make(chan error, 1)
	fail := func(err error) {
		select {
		case failed <- err:
		default:
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		work.Wait()
		n.save()
	}()
	for {
		for _, r := range n.all() {
			r.start(ctx, &work, fail)
		}
		n.save()
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-n.changed:
		}
	}
}

// Health says what is wrong with the receivers, "" if nothing is.
func (n *Notifier) Health() string {
	var wrong []string
	for _, r := range n.all() {
		r.mu.Lock()
		if r.why != "" {
			wrong = append(wrong, fmt.Sprintf("%s since %s, %d waiting: %s", r.to.Name, r.since.Format(time.RFC3339), len(r.queue.waiting), r.why))
		}
		r.mu.Unlock()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unsaved != nil {
		wrong = append(wrong, n.unsaved.Error())
	}
	return strings.Join(wrong, "; ")
}

// Waiting is how many messages wait, by receiver.
func (n *Notifier) Waiting() map[string]int {
	waiting := map[string]int{}
	for _, r := range n.all() {
		r.mu.Lock()
		waiting[r.to.Name] = len(r.queue.waiting)
		r.mu.Unlock()
	}
	return waiting
}

func (n *Notifier) all() []*receiver {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.receivers)
}

func (n *Notifier) find(name string) *receiver {
	for _, r := range n.all() {
		if r.name() == name {
			return r
		}
	}
	return nil
}

// touch says that there is something to save or to start.
func (n *Notifier) touch() {
	select {
	case n.changed <- struct{}{}:
	default:
	}
}

func (n *Notifier) count(receiver, result string, by int) {
	if by > 0 {
		n.o.Count("agent_notifications_total", buffer.MakeLabels("to", receiver, "result", result), float64(by))
	}
}

// dropped records that a message is sent no more.
func (n *Notifier) dropped(m Message, why string) {
	n.o.Log.Error("an alarm was not sent", "alarm", m.Alarm, "state", m.State, "to", m.To, "why", why)
	text := &buffer.Note{}
	text.Add("alarm", m.Alarm)
	text.Add("state", m.State)
	text.Add("to", m.To)
	text.Add("why", why)
	n.o.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_notify_failures_total", Value: 1,
		Labels: buffer.MakeLabels("to", m.To), Status: "not sent", Note: text.String(),
	})
}
