package notify

import "slices"

// Store keeps messages through a restart: those that wait, and what was sent of late. It is used by one goroutine at a time.
type Store interface {
	Load() ([]Message, error)
	Save([]Message) error
}

// Restore takes back what an earlier process has left: call it before Run and before the first Send. What is for a
// receiver that is no more is dropped and recorded.
func (n *Notifier) Restore() error {
	if n.o.Store == nil {
		return nil
	}
	messages, err := n.o.Store.Load()
	for _, m := range messages {
		r := n.find(m.To)
		switch {
		case r == nil && m.Sent.IsZero():
			n.dropped(m, "its receiver is not in the configuration any more")
		case r == nil:
		case m.Sent.IsZero():
			r.queue.waiting = append(r.queue.waiting, &entry{Message: m})
		default:
			r.queue.sent = append(r.queue.sent, m)
		}
	}
	return err
}

// Announced are the alarms that some receiver takes for active.
func (n *Notifier) Announced() (names []string) {
	for _, r := range n.all() {
		r.mu.Lock()
		r.queue.eachMessage(func(m *Message) {
			if last := r.queue.last(m.Alarm); last.active() && !slices.Contains(names, m.Alarm) {
				names = append(names, m.Alarm)
			}
		})
		r.mu.Unlock()
	}
	slices.Sort(names)
	return names
}

// snapshot is everything to be kept.
func (n *Notifier) snapshot() (all []Message) {
	for _, r := range n.all() {
		r.mu.Lock()
		r.queue.eachMessage(func(m *Message) { all = append(all, *m) })
		r.mu.Unlock()
	}
	return all
}

// save keeps what there is.
func (n *Notifier) save() {
	if n.o.Store == nil {
		return
	}
	err := n.o.Store.Save(n.snapshot())
	if err != nil {
		n.o.Log.Error("messages of alarms are not kept through a restart", "err", err)
	}
	n.mu.Lock()
	n.unsaved = err
	n.mu.Unlock()
}
