package line

import "time"

// maxSuspectWait is how long at most a line waits for the reply that may follow a suspect one.
const maxSuspectWait = time.Second

// SuspectReply reports that what ended the last exchange was not its reply. Its driver found out: a wrong checksum, another unit's
// address, a text without sense. If it was noise, the reply is still on its way, and would be taken for the answer to the next
// request. So the next exchange, unless it is a halt's, waits until the deadline of the last has passed, but at most a second.
// Whoever gets ErrGarbled from a driver calls it; what a split function refused is suspect without it.
func (o *Owner) SuspectReply() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.suspected = true
}

// ConfirmNext reports that the last exchange was answered by what its driver does not know: a line that came by itself, perhaps, with the reply
// behind it. The next reply is confirmed, as the one after a failure is.
func (p *port) ConfirmNext() {
	p.owner.mu.Lock()
	defer p.owner.mu.Unlock()
	p.owner.confirmNext = true
}

// ConfirmNext is [port.ConfirmNext].
func (h *held) ConfirmNext() { h.port.ConfirmNext() }

// takeSuspicion applies a call of SuspectReply, and one of ConfirmNext, once.
func (s *session) takeSuspicion() {
	s.owner.mu.Lock()
	suspected := s.owner.suspected
	s.overdue = s.overdue || s.owner.confirmNext
	s.owner.suspected, s.owner.confirmNext = false, false
	s.owner.mu.Unlock()
	if suspected {
		s.failed = true
		s.awaitReply()
	}
}

// awaitReply makes the next exchange wait for the reply of the last.
func (s *session) awaitReply() {
	s.suspect, s.replyUntil = true, s.deadline
	if limit := time.Now().Add(maxSuspectWait); s.replyUntil.After(limit) {
		s.replyUntil = limit
	}
}
