package block

import (
	"encoding/binary"
	"sync"
)

// Ring keeps the blocks of many series in a fixed piece of memory; the oldest make room for the newest.
//
//   - Its size holds for everything: blocks, and the keys of their series, which stand once each. Memory is taken as it fills.
//   - Blocks stand in the order in which they were put in; within one, readings stand in the order in which they were added.
//   - Readers hold up nobody for longer than a copy of one block takes. What is overwritten before a reader comes to it, it does not get.
//
// All methods may be called from any goroutine.
type Ring struct {
	mu         sync.Mutex
	size       int
	pages      [][]byte // nil until something was written there
	head, tail uint64   // bytes ever put in, and ever dropped
	series     seriesTable
	position   uint64 // in the ring that was packed: of the last event that is here or was lost
	stats      Stats
}

// MinRing is the least size of a Ring in bytes.
const MinRing = page

// page is how much memory is taken at a time, in bytes.
const page = 64 << 10

// NewRing makes a ring of size bytes, in whole pages of 64 KiB and at least [MinRing].
func NewRing(size int) *Ring {
	pages := (max(size, MinRing) + page - 1) / page
	return &Ring{size: pages * page, pages: make([][]byte, pages)}
}

// recordHead is the length of the columns and the number of the series in front of them, 4 bytes each.
const recordHead = 8

// put adds blocks, all at once for every reader. position is that of the last event of the packed ring that they reach to, and lost how
// many events before it were overwritten before they could be packed.
func (r *Ring) put(blocks [][]byte, position, lost uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range blocks {
		r.add(b)
	}
	r.position = position
	r.stats.Lost += lost
}

// add adds a block: its key to the series, and what follows it to the memory. The caller holds mu.
func (r *Ring) add(block []byte) {
	key, summary, err := Look(block)
	if err != nil {
		return // an Appender makes none such
	}
	columns := block[len(appendHead(nil, &key)):]
	id := r.series.hold(&key)
	size := recordHead + len(columns)
	for r.tail < r.head && r.used()+size > r.size {
		r.drop()
	}
	count := uint64(summary.Count)
	r.stats.Total += count
	if r.used()+size > r.size {
		r.series.release(id)
		r.stats.Dropped += count
		return
	}
	var head [recordHead]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(columns)))
	binary.LittleEndian.PutUint32(head[4:], id)
	r.write(head[:])
	r.write(columns)
	r.stats.Blocks++
	r.stats.Readings += count
}

// used is the bytes that blocks and keys take. The caller holds mu.
func (r *Ring) used() int { return int(r.head-r.tail) + r.series.bytes }

// drop forgets the oldest block. The caller holds mu.
func (r *Ring) drop() {
	length, id, _ := r.at(r.tail)
	var room [summaryHead]byte
	count := countOf(r.read(room[:min(length, summaryHead)], r.tail+recordHead))
	r.tail += recordHead + uint64(length)
	r.series.release(id)
	r.stats.Blocks--
	r.stats.Readings -= count
	r.stats.Dropped += count
}

// summaryHead is how many bytes the count at the beginning of a summary takes at most.
const summaryHead = 10

// countOf is how many readings a block has, which is what its columns begin with.
func countOf(columns []byte) uint64 {
	n, _ := binary.Uvarint(columns)
	return n
}

// at is the length, the series and the key of the block at an offset. The caller holds mu.
func (r *Ring) at(offset uint64) (length int, id uint32, key *Key) {
	var head [recordHead]byte
	r.read(head[:], offset)
	id = binary.LittleEndian.Uint32(head[4:])
	return int(binary.LittleEndian.Uint32(head[:])), id, r.series.key(id)
}

// write puts bytes at the head, around the end of the memory. The caller holds mu.
func (r *Ring) write(b []byte) {
	for len(b) > 0 {
		in := r.page(r.head)
		if *in == nil {
			*in = make([]byte, page)
		}
		n := copy((*in)[r.head%page:], b)
		b = b[n:]
		r.head += uint64(n)
	}
}

// read fills dst with the bytes from an offset on. The caller holds mu.
func (r *Ring) read(dst []byte, offset uint64) []byte {
	for left := dst; len(left) > 0; {
		n := copy(left, (*r.page(offset))[offset%page:])
		left = left[n:]
		offset += uint64(n)
	}
	return dst
}

// page is the one that an offset is in. The caller holds mu.
func (r *Ring) page(offset uint64) *[]byte { return &r.pages[offset/page%uint64(len(r.pages))] }

// Stats is how full a ring is.
type Stats struct {
	Blocks   int    // held now
	Readings uint64 // held now
	Bytes    int    // that they and their keys take
	Capacity int    // bytes at most
	Total    uint64 // readings ever put in
	Dropped  uint64 // readings put in and no longer held
	Lost     uint64 // readings overwritten before they were packed
}

// Stats says how full the ring is.
func (r *Ring) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Bytes, s.Capacity = r.used(), r.size
	return s
}
