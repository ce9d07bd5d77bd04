package sim

import (
	"fmt"
	"strings"
)

// gpWords is a Granville-Phillips 307/316/350/358 controller that is asked in words: DS IG1. Sheet: granville-phillips.md, A.
type gpWords struct {
	gauges map[string]*gauge // IG1 IG2 CG1 CG2 CG3
	unit   float64           // of its display, Pa
	degas  bool
	relays [6]bool
	prefix string // of the RS-485 option
}

func init() { register("granville-phillips", newGPWords) }

func newGPWords(p *plant, s settings) instrument {
	g := &gpWords{unit: gpUnit(s), gauges: map[string]*gauge{}, relays: [6]bool{true, true, true}}
	if s.text("", "mode") == "rs485" {
		g.prefix = fmt.Sprintf("#%02X", s.whole(0, "address"))
	}
	channels := s.list("channels")
	if channels == nil {
		channels = map[string]string{"IG1": "ig1", "CG1": "cg1", "CG2": "cg2"}
	}
	for _, key := range sorted(channels) {
		name := gpName(key)
		g.gauges[name] = p.newGauge(kindOf(name), channels[key])
	}
	return g
}

// gpUnit is the unit a display is set to: Torr unless the options say that it is another.
func gpUnit(s settings) float64 {
	return map[string]float64{"": torr, "torr": torr, "mbar": mbar, "pa": 1}[s.text("", "unit")]
}

// gpName: IG is short for IG1.
func gpName(name string) string {
	name = strings.ToUpper(name)
	if name == "IG" || name == "CG" {
		name += "1"
	}
	return name
}

func (g *gpWords) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 {
		return 0, nil
	}
	if text == "" {
		return done, nil
	}
	command, ok := strings.CutPrefix(text, g.prefix)
	if !ok {
		return done, nil
	}
	return done, []byte(g.run(strings.TrimSpace(command)) + "\r\n")
}

func (g *gpWords) run(command string) string {
	name, arg, _ := strings.Cut(command, " ")
	switch {
	case name == "DS":
		gauge, ok := g.gauges[gpName(arg)]
		if !ok {
			return "SYNTAX ERROR"
		}
		return gpNumber(gauge, g.unit)
	case name == "DGS":
		return digit(g.degas)
	case name == "DG":
		return g.toggle(&g.degas, arg == "ON")
	case name == "PCS":
		return g.points(arg)
	}
	gauge, ok := g.gauges[name]
	if !ok || gauge.kind != ionGauge || arg != "ON" && arg != "OFF" {
		return "SYNTAX ERROR"
	}
	on := !gauge.off
	reply := g.toggle(&on, arg == "ON")
	gauge.off = !on
	return reply
}

// toggle: INVALID when it is already so.
func (g *gpWords) toggle(is *bool, want bool) string {
	if *is == want {
		return "INVALID"
	}
	*is = want
	return "OK"
}

// points are the states of the process-control relays: all, one, or as one byte.
func (g *gpWords) points(arg string) string {
	if arg == "B" {
		bits := byte(1 << 6)
		for i, on := range g.relays {
			if on {
				bits |= 1 << i
			}
		}
		return string(bits)
	}
	if len(arg) == 1 && arg[0] >= '1' && arg[0] <= '6' {
		return digit(g.relays[arg[0]-'1'])
	}
	words := make([]string, len(g.relays))
	for i, on := range g.relays {
		words[i] = digit(on)
	}
	return strings.Join(words, ",")
}

// gpNumber is a pressure; 9.99E+9 for a gauge that is off. An ion gauge trips off when the pressure is too high. Below range
// the bottom of the range is sent.
func gpNumber(g *gauge, unit float64) string {
	pa, s := g.pascals()
	if s == over && g.kind == ionGauge {
		g.off, s = true, off
	}
	if s == off || s == none {
		return "9.99E+9"
	}
	return scientific(pa/unit, 2, 2, true)
}
