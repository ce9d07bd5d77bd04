package uplink

import (
	"log/slog"
	"sync"
	"time"
)

// Link is the state of the connection to a broker.
type Link struct {
	Broker    string    // host and port
	Connected bool      // a publisher's status is acknowledged; a subscriber's subscriptions are in force
	Since     time.Time // when it was connected, or lost; zero if it never was connected
	Err       error     // why it is not connected; while connected, why it may not last
}

// withoutOldError removes the error from a link that has been connected for long enough.
func (l Link) withoutOldError(now time.Time) Link {
	if l.Connected && now.Sub(l.Since) >= shortLived {
		l.Err = nil
	}
	return l
}

// linkState keeps a Link up to date and logs its changes. One goroutine calls connected and ended; any goroutine may call state.
type linkState struct {
	now      func() time.Time
	log      *slog.Logger
	conflict idConflict

	mu   sync.Mutex
	link Link
}

func newLinkState(c *clientConfig, now func() time.Time, log *slog.Logger) *linkState {
	return &linkState{now: now, log: log, conflict: idConflict{id: c.id}, link: Link{Broker: c.broker.Host}}
}

func (s *linkState) connected() {
	s.mu.Lock()
	s.link = Link{Broker: s.link.Broker, Connected: true, Since: s.now(), Err: s.conflict.suspected}
	broker := s.link.Broker
	s.mu.Unlock()
	if s.conflict.suspected == nil {
		s.log.Info("broker connected", "broker", broker)
	}
}

// ended records the end of a connection or of an attempt; see idConflict.ended.
func (s *linkState) ended(established bool, lasted time.Duration, err error) {
	err = s.conflict.ended(established, lasted, err)
	s.mu.Lock()
	before := s.link
	if before.Connected {
		s.link.Since = s.now()
	}
	s.link.Connected, s.link.Err = false, err
	s.mu.Unlock()
	if err != nil && (before.Connected || before.Err == nil) && s.conflict.worthLogging() {
		s.log.Warn("broker not connected", "broker", before.Broker, "error", err)
	}
}

func (s *linkState) state() Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link.withoutOldError(s.now())
}
