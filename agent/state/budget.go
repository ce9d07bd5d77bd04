package state

import "time"

// burst is how many bytes may be written at once. As many come back in an hour, so that no hour has more than 100 kB.
const burst = 50_000.0

// budget spreads what is not urgent over the hour: a valve that chatters must not wear the card out.
type budget struct {
	left float64
	at   time.Time // of left; zero = never used
}

// has is what is left now.
func (b *budget) has(now time.Time) float64 {
	if b.at.IsZero() {
		return burst
	}
	return min(burst, b.left+burst*now.Sub(b.at).Hours())
}

func (b *budget) take(n int, now time.Time) { b.left, b.at = b.has(now)-float64(n), now }

// wait is how long until n bytes may be written. What is larger than the budget waits until that is full.
func (b *budget) wait(n int, now time.Time) time.Duration {
	missing := min(float64(n), burst) - b.has(now)
	return time.Duration(max(0, missing) / burst * float64(time.Hour))
}

// due are the documents to be written now: what is urgent, and what has gathered for long enough and fits the budget.
func (s *Store) due(now time.Time) (urgent, others []string) {
	for _, name := range s.names() {
		s.mu.Lock()
		switch d := s.documents[name]; {
		case d.urgent:
			urgent = append(urgent, name)
		case s.waitFor(d, now) <= 0:
			others = append(others, name)
		}
		s.mu.Unlock()
	}
	return urgent, others
}

// waitFor is how long a changed document waits. The caller holds mu.
func (s *Store) waitFor(d *document, now time.Time) time.Duration {
	if d.urgent {
		return 0
	}
	wait := s.budget.wait(len(d.bytes), now)
	if d.prompt {
		return wait
	}
	return max(wait, d.since.Add(gather).Sub(now))
}

// next is how long until something is due.
func (s *Store) next(now time.Time) time.Duration {
	wait := time.Minute
	if !s.ours() {
		wait = retry
	}
	for _, name := range s.names() {
		s.mu.Lock()
		wait = min(wait, s.waitFor(s.documents[name], now))
		s.mu.Unlock()
	}
	return max(wait, time.Millisecond)
}
