package notify

import (
	"slices"
	"time"
)

const (
	capacity   = 256 // messages that wait for one receiver
	maxAge     = 24 * time.Hour
	limitTime  = time.Hour
	limit      = 5 // messages of one alarm to one receiver in limitTime
	limitPlain = 4 // of them, where no alarm chatters: the last one is for saying that it does
)

// queue is what one receiver is to be sent, and what it was sent of late. It has no clock: the time comes in.
//
//   - Messages of one alarm are sent in order. One that must wait holds up no other alarm.
//   - What was not sent is superseded by what is newer: an alarm that ended before anybody heard of it is sent to nobody,
//     and at most one change back and forth waits.
//   - A message that may have arrived counts as sent where that decides whether the end of an alarm is to be sent.
type queue struct {
	waiting []*entry
	sent    []Message // of the last limitTime, and the last of each alarm that the receiver takes for active
}

// entry is a message that waits.
type entry struct {
	Message
	flying   bool // it is being sent now
	refusals int  // how often the receiver refused this very message
	next     time.Time
}

// firm says that it must not be taken back: the receiver has it, or may have it.
func (e *entry) firm() bool { return e.flying || e.Uncertain }

// add takes a message. It gives how many were superseded, and the one that had to give way where the queue is full.
func (q *queue) add(m Message) (superseded int, dropped *Message) {
	switch m.State {
	case Acknowledged, Suppressed:
		q.each(m.Alarm, func(x *Message) { x.Quiet = true })
		return q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && e.State == Active && !e.firm() }), nil
	case Resumed:
		q.each(m.Alarm, func(x *Message) { x.Quiet = false })
		return 0, nil
	case Shelved:
		superseded = q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && !e.firm() })
		q.each(m.Alarm, func(x *Message) { x.Over = true })
		return superseded, nil
	case Ended:
		superseded = q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && !e.firm() })
		if last := q.last(m.Alarm); last == nil || !last.active() {
			return superseded + 1, nil
		}
	case Raised, Chattering, Active:
		for _, e := range q.waiting {
			if e.Alarm == m.Alarm && e.active() && !e.firm() {
				if m.State != Active {
					e.Message = m
				}
				return 1, nil
			}
		}
		if last := q.last(m.Alarm); m.State == Raised && last != nil && last.active() {
			last.Quiet = false
			return 0, nil
		}
	}
	q.waiting = append(q.waiting, &entry{Message: m})
	if len(q.waiting) > capacity {
		dropped = q.giveWay()
	}
	return superseded, dropped
}

// each calls f for what was sent of an alarm and for what waits.
func (q *queue) each(alarm string, f func(*Message)) {
	for i := range q.sent {
		if q.sent[i].Alarm == alarm {
			f(&q.sent[i])
		}
	}
	for _, e := range q.waiting {
		if e.Alarm == alarm {
			f(&e.Message)
		}
	}
}

// last is what the receiver will have heard last of an alarm once all that waits is sent, nil if nothing.
func (q *queue) last(alarm string) (last *Message) {
	q.each(alarm, func(m *Message) { last = m })
	return last
}

// remove takes waiting messages out and gives how many.
func (q *queue) remove(which func(*entry) bool) int {
	before := len(q.waiting)
	q.waiting = slices.DeleteFunc(q.waiting, which)
	return before - len(q.waiting)
}

// giveWay takes out the oldest message of the lowest priority.
func (q *queue) giveWay() *Message {
	victim := -1
	for i, e := range q.waiting {
		if !e.flying && (victim < 0 || rank(e.Priority) < rank(q.waiting[victim].Priority)) {
			victim = i
		}
	}
	m := q.waiting[victim].Message
	q.waiting = slices.Delete(q.waiting, victim, victim+1)
	return &m
}

func rank(priority string) int { return slices.Index([]string{"low", "medium", "high"}, priority) }

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
		wait = sooner(wait, e.Queued.Add(maxAge).Sub(now))
	}
	return nil, wait
}

// notBefore is when the bound on messages of one alarm lets this one go.
func (q *queue) notBefore(m *Message, now time.Time) (at time.Time) {
	bound := limitPlain
	if m.State == Chattering {
		bound = limit
	}
	n := 0
	for _, s := range slices.Backward(q.sent) {
		if s.Alarm != m.Alarm || now.Sub(s.Sent) >= limitTime {
			continue
		}
		if n++; n == bound {
			return s.Sent.Add(limitTime)
		}
	}
	return at
}

// done notes that a message was sent.
func (q *queue) done(e *entry, now time.Time) {
	q.remove(func(other *entry) bool { return other == e })
	q.sent = append(q.sent, e.record(now))
	last := map[string]int{}
	for i, s := range q.sent {
		last[s.Alarm] = i
	}
	i := -1
	q.sent = slices.DeleteFunc(q.sent, func(s Message) bool {
		i++
		return now.Sub(s.Sent) >= limitTime && !(last[s.Alarm] == i && s.active())
	})
}

// failed notes that a message was not sent. Where it certainly did not arrive and its alarm has ended meanwhile, nobody needs
// either any more. It gives how many were superseded.
func (q *queue) failed(e *entry, uncertain bool) int {
	e.flying = false
	e.Uncertain = e.Uncertain || uncertain
	ended := func(other *entry) bool { return other.Alarm == e.Alarm && other.State == Ended && !other.firm() }
	if e.Uncertain || e.State == Ended || !slices.ContainsFunc(q.waiting, ended) {
		return 0
	}
	n := q.remove(func(other *entry) bool { return other == e || other.Alarm == e.Alarm && other.State != Ended })
	if last := q.lastSent(e.Alarm); last == nil || !last.active() {
		n += q.remove(ended)
	}
	return n
}

// lastSent is what the receiver heard last of an alarm, nil if nothing.
func (q *queue) lastSent(alarm string) *Message {
	for i := range slices.Backward(q.sent) {
		if q.sent[i].Alarm == alarm {
			return &q.sent[i]
		}
	}
	return nil
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

// eachMessage calls f for everything sent and waiting, in this order.
func (q *queue) eachMessage(f func(*Message)) {
	for i := range q.sent {
		f(&q.sent[i])
	}
	for _, e := range q.waiting {
		f(&e.Message)
	}
}
