package notify

import "slices"

// Store keeps messages through a restart: those that wait, and what was sent of late. It is used by one goroutine at a time.
type Store interface {
	Load() ([]Message, error)
	Save([]Message) error
}

// Restore takes back what an earlier process has left in a store, and keeps in it what there is from now on: call it before Run and before the first Send. What is for a
// receiver that is no more is dropped and recorded. What waits may have arrived: the earlier process may have ended while it was
// sent.
func (n *Notifier) Restore(store Store) error {
	if n.store = store; store == nil {
		return nil
	}
	messages, err := store.Load()
	for _, m := range messages {
		r := n.find(m.To)
		switch {
		case r == nil && m.Sent.IsZero():
			n.dropped(m, "its receiver is not in the configuration any more")
		case r == nil:
		case m.Sent.IsZero():
			m.Uncertain = true
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

// save keeps what there is, where it has changed. It is called by one goroutine.
func (n *Notifier) save() {
	all := n.snapshot()
	if n.store == nil || slices.Equal(all, n.saved) {
		return
	}
	err := n.store.Save(all)
	if err == nil {
		n.saved = all
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil && n.unsaved == nil {
		n.o.Log.Error("messages of alarms are not saved and would not survive a restart", "err", err)
	}
	n.unsaved = err
}
