package drivers

import (
	"errors"
	"strings"
)

var errNotItsForm = errors.New("not the form of this instrument's numbers")

// normal is [number] of an instrument whose numbers have digits on both sides of a point, and one digit before it where there is an exponent,
// which has a sign and one or two digits, or one digit, and is never minus zero ("+077.350", "500", "1.234E0", "7.602E+2", "1E-05"). Another form is what a byte that was changed on the line
// makes of one: a point that has become a digit, a digit that has become an end of line ("1720E-03", ".50E-09", "22.", "1.5E-097").
func normal(s string) (float64, error) {
	v, err := number(s)
	if err == nil && !formOf(s).normal() {
		return 0, errNotItsForm
	}
	return v, err
}

// fixedPoint is [normal] of an instrument that never writes an exponent.
func fixedPoint(s string) (float64, error) {
	v, err := normal(s)
	if err == nil && formOf(s).exponent >= 0 {
		return 0, errNotItsForm
	}
	return v, err
}

// scientific is [normal] of an instrument that always writes one digit, the point, digits, and an exponent with a sign. digits is how many the exponent has
// at least: 2 for "d.ddE±dd", 1 where a small exponent has one. What a line that ended too early leaves of one ("1.", "1.50", "1.50E-0") is none.
func scientific(s string, digits int) (float64, error) {
	v, err := normal(s)
	if f := formOf(s); err == nil && (!f.point || f.sign == 0 || f.exponent < digits) {
		return 0, errNotItsForm
	}
	return v, err
}

// form is how a number is written.
type form struct {
	before, after int  // digits before and after the point
	point         bool // or a comma
	exponent      int  // digits of the exponent; -1 = there is none
	sign          byte // of the exponent; 0 = there is none
	zero          bool // the exponent
}

func formOf(s string) form {
	f := form{exponent: -1}
	for _, c := range []byte(strings.TrimLeft(strings.TrimSpace(s), "+-")) {
		switch {
		case c == '.' || c == ',':
			f.point = true
		case c == 'e' || c == 'E':
			f.exponent = 0
		case c == '+' || c == '-':
			f.sign, f.zero = c, true
		case f.exponent >= 0:
			f.exponent++
			f.zero = f.zero && c == '0'
		case f.point:
			f.after++
		default:
			f.before++
		}
	}
	return f
}

// normal reports what [normal] asks for.
func (f form) normal() bool {
	switch {
	case f.before == 0 || f.point != (f.after > 0):
		return false
	case f.exponent < 0:
		return true
	case f.before != 1 || f.sign == 0 && f.exponent != 1 || f.sign == '-' && f.zero:
		return false
	}
	return f.exponent == 1 || f.exponent == 2
}
