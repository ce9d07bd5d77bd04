package notify

import (
	"slices"
	"time"
)

const (
	capacity = 256 // messages that wait for one receiver
	maxAge   = 24 * time.Hour
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
	var wanted bool
	switch m.State {
	case Acknowledged, Suppressed:
		return q.quiet(m), nil
	case Shelved:
		return q.shelve(m), nil
	case Ended:
		superseded, wanted = q.end(m)
	case Active:
		wanted = q.replaceable(m.Alarm) == nil
	default:
		superseded, wanted = q.begin(m)
	}
	if !wanted {
		return superseded, nil
	}
	q.waiting = append(q.waiting, &entry{Message: m})
	if len(q.waiting) > capacity {
		dropped = q.giveWay()
	}
	return superseded, dropped
}

// quiet takes reminders back, those to come as well.
func (q *queue) quiet(m Message) (superseded int) {
	q.each(m.Alarm, func(x *Message) { x.Quiet = true })
	return q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && e.State == Active && !e.firm() })
}

// shelve takes back what can be, and lets the receiver believe what it does.
func (q *queue) shelve(m Message) (superseded int) {
	superseded = q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && !e.firm() })
	q.each(m.Alarm, func(x *Message) { x.Over = true })
	return superseded
}

// end takes back what can be, and gives whether the end is to be sent: where the receiver takes the alarm for active.
func (q *queue) end(m Message) (superseded int, wanted bool) {
	superseded = q.remove(func(e *entry) bool { return e.Alarm == m.Alarm && !e.firm() })
	if last := q.last(m.Alarm); last == nil || !last.active() {
		return superseded + 1, false
	}
	return superseded, true
}

// begin puts the message in the place of an earlier one that waits, or gives whether it is to be sent: a beginning only where the
// receiver does not take the alarm for active.
func (q *queue) begin(m Message) (superseded int, wanted bool) {
	if e := q.replaceable(m.Alarm); e != nil {
		e.Message = m
		return 1, false
	}
	superseded = q.remove(func(e *entry) bool {
		return e.Alarm == m.Alarm && e.State == Ended && !e.firm() && q.notBefore(&e.Message, m.Queued).After(m.Queued)
	})
	if last := q.last(m.Alarm); m.State == Raised && last != nil && last.active() {
		last.Quiet = false
		return superseded, false
	}
	return superseded, true
}

// replaceable is a waiting message that the alarm is active, nil if there is none that can be taken back.
func (q *queue) replaceable(alarm string) *entry {
	for _, e := range q.waiting {
		if e.Alarm == alarm && e.active() && !e.firm() {
			return e
		}
	}
	return nil
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

// eachMessage calls f for everything sent and waiting, in this order.
func (q *queue) eachMessage(f func(*Message)) {
	for i := range q.sent {
		f(&q.sent[i])
	}
	for _, e := range q.waiting {
		f(&e.Message)
	}
}
