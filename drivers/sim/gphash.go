package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// gpHash is a 350 with RS-485 or a module, asked by address: #01RD. Sheet: granville-phillips.md, B.
type gpHash struct {
	address string
	unit    float64
	module  bool // answers with its address
	gauges  map[string]*gauge
	degas   bool
}

func init() { register("granville-phillips-#", newGPHash) }

func newGPHash(p *plant, s settings) instrument {
	g := &gpHash{address: fmt.Sprintf("%02X", s.given(1, "address")), unit: gpUnit(s), gauges: map[string]*gauge{}}
	channels := s.list("channels")
	if len(channels) == 0 {
		channels = map[string]string{"1": "ig1", "A": "cg1", "B": "cg2"}
	}
	g.module = s.yes(false, "module") || len(channels) == 1
	for _, key := range sorted(channels) {
		at := strings.TrimPrefix(strings.ToUpper(key), "RD")
		k := kindOf(channels[key])
		if at == "A" || at == "B" {
			k = convection
		}
		g.gauges[at] = p.newGauge(k, channels[key])
	}
	return g
}

func (g *gpHash) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	command, ok := after(text, "#")
	if !ok {
		return done, nil
	}
	command, ok = strings.CutPrefix(command, g.address)
	if !ok || command == "RST" {
		return done, nil
	}
	return done, []byte(g.run(command) + "\r")
}

// run a command. A module puts its address after the star.
func (g *gpHash) run(command string) string {
	star := "*"
	if g.module {
		star += g.address
	}
	if at, ok := strings.CutPrefix(command, "RD"); ok {
		if gauge := g.gaugeAt(at); gauge != nil {
			number := gpNumber(gauge, g.unit)
			if number == "9.99E+9" {
				number = "9.90E+09"
			}
			return star + " " + number
		}
		return g.failed("SYNTX ER")
	}
	switch command {
	case "VER":
		return star + " 12997-00"
	case "PCS":
		return "* 1100    "
	case "DGS":
		return map[bool]string{true: "* 1DG ON  ", false: "* 0DG OFF "}[g.degas]
	case "DG 1", "DG1", "DG 0", "DG0":
		return g.degassing(strings.HasSuffix(command, "1"))
	case "F1 1", "IG1", "F1 0", "IG0":
		return g.filament(command, star)
	case "IGS":
		return star + map[bool]string{true: " 0 IG OFF", false: " 1 IG ON "}[g.ion() == nil || g.ion().off]
	}
	if strings.HasPrefix(command, "SB") || strings.HasPrefix(command, "SP") || command == "FAC" {
		return "*" + g.address + " PROGM OK"
	}
	return g.failed("SYNTX ER")
}

func (g *gpHash) failed(why string) string {
	if g.module || why != "INVALID" {
		return "?" + g.address + " " + why
	}
	return "?  INVALID"
}

// gaugeAt is the gauge that RD and a letter ask for; RD alone is the first.
func (g *gpHash) gaugeAt(at string) *gauge {
	if gauge, ok := g.gauges[at]; ok || at != "" {
		return gauge
	}
	for _, key := range slices.Sorted(maps.Keys(g.gauges)) {
		return g.gauges[key]
	}
	return nil
}

func (g *gpHash) ion() *gauge {
	for _, gauge := range g.gauges {
		if gauge.kind == ionGauge {
			return gauge
		}
	}
	return nil
}

func (g *gpHash) degassing(on bool) string {
	if g.ion() == nil || g.ion().off && on {
		return g.failed("INVALID")
	}
	g.degas = on
	return map[bool]string{true: "* 1DG ON  ", false: "* 0DG OFF "}[on]
}

func (g *gpHash) filament(command, star string) string {
	ion := g.ion()
	if ion == nil {
		return g.failed("INVALID ")
	}
	ion.off = strings.HasSuffix(command, "0")
	if strings.HasPrefix(command, "F1") {
		return map[bool]string{true: "* 0IG1 OFF", false: "* 1IG1 ON "}[ion.off]
	}
	return star + " PROGM OK"
}
