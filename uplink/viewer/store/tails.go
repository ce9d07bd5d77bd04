package store

// tails are the ends of streams: their last spans, and what is known beyond. Events come in order nearly always, and then touch nothing else, so
// that nothing need be read before they are stored. It is used under the write lock alone, and where no other process writes: nil elsewhere.
type tails map[stream]tail

// tail is the end of a stream as it is in the database.
type tail struct {
	last  span // first 0: there is no span
	known known
}

// maxTails is how many are remembered, some 100 bytes each. Beyond, all are forgotten: the database has them.
const maxTails = 16384

// of returns what a change of the numbers from low on may touch, as [Store.openIdentities] reads it; nil where that is not known. It is the last span
// alone if that begins before.
func (t tails) of(k stream, low int64) *identity {
	end, ok := t[k]
	if !ok || end.last.first >= low {
		return nil
	}
	id := &identity{stream: k, known: end.known, end: true}
	if end.last.first > 0 {
		id.spans = spans{end.last}
	}
	return id
}

// keep takes what was changed. What follows the numbers of a change does not change with them. If the transaction fails, forget must follow.
func (t tails) keep(id *identity) {
	end, ok := t[id.stream]
	if t == nil || !ok && !id.end {
		return
	}
	if id.end {
		end.last = span{}
		if n := len(id.spans); n > 0 {
			end.last = id.spans[n-1]
		}
	}
	if len(t) >= maxTails {
		clear(t)
	}
	end.known = id.known
	t[id.stream] = end
}

// forget forgets all: a transaction was not committed.
func (t tails) forget() { clear(t) }
