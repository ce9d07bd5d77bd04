package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// pfeifferGauge is a Pfeiffer digital gauge: telegrams of the Pfeiffer vacuum protocol. Sheet: pfeiffer-digital-gauges.md.
type pfeifferGauge struct {
	address string
	gauge   *gauge
	fault   int
}

func init() { register("pfeiffer-gauge", newPfeifferGauge) }

func newPfeifferGauge(p *plant, s settings) instrument {
	name := s.text("ig", "channel")
	return &pfeifferGauge{address: fmt.Sprintf("%03d", s.whole(1, "address")), gauge: p.newGauge(kindOf(name), name)}
}

func (g *pfeifferGauge) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	if len(text) < 13 || sum(text[:len(text)-3]) != text[len(text)-3:] || text[:3] != g.address {
		return done, nil
	}
	action, parameter, data := text[3:5], text[5:8], text[10:len(text)-3]
	if length, err := strconv.Atoi(text[8:10]); err != nil || length != len(data) {
		return done, nil
	}
	answer := "_LOGIC"
	if action == "00" && data == "=?" {
		answer = g.value(parameter)
	}
	frame := fmt.Sprintf("%s10%s%02d%s", g.address, parameter, len(answer), answer)
	return done, []byte(frame + sum(frame) + "\r")
}

func (g *pfeifferGauge) value(parameter string) string {
	switch parameter {
	case "303":
		if g.fault != 0 {
			return fmt.Sprintf("Err%03d", g.fault)
		}
		return "000000"
	case "312":
		return "010100"
	case "349":
		return map[kind]string{ionGauge: "MPT200", convection: "PPT100", capacitance: "CPT200"}[g.gauge.kind]
	case "740":
		return g.pressure()
	case "742":
		return "000100"
	}
	return "NO_DEF"
}

// pressure in hPa: four digits of the mantissa and the exponent plus 20. One that is off is out of its range.
func (g *pfeifferGauge) pressure() string {
	pa, is := g.gauge.pascals()
	hPa := pa / mbar
	if is == off || is == none || hPa <= 0 {
		return "_RANGE"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(hPa, 'E', 3, 64), "E")
	n, _ := strconv.Atoi(exponent)
	m, _ := strconv.ParseFloat(mantissa, 64)
	return fmt.Sprintf("%04d%02d", int(math.Round(m*1000)), n+20)
}
