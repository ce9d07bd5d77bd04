package broker

import (
	"time"

	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

// maxBatch is how many messages are stored at once at most.
const maxBatch = 512

// batch is messages that are handled at once.
type batch struct {
	decoded []uplink.Message
	taken   int
	last    string // where the acknowledgement of all is to go
	lastSeq uint64
}

func newBatch() *batch { return &batch{decoded: make([]uplink.Message, 0, maxBatch)} }

// fill replaces what is in b by m and what waits, and what comes before until, if that is not nil; add adds one.
func (b *batch) fill(m nats.Message, waiting <-chan nats.Message, until <-chan time.Time, add func(b *batch, m *nats.Message)) {
	b.decoded, b.taken, b.lastSeq = b.decoded[:0], 0, 0
	for {
		add(b, &m)
		if b.taken == maxBatch {
			return
		}
		select {
		case m = <-waiting:
			continue
		default:
		}
		if until == nil {
			return
		}
		select {
		case m = <-waiting:
		case <-until:
			return
		}
	}
}
