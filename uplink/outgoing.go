package uplink

// MaxInFlight is how many messages may be sent and not yet acknowledged.
const MaxInFlight = 16

// part is what of an event a message carries.
type part uint8

const (
	partEvent  part = iota // the event itself
	partState              // the last state of a control, retained
	partGap                // a gap in place of lost events
	partResult             // the result of a command
	partTrip               // what was frozen around a trip
	partOther              // nothing that is tracked: a status, an answer to a resend
)

// outgoing is one message to the broker, and what its acknowledgement means for the cursor it came from.
type outgoing struct {
	row     *topic
	topic   string // complete
	payload []byte

	part    part
	cursor  *cursor     // nil: it came from no cursor
	backlog *backlog    // nil: it came from no backlog
	at      uint64      // position of the event it is about
	advance uint64      // the cursor's acknowledged position once this is acknowledged; 0 = unchanged
	id      EventID     // of the event at advance
	lost    uint64      // how many events it declares lost
	trip    *queuedTrip // of partTrip
}

// sameEvent reports whether both messages carry the same part of the same event.
func (m *outgoing) sameEvent(other *outgoing) bool {
	return m.cursor == other.cursor && m.part == other.part && m.at == other.at
}
