package notify

import (
	"slices"
	"time"
)

const limitTime = time.Hour

// limits is how many messages of one alarm one receiver may have had in limitTime before another of a state must wait. An end
// waits first: that an alarm is active, or chatters, must be known even then.
var limits = map[string]int{Raised: 5, Chattering: 5, Active: 4, Ended: 3}

// expire takes out what has waited for a day.
func (q *queue) expire(now time.Time) (dropped []Message) {
	q.remove(func(e *entry) bool {
		old := !e.flying && now.Sub(e.Queued) >= maxAge
		if old {
			dropped = append(dropped, e.Message)
		}
		return old
	})
	return dropped
}

// take gives the next message to send, nil if there is none yet; then wait is how long until there may be one, 0 = until
// something is added.
func (q *queue) take(now time.Time) (next *entry, wait time.Duration) {
	seen := map[string]bool{}
	for _, e := range q.waiting {
		if seen[e.Alarm] {
			continue
		}
		seen[e.Alarm] = true
		at := latest(e.Due, e.next, q.notBefore(&e.Message, now))
		if !at.After(now) {
			e.flying = true
			return e, 0
		}
		wait = sooner(wait, at.Sub(now))
	}
	return nil, wait
}

// notBefore is when the bound on messages of one alarm lets this one go.
func (q *queue) notBefore(m *Message, now time.Time) (at time.Time) {
	n := 0
	for _, s := range slices.Backward(q.sent) {
		if s.Alarm != m.Alarm || now.Sub(s.Sent) >= limitTime {
			continue
		}
		if n++; n == limits[m.State] {
			return s.Sent.Add(limitTime)
		}
	}
	return at
}

// remind adds what is due for a reminder, and gives how long until the next is; 0 = none is to come.
func (q *queue) remind(now time.Time, repeat time.Duration) (wait time.Duration) {
	if repeat <= 0 {
		return 0
	}
	var due []Message
	for i := range q.sent {
		s := &q.sent[i]
		if q.last(s.Alarm) != s || !s.active() || s.Quiet {
			continue
		}
		if left := repeat - now.Sub(s.Sent); left > 0 {
			wait = sooner(wait, left)
			continue
		}
		m := *s
		m.State, m.Queued, m.Due, m.Sent = Active, now, time.Time{}, time.Time{}
		due = append(due, m)
	}
	for _, m := range due {
		q.add(m)
	}
	return wait
}

// sooner is the shorter of two waits, of which 0 has no end.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func latest(times ...time.Time) time.Time {
	return slices.MaxFunc(times, time.Time.Compare)
}
