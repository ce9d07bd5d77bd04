package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// xgs600 is an Agilent XGS-600 with hot ion gauges and convection gauges. Sheet: agilent-xgs600.md.
type xgs600 struct {
	address string
	labels  []string // in board order
	gauges  map[string]*gauge
	degas   map[string]bool
	unit    int
	points  [8]byte
}

func init() { register("xgs600", newXGS600) }

func newXGS600(p *plant, s settings) instrument {
	x := &xgs600{address: fmt.Sprintf("%02X", s.whole(0, "address")), gauges: map[string]*gauge{}, degas: map[string]bool{}}
	x.points = [8]byte{1, 3, 1, 0, 0, 0, 0, 0}
	channels := s.list("channels")
	if channels == nil {
		channels = map[string]string{"UION1": "ig", "UCNV1": "cnv"}
	}
	for _, key := range sorted(channels) {
		label := strings.ToUpper(key)
		if _, err := strconv.Atoi(key); err == nil {
			label = strings.ToUpper(channels[key])
		}
		if !strings.HasPrefix(label, "U") && !strings.HasPrefix(label, "I") && !strings.HasPrefix(label, "T") {
			label = "U" + label
		}
		x.labels = append(x.labels, label)
		k := kindOf(channels[key])
		if label[0] == 'T' {
			k = convection
		}
		x.gauges[label] = p.newGauge(k, channels[key])
	}
	return x
}

func (x *xgs600) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	frame, ok := after(text, "#")
	if !ok || !strings.HasPrefix(frame, x.address) {
		return done, nil
	}
	frame = frame[len(x.address):]
	if len(frame) < 2 {
		return done, []byte("?FF\r")
	}
	reply, ok := x.run(frame[:2], frame[2:])
	if !ok {
		return done, []byte("?FF\r")
	}
	return done, []byte(">" + reply + "\r")
}

func (x *xgs600) run(command, data string) (string, bool) {
	switch command {
	case "01":
		return x.contents(), true
	case "0F":
		return x.dump(), true
	case "03":
		return x.states(), true
	case "05":
		return "0122,0101,0101", true
	case "06":
		return "", true
	case "10", "11", "12":
		x.unit = int(command[1] - '0')
		return "", true
	case "13":
		return fmt.Sprintf("%02d", x.unit), true
	case "5E", "5F":
		return x.point(command, data)
	}
	return x.sensor(command, data)
}

func (x *xgs600) contents() string {
	boards := ""
	for _, l := range x.labels {
		boards += map[kind]string{ionGauge: "10", convection: "40", capacitance: "4C"}[x.gauges[l].kind]
	}
	return (boards + "FEFEFEFEFEFE")[:12]
}

func (x *xgs600) dump() string {
	words := make([]string, len(x.labels))
	for i, l := range x.labels {
		words[i] = x.pressure(x.gauges[l])
	}
	return strings.Join(words, ",")
}

// pressure; what a gauge that is switched off answers is UNCONFIRMED: blank here.
func (x *xgs600) pressure(g *gauge) string {
	pa, s := g.pascals()
	switch s {
	case off:
		return ""
	case none:
		return "NOCBL"
	}
	return scientific(pa/[]float64{torr, mbar, 1}[x.unit], 3, 2, true)
}

// states of the set-points, bit n-1 for set-point n.
func (x *xgs600) states() string {
	bits := 0
	for i, p := range x.points {
		if p == 1 {
			bits |= 1 << i
		}
	}
	if x.points[1] == 3 {
		bits &^= 2 // in automatic, and above its threshold
	}
	return fmt.Sprintf("%04X", bits)
}

// point switches a set-point: off, on or automatic.
func (x *xgs600) point(command, data string) (string, bool) {
	if data == "" || data[0] < '1' || data[0] > '8' {
		return "", false
	}
	at := &x.points[data[0]-'1']
	if command == "5F" {
		return strconv.Itoa(int(*at)), len(data) == 1
	}
	if len(data) != 2 || !strings.Contains("013", data[1:]) {
		return "", false
	}
	*at = data[1] - '0'
	return "", true
}

// sensor runs the commands that name one.
func (x *xgs600) sensor(command, data string) (string, bool) {
	g, ok := x.gauges[data]
	if !ok {
		return "", false
	}
	if command == "02" {
		return x.pressure(g), true
	}
	if g.kind != ionGauge {
		return "", false
	}
	switch command {
	case "30":
		g.off = true
	case "31", "33":
		g.off = false
	case "32":
		return map[bool]string{true: "00", false: "01"}[g.off], true
	case "34":
		return "1", true
	case "40", "41":
		x.degas[data] = command == "41"
	case "42":
		return map[bool]string{true: "01", false: "00"}[x.degas[data]], true
	default:
		return "", false
	}
	return "", true
}
