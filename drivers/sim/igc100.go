package sim

import (
	"strconv"
	"strings"
)

// igc100 is an SRS IGC100. Ports: 1, 2 ion gauges, 3, 4 Pirani gauges, 5-8 capacitance heads. Sheet: gauges-other.md; the
// form of the reply is UNCONFIRMED.
type igc100 struct {
	gauges map[int]*gauge
	unit   float64 // Pa
}

func init() { register("igc100", newIGC100) }

func newIGC100(p *plant, s settings) instrument {
	i := &igc100{gauges: map[int]*gauge{}, unit: gpUnit(s)}
	channels := s.list("channels")
	if channels == nil {
		channels = map[string]string{"1": "ig1", "3": "pg1"}
	}
	for _, key := range sorted(channels) {
		port := igcPort(key)
		k := ionGauge
		if port > 2 {
			k = convection
		}
		if port > 4 {
			k = capacitance
		}
		i.gauges[port] = p.newGauge(k, channels[key])
	}
	return i
}

// igcPort of a key: its number, or a name of the front panel.
func igcPort(key string) int {
	if n, err := strconv.Atoi(key); err == nil {
		return n
	}
	names := strings.Fields("IG1 IG2 PG1 PG2 CM1 CM2 CM3 CM4")
	for n, name := range names {
		if strings.EqualFold(strings.Replace(key, "IGC", "IG", 1), name) {
			return n + 1
		}
	}
	return 0
}

func (i *igc100) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 || text == "" {
		return done, nil
	}
	if text == "*IDN?" {
		return done, []byte("Stanford Research Systems,IGC100,s/n12345,ver1.10\r\n")
	}
	port, ok := strings.CutPrefix(text, "GDAT? ")
	if !ok {
		return done, nil
	}
	pa, s := i.gauges[igcPort(port)].pascals()
	if s == off || s == none {
		return done, []byte("0\r\n")
	}
	return done, []byte(scientific(pa/i.unit, 2, 2, true) + "\r\n")
}
