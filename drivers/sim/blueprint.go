package sim

import (
	"fmt"
	"strings"
)

// ex1 is the simulator to copy, of the blueprint of an instrument: see docs/adding-an-instrument.md. It is written from the sheet,
// never from the driver, so that the two can disagree.
type ex1 struct {
	gauges map[string]*gauge // by number
}

func init() { register("blueprint", newEX1) }

func newEX1(p *plant, s settings) instrument {
	x := &ex1{gauges: map[string]*gauge{}}
	channels := s.list("channels")
	for _, number := range sorted(channels) {
		x.gauges[number] = p.newGauge(ionGauge, channels[number])
	}
	return x
}

func (x *ex1) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 || text == "" {
		return done, nil
	}
	return done, []byte(x.answer(text) + "\r\n")
}

// answer to a command without its end; "?" to what it does not know.
func (x *ex1) answer(command string) string {
	if command == "ID" {
		return "EX1,1.02,12345"
	}
	number, value, set := strings.Cut(command[1:], "=")
	g := x.gauges[number]
	switch {
	case g == nil:
		return "?"
	case command[0] == 'P' && !set:
		return ex1Pressure(g)
	case command[0] == 'F' && !set:
		return digit(!g.off)
	case command[0] == 'F' && (value == "0" || value == "1"):
		g.off = value == "0"
		return "OK"
	}
	return "?"
}

// ex1Pressure is what stands in place of a pressure, in mbar.
func ex1Pressure(g *gauge) string {
	pascals, is := g.pascals()
	text := fmt.Sprintf("%.2E", pascals/mbar)
	switch is {
	case off, none:
		return "OFF"
	case under:
		return "<" + text
	case over:
		return ">" + text
	}
	return text
}
