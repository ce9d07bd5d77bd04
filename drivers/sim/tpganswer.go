package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

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
		return strings.Join(t.sensorStates(), t.comma())
	case "TID":
		return t.each(t.identity)
	case "PNR":
		return "302-510-A"
	case "FIL":
		return strings.Join(t.filters, t.comma())
	case "AYT":
		return map[string]string{"366": "TPG366,PTG28770,44990000,010100,010100", "362": "TPG362,PTG28290,44990000,010300,010100",
			"500": "TPG500,PTG28500,44990000,010100,010100"}[t.kind]
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

func (t *tpg) sensorStates() []string {
	states := make([]string, len(t.gauges))
	for i, g := range t.gauges {
		switch {
		case g == nil || g.kind != ionGauge:
			states[i] = "0"
		case g.off:
			states[i] = "1"
		case t.forced[i]:
			states[i] = "3"
		default:
			states[i] = "2"
		}
	}
	return states
}

func (t *tpg) each(f func(*gauge) string) string {
	words := make([]string, len(t.gauges))
	for i, g := range t.gauges {
		words[i] = f(g)
	}
	return strings.Join(words, t.comma())
}

// comma between the parts of a reply.
func (t *tpg) comma() string {
	if t.kind == "300" {
		return ", "
	}
	return ","
}

func (t *tpg) pressures() string { return t.each(t.pressure) }

func (t *tpg) identity(g *gauge) string {
	six := t.kind == "366"
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
		if t.boards() {
			return fmt.Sprintf("%d%s%s", status, t.comma(), map[string]string{"300": "2.0E-2", "500": "2.0E-02"}[t.kind])
		}
		return fmt.Sprintf("%d,+2.0000E-02", status)
	}
	if unit := t.units()[t.unit]; unit > 0 {
		pa /= unit
	} else {
		pa = 6.8 + 0.6*math.Log10(pa/mbar) // volts
	}
	if t.kind == "300" { // "0, 8.3E-3"
		return fmt.Sprintf("%d, %s", status, scientific(pa, 1, 1, false))
	}
	if t.kind == "500" { // "0,1.3E-04"
		return fmt.Sprintf("%d,%s", status, scientific(pa, 1, 2, false))
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
