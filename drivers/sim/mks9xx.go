package sim

import "strings"

// mks9xx is an MKS 974B QuadMag transducer: a Pirani, a piezo and a cold cathode in one. Sheet: mks-9xx-937b.md.
type mks9xx struct {
	mksFrame
	pirani, cathode *gauge
	unit            string
	setpoint        string
}

func init() { register("mks-9xx", newMKS9xx) }

func newMKS9xx(p *plant, s settings) instrument {
	m := &mks9xx{unit: "TORR", setpoint: "2.00E+1"}
	m.mksFrame = mksFrame{address: mksAddress(s), ask: m.asked, set: m.told}
	where := s.text("", "device")
	for _, name := range s.list("channels") {
		where += " " + name
	}
	m.cathode = p.newGauge(ionGauge, where)
	m.pirani = p.newGauge(convection, "")
	m.pirani.at, m.cathode.off = m.cathode.at, false
	p.gauges[convection]--
	return m
}

func (m *mks9xx) asked(name string) (string, int) {
	switch name {
	case "PR1":
		return m.number(m.pirani, 2), 0
	case "PR2": // the piezo is differential: against the air of the room
		pa, _ := m.pirani.pascals()
		return scientific((pa-101325)/mksUnits[m.unit], 2, 1, true), 0
	case "PR3":
		return m.combined(2), 0
	case "PR4":
		return m.combined(3), 0
	case "PR5":
		return m.number(m.cathode, 2), 0
	}
	fixed := map[string]string{"U": m.unit, "T": "O", "DT": "QUADMAG", "MD": "974B", "MF": "MKS", "SN": "1125123456", "FV": "1.10",
		"TEM": "2.50E+1", "TIM": "123", "SP1": m.setpoint, "SD1": "BELOW", "SD2": "BELOW", "EN3": "PIR", "SW": "ON", "AD": m.address, "BR": "9600", "RSD": "ON"}
	if value, ok := fixed[name]; ok {
		return value, 0
	}
	return "", 160
}

// combined is the cold cathode below 0.1 Pa, and the Pirani above.
func (m *mks9xx) combined(digits int) string {
	if pa, s := m.cathode.pascals(); s == under || s == good && pa < 0.1 {
		return m.number(m.cathode, digits)
	}
	return m.number(m.pirani, digits)
}

func (m *mks9xx) number(g *gauge, digits int) string {
	pa, s := g.pascals()
	switch {
	case s == off:
		return "OFF"
	case s == under && g.kind == ionGauge:
		return "LO<E-11"
	case s == under:
		return "LO<E-04"
	case s == over && g.kind == ionGauge:
		return "PROT_OFF"
	}
	return scientific(pa/mksUnits[m.unit], digits, 1, true)
}

func (m *mks9xx) told(name, value string) (string, int) {
	value = strings.ToUpper(value)
	switch name {
	case "U":
		if _, ok := mksUnits[value]; !ok {
			return "", 169
		}
		m.unit = value
	case "BR": // taken, and never mind: a pseudo-terminal has no speed
	case "SP1":
		m.setpoint = value
	case "FP":
		if value != "ON" && value != "OFF" {
			return "", 169
		}
		m.cathode.off = value == "OFF"
	default:
		return "", 160
	}
	return value, 0
}
