package block

import (
	"context"

	"pychron-edge/buffer"
)

// Packer packs what a ring of events is about to overwrite into a ring of blocks. Appending to the ring of events costs nothing more for it.
//
// It lets seven eighths of the ring fill and packs six of them at once, so that a block holds as many readings of a series as there are. It is
// for one goroutine.
type Packer struct {
	from   *buffer.Ring
	into   *Ring
	follow *buffer.Follower
	open   map[seriesName][]*Appender // the blocks that are being made, of series with that name
	shared deflater
	done   [][]byte // blocks
}

// seriesName is enough of a key to find a series quickly.
type seriesName struct {
	device, point string
	kind          buffer.Kind
}

const packBatch = 64 // events copied at a time

// NewPacker packs all that from holds and gets, into a ring that nothing else fills.
func NewPacker(from *buffer.Ring, into *Ring) *Packer {
	return &Packer{from: from, into: into, follow: from.Follow(0, packBatch), open: map[seriesName][]*Appender{}}
}

// Run packs until ctx is done. It returns nil.
func (p *Packer) Run(ctx context.Context) error {
	for {
		p.Pack()
		if !p.wait(ctx) {
			return nil
		}
	}
}

// wait waits until something is due; false when ctx is done.
func (p *Packer) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-p.from.Reach(p.due()):
		return true
	}
}

// due is the position in the ring of events from which on there is something to pack.
func (p *Packer) due() uint64 {
	capacity := uint64(p.from.Stats().Capacity)
	return p.follow.Position() + capacity - capacity/8
}

// Pack packs what is due, which is nothing until seven eighths of the ring are not packed yet. It is for one that is not running.
func (p *Packer) Pack() {
	for {
		s := p.from.Stats()
		if s.Position < p.due() {
			return
		}
		p.pack(p.follow.Position() + uint64(s.Capacity+1)*3/4)
	}
}

// pack packs the events up to a position, and those that were copied with the last of them.
func (p *Packer) pack(until uint64) {
	var missed uint64
	for p.follow.Position() < until {
		events, lost := p.follow.Next()
		if len(events) == 0 {
			break
		}
		missed += lost
		for i := range events {
			p.add(&events[i])
		}
	}
	p.publish(missed)
}

// add adds an event to the block of its series, or to a new one where that is full.
func (p *Packer) add(e *buffer.Event) {
	name := seriesName{e.Device, e.Point, e.Kind}
	for _, a := range p.open[name] {
		if !a.key.Holds(e) {
			continue
		}
		if !a.Append(e) {
			p.close(a)
			a.Append(e)
		}
		return
	}
	a := &Appender{deflater: &p.shared}
	a.Append(e)
	p.open[name] = append(p.open[name], a)
}

// close makes a block of what an Appender has.
func (p *Packer) close(a *Appender) {
	if a.Len() > 0 {
		p.done = append(p.done, a.AppendBlock(nil))
	}
}

// publish puts all that was packed into the ring of blocks.
func (p *Packer) publish(missed uint64) {
	for _, all := range p.open {
		for _, a := range all {
			p.close(a)
		}
	}
	clear(p.open)
	p.into.put(p.done, p.follow.Position(), missed)
	clear(p.done)
	p.done = p.done[:0]
}
