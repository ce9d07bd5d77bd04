package uplink

import (
	"log/slog"
	"sync/atomic"
)

// mostTries is how often a message may be the one at which the broker ends the connection.
const mostTries = 5

// guard finds the message that the broker does not take: it ends the connection at it, each time. Such a message is left out
// and declared, for it would hold up all that follow.
type guard struct {
	feed    *feed
	part    part
	at      uint64
	tries   int // in a row
	refused atomic.Uint64
}

// suspect notes the oldest message that was on its way when the broker ended the connection.
func (g *guard) suspect(it *item, log *slog.Logger) {
	if it.feed != g.feed || it.part != g.part || it.at != g.at {
		g.feed, g.part, g.at, g.tries = it.feed, it.part, it.at, 0
	}
	g.tries++
	if g.tries < mostTries {
		return
	}
	log.Warn("the broker ends the connection at a message: it is left out", "topic", it.topic, "tries", g.tries)
	g.refused.Add(1)
	if it.feed != nil {
		it.feed.rewind()
		it.feed.refuse(it.part, it.at)
	} else {
		it.part = other // a result is not put back
	}
	g.tries = 1 // the next one may be no better: go on one at a time
	g.at = 0
}

// passed forgets the suspicion: the broker took the message.
func (g *guard) passed(it *item) {
	if g.at == 0 || it.feed == g.feed && it.part == g.part && it.at == g.at {
		g.tries = 0
	}
}
