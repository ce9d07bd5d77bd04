package block

import (
	"encoding/binary"
	"math/bits"
)

// Forms of a column of whole numbers.
const (
	constant = 0 // all are one number
	ordered  = 1 // ordered+n, n = 0 to 2: differences of the order n
	gridded  = 4 // multiples of a step, and what is left
)

// group is how many numbers have one parameter k of their code; zeros is the k of a group in which all are zero.
const (
	group = 64
	zeros = 64
)

// appendColumn appends whole numbers. Differences wrap around, so that every number is as good as any other.
func appendColumn(dst []byte, column []int64) []byte {
	if same(column) {
		return binary.AppendVarint(append(dst, constant), column[0])
	}
	return appendOrdered(dst, column, measure(column))
}

// appendMeasured is appendColumn of a column that was measured.
func appendMeasured(dst []byte, column []int64, o orders) []byte {
	if same(column) {
		return appendColumn(dst, column)
	}
	return appendOrdered(dst, column, o)
}

func same(column []int64) bool {
	for _, v := range column[1:] {
		if v != column[0] {
			return false
		}
	}
	return true
}

// orders is what a column costs as differences of the orders 0, 1 and 2, in bits, and the number subtracted from each.
type orders struct {
	bits [3]int
	base [3]int64
}

func (o *orders) best() int {
	best := 0
	for i, n := range o.bits {
		if n < o.bits[best] {
			best = i
		}
	}
	return best
}

// minBits is what the cheapest order takes.
func (o *orders) minBits() int { return o.bits[o.best()] }

// measure estimates the three costs by the lengths of the numbers.
func measure(column []int64) (o orders) {
	first, last, n := column[0], column[len(column)-1], int64(len(column))
	var sum int64
	for _, v := range column {
		sum += v - first
	}
	o.base[0] = first + sum/n
	o.base[1] = (last - first) / max(n-1, 1)
	before, step := first, o.base[1]
	for i, v := range column {
		o.bits[0] += bits.Len64(zigzag(v - o.base[0]))
		if i == 0 {
			continue
		}
		o.bits[1] += bits.Len64(zigzag(v - before - o.base[1]))
		o.bits[2] += bits.Len64(zigzag(v - before - step))
		before, step = v, v-before
	}
	return o
}

// appendOrdered appends a column as differences of the cheapest order: the numbers they begin with, the base subtracted from each, then
// the parameters of the groups, the length of the bits and the bits.
func appendOrdered(dst []byte, column []int64, o orders) []byte {
	order := o.best()
	base := o.base[order]
	if len(column) <= order {
		order, base = 0, o.base[0]
	}
	dst = append(dst, byte(ordered+order))
	d := differences{order: order}
	for _, v := range column[:order] {
		dst = binary.AppendVarint(dst, d.of(v))
	}
	dst = binary.AppendVarint(dst, base)
	return appendGroups(dst, column[order:], d, base)
}

// differences gives the difference of an order to what came before.
type differences struct {
	order        int
	before, step int64
}

func (d *differences) of(v int64) int64 {
	step := v - d.before
	out := v
	switch d.order {
	case 1:
		out = step
	case 2:
		out = step - d.step
	}
	d.before, d.step = v, step
	return out
}

func appendGroups(dst []byte, column []int64, d differences, base int64) []byte {
	var coded [group]uint64
	at := len(dst)
	dst = append(dst, make([]byte, (len(column)+group-1)/group)...)
	w := bitWriter{out: make([]byte, 0, 2*len(column))}
	for ; len(column) > 0; at++ {
		n := min(group, len(column))
		for i, v := range column[:n] {
			coded[i] = zigzag(d.of(v) - base)
		}
		column = column[n:]
		k := parameter(coded[:n])
		dst[at] = byte(k)
		if k == zeros {
			continue
		}
		for _, v := range coded[:n] {
			w.rice(v, k)
		}
	}
	coding := w.close()
	return append(binary.AppendUvarint(dst, uint64(len(coding))), coding...)
}

// parameter is the k that codes the numbers shortest, near the length of their mean.
func parameter(coded []uint64) uint {
	var length uint
	var all uint64
	for _, v := range coded {
		length += uint(bits.Len64(v))
		all |= v
	}
	if all == 0 {
		return zeros
	}
	middle := length / uint(len(coded))
	best, bits := middle, cost(coded, middle)
	for k := max(middle, 1) - 1; k <= middle+1; k++ {
		if c := cost(coded, k); c < bits {
			best, bits = k, c
		}
	}
	return min(best, 63)
}

func cost(coded []uint64, k uint) (n uint64) {
	for _, v := range coded {
		if upper := v >> k; upper < escape {
			n += upper + 1 + uint64(k)
		} else {
			n += escape + 64
		}
	}
	return n
}

// plain reads into dst as many numbers as it has room for, of a column that is not on a grid.
func (r *reader) plain(dst []int64) {
	switch form := r.byte(); {
	case form == constant:
		v := r.varint()
		for i := range dst {
			dst[i] = v
		}
	case form >= ordered && form < gridded:
		r.ordered(dst, int(form-ordered))
	default:
		r.fail("column of form %d; must be 0 to 3, and 4 for times", form)
	}
}

func (r *reader) ordered(dst []int64, order int) {
	if order > len(dst) {
		r.fail("%d numbers as differences of order %d; must be at least as many", len(dst), order)
		return
	}
	for i := range dst[:order] {
		dst[i] = r.varint()
	}
	base := r.varint()
	r.groups(dst[order:], base)
	for range order {
		for i := 1; i < len(dst); i++ {
			dst[i] += dst[i-1]
		}
	}
}

// groups reads the coded numbers.
func (r *reader) groups(dst []int64, base int64) {
	parameters := r.bytes(uint64(len(dst)+group-1) / group)
	b := bitReader{in: r.bytes(r.uvarint())}
	for _, k := range parameters {
		n := min(group, len(dst))
		if k > zeros {
			r.fail("group with the parameter %d; must be 0 to %d", k, zeros)
			return
		}
		b.group(dst[:n], uint(k), base)
		dst = dst[n:]
	}
	if b.over() {
		r.fail("the bits of a column end early")
	}
}

// group reads the numbers of one group. While eight bytes are left, a number of at most 56 bits is read at once.
func (r *bitReader) group(dst []int64, k uint, base int64) {
	if k == zeros {
		for i := range dst {
			dst[i] = base
		}
		return
	}
	in, pos, mask := r.in, r.pos, uint64(1)<<k-1
	for i := range dst {
		if at := pos >> 3; at+8 <= uint(len(in)) {
			word := binary.LittleEndian.Uint64(in[at:]) >> (pos & 7)
			upper := uint(bits.TrailingZeros64(^word))
			if upper < escape && upper+1+k <= 56 {
				pos += upper + 1 + k
				dst[i] = base + unzigzag(uint64(upper)<<(k&63)|word>>((upper+1)&63)&mask)
				continue
			}
		}
		r.pos = pos
		dst[i] = base + unzigzag(r.rice(k))
		pos = r.pos
	}
	r.pos = pos
}
