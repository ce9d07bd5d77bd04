package sim

import (
	"fmt"
	"strings"
)

// mksUnits by what U! takes.
var mksUnits = map[string]float64{"TORR": torr, "MBAR": mbar, "PASCAL": 1, "MICRON": micron}

// mksFrame is what both kinds of MKS unit have: @AAA command ;FF. Sheet: mks-9xx-937b.md.
type mksFrame struct {
	address string
	ask     func(command string) (value string, nak int)
	set     func(command, value string) (string, int)
}

func (m *mksFrame) take(received []byte) (int, []byte) {
	i := strings.Index(string(received), ";FF")
	if i < 0 {
		return 0, nil
	}
	done := i + 3
	text, ok := after(string(received[:i]), "@")
	if !ok || len(text) < 3 {
		return done, nil
	}
	to, command := text[:3], text[3:]
	if to != m.address && to != "254" {
		return done, nil
	}
	value, code := m.run(command)
	if code != 0 {
		return done, fmt.Appendf(nil, "@%sNAK%d;FF", m.address, code)
	}
	return done, fmt.Appendf(nil, "@%sACK%s;FF", m.address, value)
}

func (m *mksFrame) run(command string) (string, int) {
	if name, ok := strings.CutSuffix(command, "?"); ok {
		return m.ask(name)
	}
	if name, value, ok := strings.Cut(command, "!"); ok {
		return m.set(name, value)
	}
	return "", 175
}

// mksAddress of a unit: one that the driver calls by the address for all has the factory's.
func mksAddress(s settings) string {
	if n := s.whole(253, "address"); n < 254 {
		return fmt.Sprintf("%03d", n)
	}
	return "253"
}

// mksPressure is a number or a status word.
func mksPressure(g *gauge, unit string) string {
	pa, s := g.pascals()
	switch {
	case s == none:
		return "NOGAUGE"
	case s == off:
		return "OFF"
	case s == under && g.kind == ionGauge:
		return "LO<E-11"
	case s == under:
		return "LO<E-04"
	case s == over && g.kind == ionGauge:
		return "PROT_OFF"
	case s == over || g.kind == convection && pa > 8e4:
		return "ATM"
	}
	digits := 2
	if g.kind == capacitance {
		digits = 3
	}
	return scientific(pa/mksUnits[unit], digits, 1, true)
}
