package drivers

import (
	"fmt"
	"strings"
)

// gammaFault turns the status, a word or its code, into whether the supply is in error. A word that is not known is reported as it came.
func gammaFault(r Reading, text string) (Reading, error) {
	switch strings.ToUpper(text) {
	case "00", "STANDBY", "01", "STARTING", "02", "RUNNING", "03", "COOL-DOWN", "COOLDOWN", "COOL DOWN":
	case "04", "ERROR":
		r.Value = 1
	case "":
		return r, errNotNumber
	default:
		r.Missing = text
	}
	return r, nil
}

func gammaAmperes(r Reading, text string) (Reading, error) {
	digits, ok := strings.CutSuffix(text, " AMPS")
	if !ok {
		return r, errNotNumber
	}
	v, err := number(digits)
	r.Value = v
	return r, err
}

func gammaVolts(r Reading, text string) (Reading, error) {
	v, err := number(text)
	r.Value = v
	return r, err
}

// gammaPressure turns "1.0E-11 MBAR" into pascals. A text in place of the number is why there is none.
func gammaPressure(r Reading, text string) (Reading, error) {
	digits, unit, _ := strings.Cut(text, " ")
	v, err := number(digits)
	if err == errNotNumber && text != "" && strings.ContainsAny(text[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ<>") {
		r.Missing = text
		return r, nil
	}
	scale, ok := pascalsPer(unit)
	if err == nil && !ok {
		err = fmt.Errorf("unit %q", unit)
	}
	r.Value = v * scale
	if err == nil {
		err = check(r)
	}
	return r, err
}
