package block

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrFormat says that bytes are no block: cut off, damaged, or of a format that this program does not know.
var ErrFormat = errors.New("not a block")

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

// reader takes a block apart. It keeps the first mistake; after it, everything reads as zero.
type reader struct {
	in  []byte
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = broken(format, args...)
	}
	r.in = nil
}

// bytes takes the next n bytes.
func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.in)) {
		r.fail("%d bytes are left; must be at least %d", len(r.in), n)
		return nil
	}
	out := r.in[:n]
	r.in = r.in[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.in)
	if n <= 0 {
		r.fail("a number is cut off or longer than 64 bits")
		return 0
	}
	r.in = r.in[n:]
	return v
}

func (r *reader) varint() int64 { return unzigzag(r.uvarint()) }

// fixed is a number of 64 bits, low byte first.
func (r *reader) fixed() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// text is a text with its length in front, at most so many bytes.
func (r *reader) text(limit uint64) string {
	n := r.uvarint()
	if n > limit {
		r.fail("a text has %d bytes; must be at most %d", n, limit)
		return ""
	}
	return string(r.bytes(n))
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}
