package sim

import (
	"strconv"
	"strings"
)

// mks937b is an MKS 937B controller.
type mks937b struct {
	mksFrame
	gauges [6]*gauge
	unit   string
}

func init() { register("mks-937b", newMKS937B) }

func newMKS937B(p *plant, s settings) instrument {
	m := &mks937b{unit: "TORR"}
	m.mksFrame = mksFrame{address: mksAddress(s), ask: m.asked, set: m.told}
	channels := s.list("channels")
	if channels == nil {
		channels = map[string]string{"1": "cc", "3": "conv", "5": "cm"}
	}
	for _, key := range sorted(channels) {
		if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= len(m.gauges) {
			m.gauges[n-1] = p.newGauge(kindOf(channels[key]), channels[key])
		}
	}
	return m
}

// numbered splits "PR1" into "PR" and 1; 0 where there is no such channel.
func numbered(name string, n int) (string, int) {
	if name == "" {
		return "", 0
	}
	last := int(name[len(name)-1] - '0')
	if last < 1 || last > n {
		return name, 0
	}
	return name[:len(name)-1], last
}

func (m *mks937b) asked(name string) (string, int) {
	switch name {
	case "U":
		return m.unit, 0
	case "PRZ":
		var all []string
		for _, g := range m.gauges {
			all = append(all, mksPressure(g, m.unit))
		}
		return strings.Join(all, " "), 0
	case "MT":
		return m.modules(), 0
	case "SN":
		return "0937123456", 0
	case "MD":
		return "937B", 0
	}
	word, n := numbered(name, len(m.gauges))
	if n == 0 {
		return m.unnumbered(word)
	}
	g := m.gauges[n-1]
	switch word {
	case "PR":
		return mksPressure(g, m.unit), 0
	case "FV":
		return "1.20", 0
	case "CP":
		return map[bool]string{true: "OFF", false: "ON"}[g == nil || g.off], 0
	case "T":
		switch {
		case g == nil:
			return "N", 0
		case g.kind != ionGauge:
			return "", 152
		case g.off:
			return "O", 0
		}
		if _, s := g.pascals(); s == over {
			return "P", 0
		}
		return "G", 0
	}
	return "", 160
}

func (m *mks937b) unnumbered(name string) (string, int) {
	for _, known := range []string{"PR", "CP", "T"} {
		if rest, ok := strings.CutPrefix(name, known); ok && len(rest) == 1 {
			return "", 163
		}
	}
	return "", 160
}

func (m *mks937b) modules() string {
	words := []string{}
	for i := 0; i < len(m.gauges); i += 2 {
		word := "NC"
		for _, g := range m.gauges[i : i+2] {
			if g != nil {
				word = [...]string{ionGauge: "CC", convection: "PR", capacitance: "CM"}[g.kind]
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, ",")
}

func (m *mks937b) told(name, value string) (string, int) {
	value = strings.ToUpper(value)
	if name == "U" {
		if _, ok := mksUnits[value]; !ok {
			return "", 169
		}
		m.unit = value
		return value, 0
	}
	word, n := numbered(name, len(m.gauges))
	switch {
	case word != "CP":
		return "", 160
	case n == 0:
		return "", 163
	case m.gauges[n-1] == nil:
		return "", 151
	case value != "ON" && value != "OFF":
		return "", 169
	}
	m.gauges[n-1].off = value == "OFF"
	return value, 0
}
