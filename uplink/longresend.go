package uplink

import (
	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// longResend answers a request for readings from the ring of blocks, then from the ring of readings, which holds what is newer. Blocks are sent
// as they are where every viewer reads them, else as single events. What neither holds is declared as gaps.
type longResend struct {
	requested Gap
	long      *block.Ring
	ring      *buffer.Ring
	blocks    func() bool // whether blocks may be sent

	offset   uint64 // in the ring of blocks
	position uint64 // in the ring of readings: up to there the blocks reach
	follow   *buffer.Follower
	done     bool // all that is held was read
	held     block.Held
	it       block.Iterator
	found    foundSeqs
	batch    []buffer.Event // to be sent one by one
	gaps     []Gap          // to be declared; made when done
	declared bool           // gaps was made
}

func newLongResend(g Gap, held heldEvents) *longResend {
	r := &longResend{requested: g, long: held.long, ring: held.lanes.Readings, blocks: held.blocks}
	r.found.first = r.oldest()
	return r
}

// oldest is the smallest requested number that is held, or the first requested one if none is.
func (r *longResend) oldest() uint64 {
	oldest := uint64(0)
	see := func(first, last uint64) {
		if last >= r.requested.From && (oldest == 0 || first < oldest) {
			oldest = first
		}
	}
	r.long.Next(&r.held, 0, func(k *block.Key, s *block.Summary) bool {
		if r.ofBoot(k) {
			see(s.FirstSeq, s.LastSeq)
		}
		return false
	})
	events, _ := r.ring.Since(make([]buffer.Event, 0, r.ring.Stats().Capacity), 0)
	for i := range events {
		if events[i].Boot == r.requested.Boot {
			see(events[i].Seq, events[i].Seq)
		}
	}
	return max(oldest, r.requested.From)
}

func (r *longResend) ofBoot(k *block.Key) bool {
	return k.Boot == r.requested.Boot && k.Lane == buffer.Readings
}

func (r *longResend) wants(seq uint64) bool {
	return seq >= r.requested.From && (seq <= r.requested.To || r.requested.To == 0)
}

// take returns the next message of this answer, false when it is complete.
func (r *longResend) take(names *topicNames) (outgoing, bool) {
	for {
		if len(r.batch) > 0 {
			e := &r.batch[0]
			r.batch = r.batch[1:]
			row, topic := names.event(e)
			return outgoing{row: row, topic: topic, payload: buffer.AppendJSON(nil, e), part: partOther}, true
		}
		if r.done {
			return r.nextGap(names)
		}
		if m, ok := r.read(names); ok {
			return m, true
		}
	}
}

// minBlock is of how many requested readings it is worth the while to send a block as a whole.
const minBlock = 16

// read reads the next block, or the events behind all blocks. It returns a message where the block is one.
func (r *longResend) read(names *topicNames) (outgoing, bool) {
	if r.follow != nil {
		r.readRing()
		return outgoing{}, false
	}
	offset, position, ok := r.long.Next(&r.held, r.offset, func(k *block.Key, s *block.Summary) bool {
		return r.ofBoot(k) && s.LastSeq >= r.requested.From && (s.FirstSeq <= r.requested.To || r.requested.To == 0)
	})
	r.offset = offset
	if !ok {
		r.position, r.follow = position, r.ring.Follow(position, 2*MaxInFlight)
		return outgoing{}, false
	}
	if r.held.Open(&r.it) != nil {
		return outgoing{}, false // an Appender makes none such
	}
	for r.it.Next() {
		r.add(&r.it.Event)
	}
	if len(r.batch) < minBlock || !r.blocks() {
		return outgoing{}, false
	}
	m, ok := blockMessage(names, &r.held)
	if ok {
		r.batch = nil
	}
	return m, ok
}

// readRing reads events that are in no block. If some were overwritten meanwhile, they are in a block by now.
func (r *longResend) readRing() {
	events, lost := r.follow.Next()
	if lost > 0 {
		if _, position, _ := r.long.Next(&r.held, r.offset, func(*block.Key, *block.Summary) bool { return false }); position > r.position {
			r.follow = nil
			return
		}
	}
	r.done = len(events) == 0
	for i := range events {
		if e := &events[i]; e.Boot == r.requested.Boot {
			r.add(e)
		}
	}
}

// add puts an event that is wanted and was not found before into the batch.
func (r *longResend) add(e *buffer.Event) {
	if r.wants(e.Seq) && r.found.add(e.Seq) {
		r.batch = append(r.batch, *e)
	}
}

// nextGap declares what was not found.
func (r *longResend) nextGap(names *topicNames) (outgoing, bool) {
	if !r.declared {
		r.gaps, r.declared = r.found.gaps(r.requested), true
	}
	if len(r.gaps) == 0 {
		return outgoing{}, false
	}
	g := r.gaps[0]
	r.gaps = r.gaps[1:]
	return outgoing{row: gapTopic, topic: names.of(gapTopic), payload: g.payload(), part: partOther}, true
}

// foundSeqs is which numbers were found: one bit each, from the first on.
type foundSeqs struct {
	first uint64
	last  uint64 // the greatest that was found, 0 for none
	bits  []uint64
}

// maxFoundSeqs bounds the bits: a boot of which more than that lies between its oldest and its newest reading is not held by any ring.
const maxFoundSeqs = 1 << 26

// add reports whether a number was not found before.
func (f *foundSeqs) add(seq uint64) bool {
	i := seq - f.first
	if seq < f.first || i >= maxFoundSeqs {
		return false
	}
	for uint64(len(f.bits)) <= i/64 {
		f.bits = append(f.bits, 0)
	}
	if f.bits[i/64]&(1<<(i%64)) != 0 {
		return false
	}
	f.bits[i/64] |= 1 << (i % 64)
	f.last = max(f.last, seq)
	return true
}

func (f *foundSeqs) has(seq uint64) bool {
	i := seq - f.first
	return seq >= f.first && i/64 < uint64(len(f.bits)) && f.bits[i/64]&(1<<(i%64)) != 0
}

// maxGaps is how many gaps one answer declares one by one. What was overwritten is no longer in order: where there are more, one gap is
// declared from the first to the last of them, and what of it arrives is not lost.
const maxGaps = 16

// gaps are the requested numbers that were not found.
func (f *foundSeqs) gaps(g Gap) (all []Gap) {
	if f.last == 0 {
		return []Gap{g}
	}
	add := func(from, to uint64) {
		if from <= to {
			all = append(all, Gap{g.Lane, g.Boot, from, to})
		}
	}
	next := g.From
	for seq := max(f.first, g.From); seq <= f.last; seq++ {
		if f.has(seq) {
			add(next, seq-1)
			next = seq + 1
		}
	}
	add(next, g.To)
	if len(all) > maxGaps {
		all = []Gap{{g.Lane, g.Boot, all[0].From, all[len(all)-1].To}}
	}
	return all
}
