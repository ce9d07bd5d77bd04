package sim

import (
	"slices"
	"strconv"
	"strings"
)

// tpg is a Pfeiffer TPG 262 or 362, or a TPG 366 where more than two channels are asked for, or a TPG 300 or 500. Sheet:
// pfeiffer-tpg.md.
type tpg struct {
	plant    *plant
	kind     string   // "262", "362", "366", "300", "500"
	gauges   []*gauge // nil: no sensor
	address  int      // on RS-485; 0 = RS-232
	unit     int
	latest   string // the mnemonic ENQ asks for
	fault    string // the error word
	output   int    // continuous: 0 no, 1 100 ms, 2 1 s, 3 1 min
	spoken   float64
	selected bool
	filters  []string // of a TPG 300
	forced   []bool   // of a TPG 300, 500: sensors that are on, and not automatic
}

func init() { register("pfeiffer-tpg", newTPG) }

func newTPG(p *plant, s settings) instrument {
	t := &tpg{plant: p, address: s.whole(0, "address"), fault: "0000"}
	channels := s.list("channels")
	size := 2
	for key := range channels {
		if n, err := strconv.Atoi(key); err == nil && n > 2 {
			size = 6
		}
	}
	t.kind = s.text(map[bool]string{true: "366", false: "262"}[size == 6], "type")
	t.unit = map[string]int{"362": 4, "366": 4, "300": 1, "500": 1}[t.kind] // the factory's
	size = map[string]int{"366": 6, "300": 4, "500": 4}[t.kind]
	size = max(size, 2)
	t.gauges, t.forced = make([]*gauge, size), make([]bool, size)
	if channels == nil {
		channels = map[string]string{"1": "ig", "2": "cg"}
	}
	for _, key := range sorted(channels) {
		if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= size {
			t.gauges[n-1] = p.newGauge(kindOf(channels[key]), channels[key])
		}
	}
	return t
}

func (t *tpg) take(received []byte) (int, []byte) {
	t.output = 0 // any character ends the continuous output
	switch received[0] {
	case enq:
		if t.address > 0 && !t.selected {
			return 1, nil
		}
		return 1, []byte(t.answer() + "\r\n")
	case etx:
		t.latest = ""
		return 1, nil
	case '\n':
		return 1, nil
	}
	text, done := readLine(received, "\r\x03")
	if done == 0 {
		return 0, nil
	}
	if t.address > 0 {
		rest, ok := strings.CutPrefix(text, "\x1b0"+strconv.Itoa(t.address))
		t.selected = ok
		if !ok {
			return done, nil
		}
		text = rest
	}
	text = strings.ReplaceAll(text, " ", "")
	if text == "" {
		return done, nil
	}
	if word := t.choose(text); word != "" {
		t.latest, t.fault = "", word
		return done, []byte{nak, '\r', '\n'}
	}
	return done, []byte{ack, '\r', '\n'}
}

// units by their number in the UNI command; 0 where there is none, volts -1.
func (t *tpg) units() []float64 {
	switch t.kind {
	case "262":
		return []float64{mbar, torr, 1}
	case "300":
		return []float64{0, mbar, torr, 1}
	case "500":
		return []float64{mbar, mbar, torr, 1, micron, -1}
	}
	return []float64{mbar, torr, 1, micron, mbar, -1}
}

// choose takes a mnemonic; it returns the error word, "" if there is none.
func (t *tpg) choose(text string) string {
	name, rest, set := strings.Cut(text, ",")
	var args []string
	if set {
		args = strings.Split(rest, ",")
	}
	word := ""
	switch {
	case t.channel(name) != 0:
		if t.channel(name) > len(t.gauges) {
			word = "0010"
		}
	case name == "UNI" && set:
		n, err := strconv.Atoi(args[0])
		if units := t.units(); err != nil || n < 0 || n >= len(units) || units[n] == 0 {
			return "0010"
		}
		t.unit = n
	case name == "SEN" && set:
		word = t.switchSensors(args)
	case name == "COM" && set:
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 0 || n > 2 {
			return "0010"
		}
		t.output = n + 1
	case name == "FIL" && t.kind == "300":
		if set {
			t.filters = args
		}
	case t.kind != "262" && t.kind != "300" && strings.Contains(" AYT ETH MAC ", " "+name+" "):
	case t.kind == "300" && name == "PRX":
		word = "0001"
	case strings.Contains(" PRX UNI SEN COM TID PNR ERR RES SPS ", " "+name+" "):
	default:
		return "0001"
	}
	if word == "" {
		t.latest = name
	}
	return word
}

// channel that a mnemonic asks the pressure of, 0 if it does not: PR1, on a TPG 300 or 500 PA1.
func (t *tpg) channel(name string) int {
	if t.boards() {
		return 1 + slices.Index([]string{"PA1", "PA2", "PB1", "PB2"}, name)
	}
	if len(name) == 3 && strings.HasPrefix(name, "PR") && name[2] >= '1' && name[2] <= '6' {
		return int(name[2] - '0')
	}
	return 0
}

// boards is whether it is a TPG 300 or 500: measuring boards A and B with two sensors each.
func (t *tpg) boards() bool { return t.kind == "300" || t.kind == "500" }

// switchSensors: 0 leaves, 1 switches off, 2 on. A TPG 300 or 500 has 2 for automatic and 3 for on. A TPG 366 wants all six fields.
func (t *tpg) switchSensors(args []string) string {
	if len(args) > len(t.gauges) || t.kind == "366" && len(args) < len(t.gauges) {
		return "0001"
	}
	for i, a := range args {
		g := t.gauges[i]
		switch {
		case a == "0":
		case a != "1" && a != "2" && (a != "3" || !t.boards()):
			return "0010"
		case g == nil || g.kind != ionGauge:
			return "0010"
		default:
			g.off, t.forced[i] = a == "1", a == "3"
		}
	}
	return ""
}
