package drivers

import (
	"errors"
	"math"
	"strings"
)

// word is a text that an instrument may send in place of a number.
type word struct {
	text    string // upper case; the whole answer, or its beginning if it ends in "*"
	bound   Bound  // with AtMost or AtLeast the number after the text is the limit ("E-11" is 1E-11), else value
	value   float64
	missing string // not empty: no value, and why
}

// words are all texts that an instrument may send in place of a number, looked through in order.
type words []word

// reading turns a number, or one of the words, into r with its value times scale. Blanks and case do not matter. What is
// neither is an error.
func (w words) reading(r Reading, text string, scale float64) (Reading, error) {
	if v, err := normal(text); err == nil {
		r.Value = v * scale
		return r, check(r)
	}
	upper := strings.ToUpper(strings.TrimSpace(text))
	for _, x := range w {
		rest, ok := x.cut(upper)
		if !ok {
			continue
		}
		r.Bound, r.Missing = x.bound, x.missing
		if x.bound == Exact {
			return r, nil
		}
		v, err := normal(rest)
		if rest == "" && x.value > 0 {
			v, err = x.value, nil
		} else if strings.HasPrefix(rest, "E") {
			v, err = normal("1" + rest)
		}
		if err == nil && v <= 0 {
			err = errNotNumber // no limit
		}
		if err != nil {
			return r, err
		}
		r.Value = v * scale
		return r, check(r)
	}
	return r, errNotNumber
}

// cut reports whether text is the word, and what follows it.
func (x word) cut(text string) (rest string, ok bool) {
	if start, open := strings.CutSuffix(x.text, "*"); open {
		return strings.CutPrefix(text, start)
	}
	return "", text == x.text
}

// What no instrument measures: more than maxPascals (controllers say 9.9E+9 for a gauge that is off, in torr, mbar or Pa), less than minPascals beside
// zero, and temperatures in °C above maxCelsius.
const (
	maxPascals = 1e9
	minPascals = 1e-16
	maxCelsius = 1e5
)

var (
	errNoPressure    = errors.New("no pressure is that high")
	errNoVacuum      = errors.New("no pressure is that low")
	errNoTemperature = errors.New("no temperature is that high")
	errBelowZero     = errors.New("colder than absolute zero")
)

// check makes sure that a number is finite after scaling, a quantity that can be, and no number in place of a word.
func check(r Reading) error {
	v := math.Abs(r.Value)
	switch {
	case !finite(r.Value):
		return errNotFinite
	case r.Unit == Pascals && v > maxPascals:
		return errNoPressure
	case r.Unit == Pascals && v > 0 && v < minPascals:
		return errNoVacuum
	case r.Unit == Celsius && r.Value > maxCelsius:
		return errNoTemperature
	case r.Unit == Celsius && r.Value < zeroKelvin-1e-9:
		return errBelowZero
	}
	return nil
}
