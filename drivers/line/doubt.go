package line

import "time"

// longestDoubt is how long at most a line waits for the reply that noise came in front of.
const longestDoubt = time.Second

// Doubt tells the line that what ended its last exchange was no reply, by what its driver made of it: a checksum, another unit's
// address, a text without sense. If it was noise, the reply is still on its way, and would be taken for the answer to the next
// request. So the next exchange, unless it is a halt's, waits until the deadline of the last has passed, but at most a second.
// Whoever gets ErrGarbled from a driver calls it; what a split function refused, the line knows by itself.
func (o *Owner) Doubt() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.doubted = true
}

// askDoubt takes notice of a Doubt.
func (s *session) askDoubt() {
	s.owner.mu.Lock()
	doubted := s.owner.doubted
	s.owner.doubted = false
	s.owner.mu.Unlock()
	if doubted {
		s.noisy = true
		s.doubtful()
	}
}

// doubtful makes the next exchange wait for the reply of the last.
func (s *session) doubtful() {
	s.doubt, s.late = true, s.deadline
	if most := time.Now().Add(longestDoubt); s.late.After(most) {
		s.late = most
	}
}
