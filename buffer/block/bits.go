package block

import (
	"encoding/binary"
	"math/bits"
)

// bitWriter appends bits to bytes, the lowest bit of each byte first.
type bitWriter struct {
	out  []byte
	word uint64
	n    uint // bits in word, less than 64
}

// write appends the lowest n bits of v; n is at most 64 and the bits above are zero.
func (w *bitWriter) write(v uint64, n uint) {
	w.word |= v << w.n
	if w.n+n < 64 {
		w.n += n
		return
	}
	w.out = binary.LittleEndian.AppendUint64(w.out, w.word)
	w.word = v >> (64 - w.n) // a shift by 64 gives 0
	w.n = w.n + n - 64
}

// close appends what is left, padded with zeros to a whole byte, and gives the bytes.
func (w *bitWriter) close() []byte {
	for ; w.n > 0; w.n -= min(w.n, 8) {
		w.out = append(w.out, byte(w.word))
		w.word >>= 8
	}
	return w.out
}

// bitReader reads what a bitWriter wrote. Behind the end it reads zeros, and over reports it.
type bitReader struct {
	in  []byte
	pos uint // in bits
}

// peek is the next 57 bits or more, the rest zero.
func (r *bitReader) peek() uint64 {
	i := r.pos >> 3
	if i+8 <= uint(len(r.in)) {
		return binary.LittleEndian.Uint64(r.in[i:]) >> (r.pos & 7)
	}
	return r.tail(i) >> (r.pos & 7)
}

// tail is the word at byte i near the end.
func (r *bitReader) tail(i uint) uint64 {
	var last [8]byte
	if i < uint(len(r.in)) {
		copy(last[:], r.in[i:])
	}
	return binary.LittleEndian.Uint64(last[:])
}

// read is the next n bits, at most 64.
func (r *bitReader) read(n uint) uint64 {
	if n <= 56 {
		v := r.peek() & (1<<n - 1)
		r.pos += n
		return v
	}
	low := r.read(32)
	return low | r.read(n-32)<<32
}

// over reports that more was read than there is.
func (r *bitReader) over() bool { return r.pos > 8*uint(len(r.in)) }

// A number is coded after Rice: its upper part in ones with a zero behind, then its lower k bits. After so many ones all 64 bits follow.
const escape = 16

func (w *bitWriter) rice(v uint64, k uint) {
	upper := v >> k
	if upper >= escape {
		w.write(1<<escape-1, escape)
		w.write(v, 64)
		return
	}
	w.write(1<<upper-1, uint(upper)+1)
	w.write(v&(1<<k-1), k)
}

func (r *bitReader) rice(k uint) uint64 {
	upper := uint(bits.TrailingZeros64(^r.peek()))
	if upper >= escape {
		r.pos += escape
		return r.read(64)
	}
	r.pos += upper + 1
	return uint64(upper)<<k | r.read(k)
}

// zigzag makes small numbers of both signs small: 0, -1, 1, -2 are 0, 1, 2, 3.
func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
