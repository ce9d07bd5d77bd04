package sim

import (
	"bytes"
	"strconv"
	"strings"
)

// Control characters.
const (
	etx = 0x03
	eot = 0x04
	enq = 0x05
	ack = 0x06
	dle = 0x10
	nak = 0x15
	esc = 0x1b
	stx = 0x02
)

// readLine is the first line in received, without its end, which is any one byte of ends; done 0 when there is none yet.
func readLine(received []byte, ends string) (text string, done int) {
	i := bytes.IndexAny(received, ends)
	if i < 0 {
		return "", 0
	}
	return string(received[:i]), i + 1
}

// after cuts what comes before the last prefix in text: on a shared line, what was meant for others.
func after(text, prefix string) (string, bool) {
	i := strings.LastIndex(text, prefix)
	if i < 0 {
		return "", false
	}
	return text[i+len(prefix):], true
}

// scientific is x with digits after the point and an exponent of at least width digits: 1.10E-09 for 2 and 2. A plus sign of
// the exponent is written when signed.
func scientific(x float64, digits, width int, signed bool) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'E', digits, 64), "E")
	sign := exponent[:1]
	exponent = strings.TrimLeft(exponent[1:], "0")
	if len(exponent) < width {
		exponent = strings.Repeat("0", width-len(exponent)) + exponent
	}
	if sign == "+" && !signed {
		sign = ""
	}
	return mantissa + "E" + sign + exponent
}

// digit is '1' for true.
func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
