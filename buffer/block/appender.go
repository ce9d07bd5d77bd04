package block

import (
	"encoding/binary"

	"pychron-edge/buffer"
)

// Limits of a block. The reader refuses what is beyond them, so that no block takes more than 1 MiB of memory to read.
const (
	MaxReadings = 8192
	MaxBody     = 1 << 20 // bytes of its columns, unpacked
	maxWords    = 1 << 18 // bytes of texts that an Appender puts into one
)

// Format is the first byte of a block, and says how the rest is written.
const Format = 1

// Appender makes blocks. It takes events as a ring holds them, their texts within its limits. The zero Appender is ready; it keeps its memory from block to block. It is for one goroutine.
type Appender struct {
	key      Key
	summary  Summary
	seqs     []int64
	clocks   clocks
	values   []float64
	bounds   []int64
	texts    [3]texts // missing, status, note
	body     []byte
	deflater *deflater // nil until it is needed
}

// Append adds an event. It is false, and nothing is added, where the event is of another series than the first or the block is full.
// Times are kept to the nanosecond, in UTC.
func (a *Appender) Append(e *buffer.Event) bool {
	switch {
	case a.summary.Count == 0:
		a.key = KeyOf(e)
	case a.summary.Count >= MaxReadings || a.words() > maxWords || !a.key.Holds(e):
		return false
	}
	a.summary.at(e.Seq, e.Time, e.Up)
	if e.Missing == "" {
		a.summary.value(e.Value)
	}
	a.clocks.add(e.Time, e.Up)
	a.seqs = append(a.seqs, int64(e.Seq))
	a.values, a.bounds = append(a.values, e.Value), append(a.bounds, int64(e.Bound))
	for i, text := range [...]string{e.Missing, e.Status, e.Note} {
		a.texts[i].add(text)
	}
	return true
}

func (a *Appender) words() int { return a.texts[0].size + a.texts[1].size + a.texts[2].size }

// Len is how many events were added.
func (a *Appender) Len() int { return a.summary.Count }

// AppendBlock appends the block of the events added, and empties the Appender for the next. Without an event it appends nothing.
func (a *Appender) AppendBlock(dst []byte) []byte {
	if a.Len() == 0 {
		return dst
	}
	return a.appendColumns(appendHead(dst, &a.key))
}

// appendHead appends the format and the key.
func appendHead(dst []byte, k *Key) []byte { return k.appendTo(append(dst, Format)) }

// appendColumns appends what follows the key, and empties the Appender.
func (a *Appender) appendColumns(dst []byte) []byte {
	if a.deflater == nil {
		a.deflater = &deflater{}
	}
	dst = a.summary.appendTo(dst)
	a.body = a.appendBody(a.body[:0])
	dst = a.deflater.appendTo(dst, a.body, a.words())
	a.reset()
	return dst
}

func (a *Appender) appendBody(dst []byte) []byte {
	dst = appendColumn(dst, a.seqs)
	dst = a.clocks.appendTo(dst)
	dst = appendValues(dst, a.values)
	dst = appendColumn(dst, a.bounds)
	for i := range a.texts {
		dst = a.texts[i].appendTo(dst)
	}
	return dst
}

func (a *Appender) reset() {
	a.key, a.summary = Key{}, Summary{}
	a.seqs, a.values, a.bounds = a.seqs[:0], a.values[:0], a.bounds[:0]
	a.clocks.reset()
	for i := range a.texts {
		a.texts[i].reset()
	}
}

// appendLength appends a number of bytes.
func appendLength(dst []byte, n int) []byte { return binary.AppendUvarint(dst, uint64(n)) }
