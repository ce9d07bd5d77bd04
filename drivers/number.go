package drivers

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

var (
	errNotNumber = errors.New("not a number")
	errNotFinite = errors.New("too large or too small a number")
)

// number reads a decimal number as instruments write it: blanks around it, a sign or none, a point or a comma, an exponent
// with or without sign and of any number of digits ("7.602E+2", "1.10e-9", "1.234E0", "500", " 8.3E-3", "5,0231").
// Everything else is an error: words, hexadecimal, NaN, infinities, numbers too large or too small for a float64, and text after it.
func number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	digits := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = true
		case strings.IndexByte("+-.,eE", c) < 0:
			return 0, errNotNumber
		}
	}
	if !digits {
		return 0, errNotNumber
	}
	if strings.IndexByte(s, ',') >= 0 {
		if strings.IndexByte(s, '.') >= 0 {
			return 0, errNotNumber
		}
		if s[len(s)-1] == ',' {
			return 0, errNotNumber // the end of a list
		}
		s = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || math.IsInf(v, 0):
		return 0, errNotFinite
	case err != nil:
		return 0, errNotNumber
	case v == 0 && strings.ContainsAny(mantissa(s), "123456789"):
		return 0, errNotFinite
	}
	return v, nil
}

// decimal is number with the decimal sign an instrument is known to write: the point, or the comma. The other one is refused, for it
// parts thousands: "1,234" is a thousand and more to one instrument and little more than one to the other.
func decimal(s string, comma bool) (float64, error) {
	if comma && strings.IndexByte(s, '.') >= 0 || !comma && strings.IndexByte(s, ',') >= 0 {
		return 0, errNotNumber
	}
	return number(s)
}

// mantissa is what stands before the exponent.
func mantissa(s string) string {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i]
	}
	return s
}

// integer reads a decimal integer with blanks around it and a sign or none.
func integer(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0, errNotNumber
	}
	return n, nil
}

// finite says whether v may leave a driver.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// flag is 1 for true and 0 for false.
func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
