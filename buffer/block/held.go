package block

// Held is a block of a [Ring], copied out of it.
type Held struct {
	Key     *Key
	Summary Summary
	columns []byte
}

// Open unpacks the block into it.
func (h *Held) Open(it *Iterator) error { return it.open(&reader{in: h.columns}, h.Key) }

// AppendBlock appends the block as an [Appender] makes it.
func (h *Held) AppendBlock(dst []byte) []byte {
	return append(appendHead(dst, h.Key), h.columns...)
}

// Each gives f the blocks that pick picks, oldest first, until f is false. pick sees every block's key and summary: of a series, of a time, of
// a boot and after a number. It is called with the ring locked, so it must be quick and not ask the ring. What f is given is valid until it
// returns.
//
// position is that of the last event of the packed ring that has gone through here: what is newer stands after it in that ring.
func (r *Ring) Each(pick func(*Key, *Summary) bool, f func(*Held) bool) (position uint64) {
	var h Held
	for offset := uint64(0); ; {
		var found bool
		if offset, position, found = r.Next(&h, offset, pick); !found || !f(&h) {
			return position
		}
	}
}

// Next copies into h the first block from an offset on that is picked, and gives the offset behind it; 0 is before the oldest. pick and position are
// those of [Ring.Each]. h is valid until the next call with it.
func (r *Ring) Next(h *Held, offset uint64, pick func(*Key, *Summary) bool) (next, position uint64, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for offset = max(offset, r.tail); offset < r.head; {
		length, _, key := r.at(offset)
		begin := offset + recordHead
		offset = begin + uint64(length)
		var room [maxSummary]byte
		in := reader{in: r.read(room[:min(length, maxSummary)], begin)}
		h.Key, h.Summary = key, in.summary()
		if in.err == nil && pick(h.Key, &h.Summary) {
			h.columns = r.read(sized(h.columns, length), begin)
			return offset, r.position, true
		}
	}
	return offset, r.position, false
}
