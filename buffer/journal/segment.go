package journal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"slices"

	"pychron-edge/buffer"
)

// A record on disk, little endian:
//
//	length u32 | CRC-32C of the text u32 | text: one event as JSON
const recordHead = 8

// mostRecord is more than any event makes: a length beyond it is damage.
const maxRecord = 64 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord appends one event as a record.
func appendRecord(dst []byte, e *buffer.Event) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0)
	dst = buffer.AppendJSON(dst, e)
	text := dst[start+recordHead:]
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(text)))
	binary.LittleEndian.PutUint32(dst[start+4:], crc32.Checksum(text, castagnoli))
	return dst
}

// errTorn says that a segment ends in the middle of a record, or in damage.
var errTorn = errors.New("torn record")

// readRecord reads one record into *e and returns its length. io.EOF is a clean end.
func readRecord(r *bufio.Reader, text []byte, e *buffer.Event) (int64, []byte, error) {
	var head [recordHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if err == io.EOF {
			return 0, text, io.EOF
		}
		return 0, text, errTorn
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length == 0 || length > maxRecord { // before it becomes an int, which has 32 bits on small boards
		return 0, text, errTorn
	}
	n := int(length)
	text = slices.Grow(text[:0], n)[:n]
	if _, err := io.ReadFull(r, text); err != nil {
		return 0, text, errTorn
	}
	if crc32.Checksum(text, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return 0, text, errTorn
	}
	if buffer.ParseJSON(text, e) != nil {
		return 0, text, errTorn
	}
	return int64(recordHead + n), text, nil
}

// path is the file of a segment.
func (j *Journal) path(number uint64) string {
	return filepath.Join(j.dir, fmt.Sprintf("%016x.journal", number))
}

// load finds the segments, cuts a torn tail, and gives what they hold.
func (j *Journal) load(each func(*buffer.Event)) error {
	names, err := j.disk.List(j.dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		var number uint64
		if n, _ := fmt.Sscanf(name, "%016x.journal", &number); n != 1 || name != filepath.Base(j.path(number)) {
			continue
		}
		j.list = append(j.list, segment{number: number})
	}
	for i := range j.list {
		if err := j.loadSegment(&j.list[i], i == len(j.list)-1, each); err != nil {
			return err
		}
	}
	return nil
}

// loadSegment reads one segment. The last one is cut after its last whole record; in another, what follows damage is passed over.
func (j *Journal) loadSegment(g *segment, last bool, each func(*buffer.Event)) error {
	err := j.scan(g.number, func(e *buffer.Event, bytes int64) bool {
		known := slices.ContainsFunc(j.list, func(o segment) bool { return o.holds(e.Boot, e.Seq, e.Seq) })
		g.bytes += bytes
		g.note(e)
		if each != nil && !known {
			each(e)
		}
		return true
	})
	if !errors.Is(err, errTorn) {
		return err
	}
	if last {
		return j.disk.Truncate(j.path(g.number), g.bytes)
	}
	j.state.Damaged++
	g.bytes, err = j.disk.Size(j.path(g.number))
	return err
}

// scan calls f for each record of a segment with its length on disk, until it returns false.
func (j *Journal) scan(number uint64, f func(e *buffer.Event, bytes int64) bool) error {
	file, err := j.disk.Read(j.path(number))
	if err != nil {
		return err
	}
	defer file.Close()
	r, text := bufio.NewReaderSize(file, 32<<10), []byte(nil)
	for {
		var e buffer.Event
		var n int64
		if n, text, err = readRecord(r, text, &e); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if !f(&e, n) {
			return nil
		}
	}
}

// note adds an event to what the segment holds.
func (g *segment) note(e *buffer.Event) {
	for i := range slices.Backward(g.boots) {
		if b := &g.boots[i]; b.boot == e.Boot {
			b.from, b.to = min(b.from, e.Seq), max(b.to, e.Seq)
			return
		}
	}
	g.boots = append(g.boots, span{e.Boot, e.Seq, e.Seq})
}

// holds reports whether the segment may hold events from .. to of a boot.
func (g *segment) holds(boot string, from, to uint64) bool {
	for _, b := range g.boots {
		if b.boot == boot && b.from <= to && from <= b.to {
			return true
		}
	}
	return false
}
