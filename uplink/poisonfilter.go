package uplink

import (
	"log/slog"
	"sync/atomic"
)

// maxPoisonTries is how often in a row the broker may end the connection at one message before that message is left out.
const maxPoisonTries = 5

// poisonFilter finds a poison message: one at which the broker ends the connection every time. It is left out and declared as a gap,
// because it would block all messages after it.
type poisonFilter struct {
	suspect outgoing // the oldest message in flight when the broker last ended the connection
	tries   int      // connections in a row that ended at suspect; at least 1 while any is suspected
	refused atomic.Uint64
}

// connectionEnded counts the oldest message that was in flight when the broker ended the connection.
func (f *poisonFilter) connectionEnded(m *outgoing, log *slog.Logger) {
	if !m.sameEvent(&f.suspect) {
		f.suspect, f.tries = outgoing{cursor: m.cursor, part: m.part, at: m.at}, 0
	}
	f.tries++
	if f.tries < maxPoisonTries {
		return
	}
	log.Warn("the broker ends the connection at a message: it is left out", "topic", m.topic, "tries", f.tries)
	f.refused.Add(1)
	if m.cursor != nil {
		m.cursor.refuse(m.part, m.at)
	} else {
		m.part = partOther // a result is not sent again
	}
	f.tries = 1 // the next message may be poison, too: stay careful
	f.suspect.at = 0
}

// accepted ends the suspicion if m is the suspect: the broker has acknowledged it.
func (f *poisonFilter) accepted(m *outgoing) {
	if f.suspect.at == 0 || m.sameEvent(&f.suspect) {
		f.tries = 0
	}
}

// suspicious reports whether messages must be sent one at a time, so that the poison message is the one in flight.
func (f *poisonFilter) suspicious() bool { return f.tries > 0 }
