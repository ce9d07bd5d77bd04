package blackbox

import (
	"encoding/binary"
	"math"
	"time"
)

// reading is one that is read back.
type reading struct {
	series uint16
	code   uint16
	up     int64 // ms since the start
	value  float64
}

// between gives f the readings from one time to another, both included, page by page in the order in which they were added. It holds up
// nobody for longer than a copy of one page takes. oldest is the time from which readings are complete.
func (m *memory) between(from, to time.Duration, f func(reading)) (oldest time.Duration) {
	var copied page
	lost := int64(0)
	for _, number := range m.numbers() {
		if !m.copy(&copied, number) {
			continue
		}
		if lost == 0 {
			lost = copied.first
		}
		if copied.last < from.Milliseconds() || copied.first > to.Milliseconds() {
			continue
		}
		copied.each(func(r reading) {
			if r.up >= from.Milliseconds() && r.up <= to.Milliseconds() {
				f(r)
			}
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(m.from, time.Duration(lost)*time.Millisecond)
}

// numbers are those of the pages that are held, oldest first.
func (m *memory) numbers() (list []uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.pages {
		if p := &m.pages[(m.now+1+i)%pages]; p.bytes != nil {
			list = append(list, p.number)
		}
	}
	return list
}

// copy copies the page with a number; false if it was overwritten meanwhile.
func (m *memory) copy(to *page, number uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.pages {
		if p := &m.pages[i]; p.number == number && p.bytes != nil {
			bytes := append(to.bytes[:0], p.bytes[:p.used]...)
			*to = *p
			to.bytes = bytes
			return true
		}
	}
	return false
}

// each gives f the readings of a copied page.
func (p *page) each(f func(reading)) {
	type last struct {
		code uint16
		bits uint64
	}
	before := map[uint16]last{}
	up, b := p.begin, p.bytes
	for range p.count {
		head, n := binary.Uvarint(b)
		b = b[n:]
		d, n := binary.Varint(b)
		b, up = b[n:], up+d
		id, how := uint16(head>>2), head&3
		l := before[id]
		if how == recoded {
			code, n := binary.Uvarint(b)
			b, l.code = b[n:], uint16(code)
		}
		if how != same {
			var bits uint64
			bits, b = cutBits(b)
			l.bits ^= bits
		}
		before[id] = l
		f(reading{id, l.code, up, math.Float64frombits(l.bits)})
	}
}

// cutBits reads what appendBits wrote.
func cutBits(b []byte) (bits uint64, rest []byte) {
	first, n := int(b[0]>>4), int(b[0]&15)
	var all [8]byte
	copy(all[first:], b[1:1+n])
	return binary.BigEndian.Uint64(all[:]), b[1+n:]
}
