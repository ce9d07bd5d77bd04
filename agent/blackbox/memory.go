package blackbox

import (
	"encoding/binary"
	"math"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// The size of the memory: [Memory] bytes hold ten minutes of 200 readings a second that all change, and of 600 that mostly do not.
const (
	pageSize = 64 << 10
	pages    = 20
	Memory   = pages * pageSize // bytes; taken as it fills
)

const (
	maxEntry  = 32   // bytes of one reading at most
	maxSeries = 4096 // points; the readings of further ones are not kept
	maxCodes  = 1024 // reasons for a missing value; further ones are kept as "another reason"
)

// memory is the last readings, in pages: a page is read without the others, and the oldest is overwritten as a whole. In a page a reading
// takes 2 to 4 bytes where nothing changed, else about 11.
type memory struct {
	mu     sync.Mutex
	pages  [pages]page
	now    int // the page that is written
	series seriesTable
	codes  codeTable
	from   time.Duration // of the first reading ever
	began  bool
}

// page is readings one after the other. Each begins with its series and a flag, then its time as the difference to the one before.
type page struct {
	bytes       []byte
	used, count int
	number      uint64 // counts pages ever begun
	begin       int64  // time that the first difference counts from, ms since the start
	first, last int64  // smallest and largest time
	previous    int64
}

// What follows the time of a reading.
const (
	same    = iota // it is as the one before of its series
	changed        // its value: the bits that differ
	recoded        // its code, then its value
)

// add keeps a reading. It allocates only where there is a new series, reason or page.
func (m *memory) add(s *buffer.Sample) {
	id, ok := m.series.of(s)
	if !ok || m.series.list[id].up == s.Up && m.series.list[id].seen {
		return
	}
	one := &m.series.list[id]
	one.up, one.seen = s.Up, true
	if !m.began {
		m.began, m.from = true, s.Up
	}
	code, bits := m.codes.of(s), math.Float64bits(s.Value)
	if s.Missing != "" {
		bits = 0
	}
	p := m.room(s.Up.Milliseconds())
	how := uint64(same)
	switch {
	case one.page != p.number || one.code != code:
		how = recoded
	case one.bits != bits:
		how = changed
	}
	base := one.bits
	if one.page != p.number {
		base = 0
	}
	p.put(uint64(id)<<2|how, s.Up.Milliseconds(), code, bits^base, how)
	one.page, one.code, one.bits = p.number, code, bits
}

// room is a page with room for a reading.
func (m *memory) room(up int64) *page {
	p := &m.pages[m.now]
	if p.bytes != nil && p.used+maxEntry <= len(p.bytes) {
		return p
	}
	number := p.number + 1
	if p.bytes != nil {
		m.now = (m.now + 1) % pages
	}
	p = &m.pages[m.now]
	if p.bytes == nil {
		p.bytes = make([]byte, pageSize)
	}
	*p = page{bytes: p.bytes, number: number, begin: up, previous: up, first: up, last: up}
	return p
}

// put writes one reading.
func (p *page) put(head uint64, up int64, code uint16, bits, how uint64) {
	b := p.bytes[:p.used]
	b = binary.AppendUvarint(b, head)
	b = binary.AppendVarint(b, up-p.previous)
	if how == recoded {
		b = binary.AppendUvarint(b, uint64(code))
	}
	if how != same {
		b = appendBits(b, bits)
	}
	p.previous, p.used = up, len(b)
	p.first, p.last = min(p.first, up), max(p.last, up)
	p.count++
}

// appendBits writes the bytes of bits from the first to the last that is not 0, and where they stand.
func appendBits(b []byte, bits uint64) []byte {
	at := len(b)
	b = append(b, 0)
	var all [8]byte
	binary.BigEndian.PutUint64(all[:], bits)
	first, last := 0, 8
	for first < 8 && all[first] == 0 {
		first++
	}
	for last > first && all[last-1] == 0 {
		last--
	}
	b[at] = byte(first<<4 | (last - first))
	return append(b, all[first:last]...)
}
