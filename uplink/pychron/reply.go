package pychron

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"pychron-edge/buffer"
)

// Replies that are words of the protocol. A client folds their case.
const (
	moved      = "OK"
	unchanged  = "ok" // nothing had to be moved
	noResponse = "No Response"
)

// The errors of the protocol, section 7.
const (
	errCommand   = 3
	errArguments = 4
	errValve     = 5
	errDevice    = 8
	errSilent    = 10
	errAccess    = 12
	errLocked    = 14
	errActuate   = 15
	errGauge     = 16
	errEnable    = 102
	errDisable   = 103
	errHolder    = 104
	errSetpoint  = 106
	errMotor     = 107
	errPosition  = 108
)

// failure is the text of an error: "ERROR 005 : Z is not a registered valve name".
func failure(code int, format string, a ...any) string {
	return fmt.Sprintf("ERROR %03d : %s", code, fmt.Sprintf(format, a...))
}

// badArguments is the answer to a command with arguments it does not take.
func badArguments(r request) string {
	return failure(errArguments, "invalid arguments: %s %s", r.name, shown(r.rest))
}

// maxShown is how much of what a client sent is sent back to it, in bytes.
const maxShown = 64

// shown is what a client sent, as it may be sent back: a line of text that is not long.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s[:min(len(s), maxShown)])
	return strings.ToValidUTF8(s, "?")
}

// truth is a state as Python writes it.
func truth(on bool) string {
	if on {
		return "True"
	}
	return "False"
}

// digits is how many digits of a pressure are sent: more than any gauge has.
const digits = 6

// torr is a pressure in pascals as Pychron reads it: in torr, as Python writes a float.
func torr(pascals float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(pascals/buffer.PascalsPerTorr, 'e', digits-1, 64), 64)
	return float(rounded)
}

// float is a number as Python's str writes it: 1.2e-09, 0.0012, 760.0, 1e+16.
func float(v float64) string {
	s := strconv.FormatFloat(v, 'e', -1, 64)
	mantissa, power, _ := strings.Cut(s, "e")
	if n, err := strconv.Atoi(power); err == nil && (n < -4 || n >= 16) {
		return mantissa + "e" + power
	}
	s = strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
