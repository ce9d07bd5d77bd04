package sim

import (
	"strconv"
	"strings"
)

// graphix is a Leybold GRAPHIX THREE: framed parameters with a check that is no control character. Sheet: leybold-graphix.md.
type graphix struct {
	gauges [3]*gauge
	unit   string
}

func init() { register("leybold-graphix", newGraphix) }

func newGraphix(p *plant, s settings) instrument {
	g := &graphix{unit: "mbar"}
	channels := s.list("channels")
	for _, key := range sorted(channels) {
		if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= 3 {
			g.gauges[n-1] = p.newGauge(kindOf(channels[key]), channels[key])
		}
	}
	return g
}

func graphixCheck(text string) byte {
	sum := byte(0)
	for i := range len(text) {
		sum += text[i]
	}
	if sum = 255 - sum; sum < 32 {
		sum += 32
	}
	return sum
}

func (g *graphix) take(received []byte) (int, []byte) {
	if received[0] != 0x0f && received[0] != 0x0e {
		return 1, nil
	}
	text, done := readLine(received, "\x04")
	if done == 0 {
		return 0, nil
	}
	if len(text) < 4 || graphixCheck(text[:len(text)-1]) != text[len(text)-1] {
		return done, nil
	}
	fields := strings.Split(strings.NewReplacer(" ", "", "\t", "").Replace(text[1:len(text)-1]), ";")
	answer, ok := g.run(text[0] == 0x0e, fields)
	head := "\x06"
	if !ok {
		head, answer = "\x15", "3"
	}
	return done, append([]byte(head+answer), graphixCheck(head+answer), eot)
}

func (g *graphix) run(writes bool, fields []string) (string, bool) {
	switch {
	case writes && len(fields) == 3 && fields[0] == "5" && fields[1] == "4" && graphixUnits[fields[2]] > 0:
		g.unit = fields[2]
		return fields[2], true
	case writes || len(fields) != 2:
		return "", false
	case fields[0] == "5":
		value, ok := map[string]string{"1": "1.02", "2": "12345", "3": "230682V01", "4": g.unit, "8": "3"}[fields[1]]
		return value, ok
	case fields[0] < "1" || fields[0] > "3" || len(fields[0]) != 1:
		return "", false
	}
	return g.channel(g.gauges[fields[0][0]-'1'], fields[1])
}

var graphixUnits = map[string]float64{"mbar": mbar, "Torr": torr, "Pa": 1, "psi": 6894.757293168, "Micron": micron}

func (g *graphix) channel(gauge *gauge, parameter string) (string, bool) {
	pa, is := gauge.pascals()
	switch parameter {
	case "4":
		return map[bool]string{true: "NOSEN", false: "TTR91"}[is == none], true
	case "24":
		return map[state]string{good: "OK", under: "Range?", over: "Range?", off: "S-OFF", none: "NOSEN"}[is], true
	case "29":
		return scientific(pa/graphixUnits[g.unit], 3, 2, true), true
	}
	return "", false
}
