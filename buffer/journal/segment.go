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

// maxRecord is more than any event makes: a length beyond it is damage.
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

// recordAt is the text of the record that begins where the reader stands, without passing it; nil where none does. The reader holds one whole.
func recordAt(r *bufio.Reader, e *buffer.Event) (text []byte, err error) {
	head, err := r.Peek(recordHead)
	if err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head)
	if length == 0 || length > maxRecord { // before it becomes an int, which has 32 bits on small boards
		return nil, nil
	}
	sum := binary.LittleEndian.Uint32(head[4:])
	whole, err := r.Peek(recordHead + int(length))
	if err != nil && err != io.EOF {
		return nil, err
	}
	if err != nil || crc32.Checksum(whole[recordHead:], castagnoli) != sum || buffer.ParseJSON(whole[recordHead:], e) != nil {
		return nil, nil
	}
	return whole[recordHead:], nil
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

// loadSegment reads one segment. What is damaged in it is passed over, and counted; the last one is cut after its last whole record.
func (j *Journal) loadSegment(g *segment, last bool, each func(*buffer.Event)) error {
	end, damaged, err := j.scan(g.number, func(e *buffer.Event) bool {
		known := slices.ContainsFunc(j.list, func(o segment) bool { return o.holds(e.Boot, e.Seq, e.Seq) })
		g.note(e)
		if each != nil && !known {
			each(e)
		}
		return true
	})
	unread := errors.Is(err, errUnread)
	if err != nil && !unread {
		return err
	}
	if g.bytes, err = j.disk.Size(j.path(g.number)); err != nil {
		return err
	}
	if damaged || unread || end < g.bytes && !last {
		j.state.Damaged++
	}
	g.sealed = unread
	if end < g.bytes && last && !unread { // torn by the end of an earlier start
		g.bytes = end
		return j.disk.Truncate(j.path(g.number), end)
	}
	return nil
}

// errUnread says that the disk does not give a part of a segment: what is behind it is not reached, and may be another time.
var errUnread = errors.New("cannot be read")

// scan calls f for each record of a segment, until it returns false. end is where the last of them ends. Where bytes are no record it looks for
// the next one at every byte: a flipped bit costs the record it is in, and damaged says so. What no record follows is a torn tail.
func (j *Journal) scan(number uint64, f func(e *buffer.Event) bool) (end int64, damaged bool, err error) {
	file, err := j.disk.Read(j.path(number))
	if err != nil {
		return 0, false, err
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, recordHead+maxRecord)
	for at := int64(0); ; {
		var e buffer.Event
		text, err := recordAt(r, &e)
		switch {
		case err == io.EOF:
			return end, damaged, nil
		case err != nil:
			return end, damaged, fmt.Errorf("%w: %w", errUnread, err)
		case text == nil:
			_, _ = r.Discard(1) // it is there: more was seen
			at++
			continue
		}
		damaged = damaged || at > end
		n, _ := r.Discard(recordHead + len(text)) // as above
		at += int64(n)
		end = at
		if !f(&e) {
			return end, damaged, nil
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
