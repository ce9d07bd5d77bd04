package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	etx = 0x03
	eot = 0x04
	enq = 0x05
	ack = 0x06
	dle = 0x10
	nak = 0x15
	esc = 0x1b
	stx = 0x02
)

// tpg is a Pfeiffer TPG 262, or a TPG 366 where more than two channels are asked for. Sheet: pfeiffer-tpg.md.
type tpg struct {
	plant    *plant
	gauges   []*gauge // nil: no sensor
	address  int      // on RS-485; 0 = RS-232
	unit     int
	latest   string // the mnemonic ENQ asks for
	fault    string // the error word
	output   int    // continuous: 0 no, 1 100 ms, 2 1 s, 3 1 min
	spoken   float64
	selected bool
}

func newTPG(p *plant, s settings) instrument {
	t := &tpg{plant: p, address: s.whole(0, "address"), fault: "0000"}
	channels := s.list("channels")
	size := 2
	for key := range channels {
		if n, err := strconv.Atoi(key); err == nil && n > 2 {
			size = 6
		}
	}
	if strings.Contains(s.text("", "type", "variant", "model"), "366") {
		size = 6
	}
	if size == 6 {
		t.unit = 4 // hPa, the factory's
	}
	t.gauges = make([]*gauge, size)
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
	text, done := cutLine(received, "\r\x03")
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

// units of the UNI command; TPG 26x know the first three.
var tpgUnits = []float64{mbar, torr, 1, micron, mbar, 0}

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
		limit := 3
		if len(t.gauges) > 2 {
			limit = len(tpgUnits)
		}
		if err != nil || n < 0 || n >= limit {
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
	case strings.Contains(" PRX UNI SEN COM TID PNR ERR RES SPS AYT ETH MAC ", " "+name+" "):
	default:
		return "0001"
	}
	if word == "" {
		t.latest = name
	}
	return word
}

func (t *tpg) channel(name string) int {
	if len(name) == 3 && strings.HasPrefix(name, "PR") && name[2] >= '1' && name[2] <= '6' {
		return int(name[2] - '0')
	}
	return 0
}

// switchSensors: 0 leaves, 1 switches off, 2 on. A TPG 366 wants all six fields.
func (t *tpg) switchSensors(args []string) string {
	if len(args) > len(t.gauges) || len(t.gauges) > 2 && len(args) < len(t.gauges) {
		return "0001"
	}
	for i, a := range args {
		g := t.gauges[i]
		switch {
		case a == "0":
		case a != "1" && a != "2":
			return "0010"
		case g == nil || g.kind != ionGauge:
			return "0010"
		default:
			g.off = a == "1"
		}
	}
	return ""
}

// answer to ENQ: the latest mnemonic with a fresh value, or the error word.
func (t *tpg) answer() string {
	if n := t.channel(t.latest); n > 0 {
		return t.pressure(t.gauges[n-1])
	}
	switch t.latest {
	case "PRX":
		return t.pressures()
	case "UNI":
		return strconv.Itoa(t.unit)
	case "SEN":
		return t.each(func(g *gauge) string {
			switch {
			case g == nil || g.kind != ionGauge:
				return "0"
			case g.off:
				return "1"
			}
			return "2"
		})
	case "TID":
		return t.each(t.identity)
	case "PNR":
		return "302-510-A"
	case "AYT":
		if len(t.gauges) > 2 {
			return "TPG366,PTG28770,44990000,010100,010100"
		}
		return "TPG362,PTG28290,44990000,010300,010100"
	case "ETH":
		return "1,192.168.1.10,255.255.255.0,192.168.1.1"
	case "MAC":
		return "00:11:22:33:44:55"
	case "RES":
		return "0"
	case "SPS":
		return strings.TrimSuffix(strings.Repeat("0,", 6), ",")
	}
	word := t.fault
	t.fault = "0000" // reading clears it
	return word
}

func (t *tpg) each(f func(*gauge) string) string {
	words := make([]string, len(t.gauges))
	for i, g := range t.gauges {
		words[i] = f(g)
	}
	return strings.Join(words, ",")
}

func (t *tpg) pressures() string { return t.each(t.pressure) }

func (t *tpg) identity(g *gauge) string {
	six := len(t.gauges) > 2
	switch {
	case g == nil && six:
		return "noSENSOR"
	case g == nil:
		return "noSEn"
	case g.kind == capacitance && six:
		return "CMR/APR"
	case g.kind == capacitance:
		return "CMR"
	case g.kind == convection && six:
		return "TPR/PCR"
	case g.kind == convection:
		return "TPR"
	case six:
		return "IKR"
	}
	return "IKR11"
}

// pressure as it is sent: "0,+1.2300E-03". The third and fourth decimal of a logarithmic gauge are 0.
func (t *tpg) pressure(g *gauge) string {
	pa, s := g.pascals()
	status := map[state]int{good: 0, under: 1, over: 2, off: 4, none: 5}[s]
	if s == off || s == none {
		return fmt.Sprintf("%d,+2.0000E-02", status)
	}
	if unit := tpgUnits[t.unit]; unit > 0 {
		pa /= unit
	} else {
		pa = 6.8 + 0.6*math.Log10(pa/mbar) // volts
	}
	digits := 2
	if g.kind == capacitance {
		digits = 4
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(pa, 'E', digits, 64), 64)
	return fmt.Sprintf("%d,%+.4E", status, rounded)
}

// speak is the continuous output.
func (t *tpg) speak() []byte {
	if t.output == 0 {
		return nil
	}
	every := []float64{0, 0.1, 1, 60}[t.output]
	now := t.plant.elapsed.Seconds()
	if now-t.spoken < every {
		return nil
	}
	t.spoken = now
	return []byte(t.pressures() + "\r\n")
}
