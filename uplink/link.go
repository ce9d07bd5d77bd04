package uplink

import (
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Link is the state of the connection to a broker.
type Link struct {
	Broker    string    // host and port
	Connected bool      // a publisher's status is acknowledged; the broker has granted a subscriber's filters
	Since     time.Time // when it was connected, or lost; zero if it never was connected
	Err       error     // why it is not connected; while connected, why it may not last, or what the broker refuses or does not deliver
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
	brokers  *brokers
	now      func() time.Time
	log      *slog.Logger
	conflict idConflict

	mu      sync.Mutex
	link    Link
	refused error           // of a connected publisher: filters that the broker refuses
	logged  map[string]bool // kinds of errors since it was connected: each is logged once
}

func newLinkState(c *clientConfig, now func() time.Time, log *slog.Logger) *linkState {
	return &linkState{brokers: &c.brokers, now: now, log: log, conflict: idConflict{id: c.id}, logged: map[string]bool{}, link: Link{Broker: c.brokers.present().Host}}
}

func (s *linkState) connected() {
	s.mu.Lock()
	s.link = Link{Broker: s.brokers.present().Host, Connected: true, Since: s.now(), Err: s.conflict.suspected}
	broker := s.link.Broker
	clear(s.logged)
	s.mu.Unlock()
	if s.conflict.suspected == nil {
		s.log.Info("broker connected", "broker", broker)
	}
}

// notSubscribed records that the broker refuses what there is to subscribe to: such a connection is none.
func (s *linkState) notSubscribed(err error) {
	s.mu.Lock()
	before := s.link
	if before.Connected {
		s.link.Since = s.now()
	}
	s.link.Connected, s.link.Err = false, err
	s.logged[kindOf(err)] = true
	s.mu.Unlock()
	if before.Err == nil || before.Err.Error() != err.Error() {
		s.log.Warn("the broker is reached, and nothing is received", "broker", before.Broker, "error", err)
	}
}

// refuses records the filters that the broker refuses to a publisher, which is connected all the same; nil if there is none.
func (s *linkState) refuses(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = err
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
	if !established && len(s.brokers.all) > 1 && !errors.Is(err, ErrNotStored) {
		s.brokers.next()
	}
	s.link.Broker = s.brokers.present().Host
	another := err != nil && !s.logged[kindOf(err)]
	if err != nil {
		s.logged[kindOf(err)] = true
	}
	s.mu.Unlock()
	if another && s.conflict.worthLogging() {
		s.log.Warn("broker not connected", "broker", before.Broker, "error", err)
	}
}

func (s *linkState) state() Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.link.withoutOldError(s.now())
	if l.Connected && l.Err == nil {
		l.Err = s.refused
	}
	return l
}
