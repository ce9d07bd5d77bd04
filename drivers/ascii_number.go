package drivers

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// numberForms are the ways an instrument writes a number, beside decimal text ("").
//
//	hex, hex_signed               text: "00FF" is 255, "FF" is -1 (two's complement of its digits)
//	hex_float                     text of 8 or 16 digits: "41480000" is 12.5, IEEE 754
//	bits                          text: "0101" is 5
//	binary, binary_low            bytes, the high or the low one first: 1 to 8
//	signed, signed_low            the same in two's complement
//	float, float_low              4 or 8 bytes, IEEE 754
//	bcd, bcd_low                  bytes with two digits each
var numberForms = []string{"", "hex", "hex_signed", "hex_float", "bits", "binary", "binary_low", "signed", "signed_low", "float", "float_low", "bcd", "bcd_low"}

var (
	errSubnormal = errors.New("so small that it is no measurement (subnormal)")
	errIsNaN     = errors.New("not a number (NaN)")
)

// isText says whether form is written in printable characters.
func isText(form string) bool {
	return form == "" || form == "bits" || strings.HasPrefix(form, "hex")
}

// numberOf reads a number in a form. comma is the decimal sign of decimal text.
func numberOf(form string, part []byte, comma bool) (float64, error) {
	if isText(form) {
		return textNumber(form, strings.TrimSpace(string(part)), comma)
	}
	if len(part) == 0 || len(part) > 8 {
		return 0, fmt.Errorf("%d bytes, want 1 to 8", len(part))
	}
	kind, low := strings.CutSuffix(form, "_low")
	if low {
		part = slices.Clone(part)
		slices.Reverse(part)
	}
	switch kind {
	case "float":
		return floatOf(part)
	case "bcd":
		n, err := strconv.ParseUint(hex.EncodeToString(part), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("% X is not BCD", part)
		}
		return float64(n), nil
	case "signed":
		return float64(signed(uintOf(part), 8*len(part))), nil
	}
	return float64(uintOf(part)), nil
}

func textNumber(form, text string, comma bool) (float64, error) {
	switch form {
	case "":
		return decimal(text, comma)
	case "hex_float":
		raw, err := hex.DecodeString(text)
		if err != nil {
			return 0, errNotNumber
		}
		return floatOf(raw)
	}
	n, err := wholeText(form, text)
	if err == nil && form == "hex_signed" {
		return float64(signed(n, 4*len(text))), nil
	}
	return float64(n), err
}

// wholeText reads digits of the base that form says.
func wholeText(form, text string) (uint64, error) {
	base := 16
	if form == "bits" {
		base = 2
	}
	n, err := strconv.ParseUint(text, base, 64)
	if err != nil || text[0] == '+' {
		return 0, errNotNumber
	}
	return n, nil
}

// uintOf is bytes with the high one first.
func uintOf(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// signed is n in two's complement of bits.
func signed(n uint64, bits int) int64 {
	shift := max(64-bits, 0)
	return int64(n<<shift) >> shift
}

// floatOf is 4 or 8 bytes, the high one first. What no instrument measures is an error: NaN, infinities, subnormal numbers, which are
// what registers and frames give that hold something else.
func floatOf(b []byte) (float64, error) {
	v, smallest := 0.0, 0.0
	switch len(b) {
	case 4:
		v, smallest = float64(math.Float32frombits(binary.BigEndian.Uint32(b))), 0x1p-126
	case 8:
		v, smallest = math.Float64frombits(binary.BigEndian.Uint64(b)), 0x1p-1022
	default:
		return 0, fmt.Errorf("%d bytes, want 4 or 8 of a float", len(b))
	}
	switch {
	case math.IsNaN(v):
		return 0, errIsNaN
	case math.IsInf(v, 0):
		return 0, errNotFinite
	case v != 0 && math.Abs(v) < smallest:
		return 0, errSubnormal
	}
	return v, nil
}

// maskedOf picks bits out of a whole number in a form and moves them down to the lowest. It is exact for all 64 bits.
func maskedOf(form string, part []byte, comma bool, mask uint64) (float64, error) {
	n, err := bitsOf(form, part, comma)
	if err != nil {
		return 0, err
	}
	for n &= mask; mask&1 == 0; n, mask = n>>1, mask>>1 {
	}
	return float64(n), nil
}

// bitsOf is a whole number in a form, one below 0 in two's complement of its bytes.
func bitsOf(form string, part []byte, comma bool) (uint64, error) {
	text := strings.TrimSpace(string(part))
	switch kind, low := strings.CutSuffix(form, "_low"); {
	case kind == "hex" || kind == "hex_signed" || kind == "bits":
		return wholeText(form, text)
	case (kind == "binary" || kind == "signed") && len(part) > 0 && len(part) <= 8:
		return uintOf(appendOrdered(nil, slices.Clone(part), low)), nil
	}
	v, err := numberOf(form, part, comma)
	if err == nil && (v != math.Trunc(v) || v < 0 || v > maxExact) {
		err = fmt.Errorf("%g has no bits", v)
	}
	return uint64(v), err
}

// appendNumber writes a number in a form, in width characters or bytes; width 0 is as many as decimal text needs.
func appendNumber(dst []byte, v float64, form string, width, digits int, exponent bool) ([]byte, error) {
	if form == "" {
		letter := byte('f')
		if exponent {
			letter = 'E'
		}
		text := strconv.FormatFloat(v, letter, digits, 64)
		if pad := width - len(text); pad > 0 {
			sign := ""
			if text[0] == '-' {
				sign, text = "-", text[1:]
			}
			text = sign + strings.Repeat("0", pad) + text
		}
		if width > 0 && len(text) > width {
			return dst, fmt.Errorf("%s has more than %d characters", text, width)
		}
		return append(dst, text...), nil
	}
	switch {
	case form == "hex_float":
		raw, err := appendFloatBytes(nil, v, form, width/2)
		return fmt.Appendf(dst, "%X", raw), err
	case strings.HasPrefix(form, "float"):
		return appendFloatBytes(dst, v, form, width)
	}
	return appendWhole(dst, math.Round(v), form, width)
}

func appendFloatBytes(dst []byte, v float64, form string, width int) ([]byte, error) {
	b := binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(v)))
	if width == 8 {
		b = binary.BigEndian.AppendUint64(nil, math.Float64bits(v))
	} else if math.Abs(v) > math.MaxFloat32 {
		return dst, fmt.Errorf("%g is too large for 4 bytes", v)
	}
	if strings.HasSuffix(form, "_low") {
		slices.Reverse(b)
	}
	return append(dst, b...), nil
}

// appendWhole writes a whole number into width digits or bytes.
func appendWhole(dst []byte, v float64, form string, width int) ([]byte, error) {
	kind, low := strings.CutSuffix(form, "_low")
	negative := kind == "signed" || kind == "hex_signed"
	bits := float64(map[string]int{"hex": 4, "hex_signed": 4, "bits": 1}[kind] * width)
	if bits == 0 {
		bits = float64(8 * width)
	}
	lowest, highest := 0.0, math.Exp2(bits)-1
	if negative {
		lowest, highest = -math.Exp2(bits-1), math.Exp2(bits-1)-1
	}
	if kind == "bcd" {
		highest = math.Pow(10, float64(2*width)) - 1
	}
	if !(v >= lowest && v <= highest) || math.Abs(v) > maxExact {
		return dst, fmt.Errorf("%g does not fit; must be %g to %g", v, lowest, min(highest, maxExact))
	}
	n := uint64(int64(v))
	switch kind {
	case "hex", "hex_signed":
		text := fmt.Sprintf("%0*X", width, n)
		return append(dst, text[len(text)-width:]...), nil
	case "bits":
		return fmt.Appendf(dst, "%0*b", width, n), nil
	case "bcd":
		text, _ := hex.DecodeString(fmt.Sprintf("%0*d", 2*width, n)) // decimal digits, two a byte
		return appendOrdered(dst, text, low), nil
	}
	return appendOrdered(dst, binary.BigEndian.AppendUint64(nil, n)[8-width:], low), nil
}

func appendOrdered(dst, b []byte, low bool) []byte {
	if low {
		slices.Reverse(b)
	}
	return append(dst, b...)
}
