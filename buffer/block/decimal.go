package block

import (
	"encoding/binary"
	"math"
	"strconv"
)

// Forms of the column of values.
const (
	decimals = 0 // mantissa * 10^exponent * scale
	floats   = 1 // the 64 bits of each, as a whole number
)

// scales are the numbers by which drivers multiply what an instrument says in decimals: none, millibar, torr.
var scales = [...]float64{1, 100, 101325.0 / 760}

// powers are the powers of ten that a float64 holds exactly. A whole number of at most 53 bits times or by one of them is rounded once.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

const (
	maxPower    = len(powers) - 1
	maxMantissa = 1 << 53
)

// decimal is how values are written as whole mantissas: mantissa * 10^exponent * scale, each product rounded as float64.
type decimal struct {
	exponent int // -22 to 22
	scale    float64
}

// value is the number of a mantissa.
func (d *decimal) value(mantissa int64) float64 {
	if d.exponent < 0 {
		return float64(mantissa) / powers[-d.exponent] * d.scale
	}
	return float64(mantissa) * powers[d.exponent] * d.scale
}

// mantissa is that of a value, if it has one that gives the value back to the last bit.
func (d *decimal) mantissa(v float64) (int64, bool) {
	m := v / d.scale
	if d.exponent < 0 {
		m *= powers[-d.exponent]
	} else {
		m /= powers[d.exponent]
	}
	m = math.RoundToEven(m)
	if !(m > -maxMantissa && m < maxMantissa) {
		return 0, false
	}
	n := int64(m)
	return n, math.Float64bits(d.value(n)) == math.Float64bits(v)
}

// exponentOf is the exponent with which a value has its shortest mantissa at a scale; false where it has none of 15 digits.
func exponentOf(v, scale float64) (int, bool) {
	var room [32]byte
	text := strconv.AppendFloat(room[:0], math.Abs(v/scale), 'e', 14, 64) // d.dddddddddddddde±xx
	if len(text) < 19 || text[16] != 'e' {
		return 0, false
	}
	exponent, err := strconv.Atoi(string(text[17:]))
	if err != nil {
		return 0, false
	}
	digits := 15
	for digits > 1 && text[digits] == '0' {
		digits--
	}
	exponent -= digits - 1
	d := decimal{exponent, scale}
	if exponent < -maxPower || exponent > maxPower {
		return 0, false
	}
	_, ok := d.mantissa(v)
	return exponent, ok
}

// exception is a value that has no mantissa, and where it stands.
type exception struct {
	at   int
	bits uint64
}

// appendValues appends a column of values.
func appendValues(dst []byte, values []float64) []byte {
	for _, scale := range scales {
		if d, ok := decimalOf(values, scale); ok {
			mantissas, rest := d.mantissas(values)
			return d.append(dst, mantissas, rest)
		}
	}
	column := make([]int64, len(values))
	for i, v := range values {
		column[i] = int64(math.Float64bits(v))
	}
	return appendColumn(append(dst, floats), column)
}

// decimalOf is the smallest exponent that any of the values needs. It is false as soon as more than an eighth of them have none.
func decimalOf(values []float64, scale float64) (decimal, bool) {
	d, found, bad := decimal{maxPower, scale}, false, 0
	for _, v := range values {
		if found {
			if _, ok := d.mantissa(v); ok {
				continue
			}
		} else if math.Float64bits(v) == 0 {
			continue
		}
		if exponent, ok := exponentOf(v, scale); ok && exponent < d.exponent {
			d.exponent, found = exponent, true
		} else if bad++; bad > len(values)/8 {
			return d, false
		}
	}
	if !found {
		d.exponent = 0
	}
	return d, true
}

// mantissas are those of the values; where there is none, the one before stands again.
func (d *decimal) mantissas(values []float64) (column []int64, rest []exception) {
	column = make([]int64, len(values))
	var before int64
	for i, v := range values {
		m, ok := d.mantissa(v)
		if !ok {
			m = before
			rest = append(rest, exception{i, math.Float64bits(v)})
		}
		column[i], before = m, m
	}
	return column, rest
}

func (d *decimal) append(dst []byte, mantissas []int64, rest []exception) []byte {
	dst = binary.AppendVarint(append(dst, decimals), int64(d.exponent))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(d.scale))
	dst = appendColumn(dst, mantissas)
	dst = binary.AppendUvarint(dst, uint64(len(rest)))
	for _, e := range rest {
		dst = binary.LittleEndian.AppendUint64(binary.AppendUvarint(dst, uint64(e.at)), e.bits)
	}
	return dst
}

// values reads a column of values; room is for as many whole numbers.
func (r *reader) values(dst []float64, room []int64) {
	switch form := r.byte(); form {
	case decimals:
		r.decimals(dst, room)
	case floats:
		r.plain(room)
		for i, v := range room {
			dst[i] = math.Float64frombits(uint64(v))
		}
	default:
		r.fail("values of form %d; must be 0 or 1", form)
	}
}

func (r *reader) decimals(dst []float64, room []int64) {
	exponent := r.varint()
	d := decimal{int(exponent), math.Float64frombits(r.fixed())}
	if exponent < int64(-maxPower) || exponent > int64(maxPower) {
		r.fail("exponent %d; must be %d to %d", exponent, -maxPower, maxPower)
		return
	}
	r.plain(room)
	for i, m := range room {
		dst[i] = d.value(m)
	}
	for range r.uvarint() {
		at := r.uvarint()
		bits := r.fixed()
		if r.err != nil || at >= uint64(len(dst)) {
			r.fail("an exception at %d; must be before %d", at, len(dst))
			return
		}
		dst[at] = math.Float64frombits(bits)
	}
}
