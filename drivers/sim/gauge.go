package sim

import "strings"

// kind of gauge.
type kind int

const (
	ionGauge kind = iota
	convection
	capacitance
)

// state of a gauge's reading.
type state int

const (
	good  state = iota
	under       // below its range
	over        // above it
	off         // switched off, by hand or by itself
	none        // not there
)

// gauge is a gauge on a volume. Ranges are in Pa.
type gauge struct {
	plant     *plant
	kind      kind
	at        *volume
	low, high float64
	sigma     float64        // relative noise; of full scale for a capacitance head
	sees      [gases]float64 // sensitivity relative to nitrogen
	off       bool
}

// places of each kind of gauge, in the order of attaching.
var places = map[kind][]int{
	ionGauge:    {bone, chamber, spectrometer, turboInlet, getter},
	convection:  {fore, chamber, turboInlet},
	capacitance: {tank, pipette},
}

// kindOf a gauge, by the name of its channel.
func kindOf(name string) kind {
	name = strings.ToLower(name)
	for _, w := range []struct {
		part string
		kind kind
	}{{"ig", ionGauge}, {"ion", ionGauge}, {"cc", ionGauge}, {"hc", ionGauge}, {"cg", convection}, {"conv", convection},
		{"cnv", convection}, {"pir", convection}, {"fore", convection}, {"back", convection}, {"rough", convection},
		{"cm", capacitance}, {"cap", capacitance}, {"bar", capacitance}, {"tank", capacitance}} {
		if strings.Contains(name, w.part) {
			return w.kind
		}
	}
	return ionGauge
}

// newGauge puts a gauge of a kind on the line, where its name says or at the next place for its kind.
func (p *plant) newGauge(k kind, name string) *gauge {
	g := &gauge{plant: p, kind: k}
	switch k {
	case ionGauge: // a cold cathode for ultra-high vacuum, or a Bayard-Alpert gauge
		g.low, g.high, g.sigma, g.sees = 5e-9, 1, 0.005, [gases]float64{1, 1.29}
	case convection:
		g.low, g.high, g.sigma, g.sees = 0.05, 1.2e5, 0.01, [gases]float64{1, 0.6}
	case capacitance:
		g.low, g.high, g.sigma, g.sees = 0.01, 1333.22, 2e-6, [gases]float64{1, 1}
	}
	n := p.gauges[k]
	p.gauges[k]++
	g.at = &p.volumes[places[k][n%len(places[k])]]
	for i := range p.volumes {
		if name != "" && strings.Contains(strings.ToLower(name), p.volumes[i].name) {
			g.at = &p.volumes[i]
		}
	}
	return g
}

// pascals is what it says now, and what that is worth.
func (g *gauge) pascals() (float64, state) {
	if g == nil {
		return 0, none
	}
	if g.off {
		return 0, off
	}
	seen := g.at.p[air]*g.sees[air] + g.at.p[argon]*g.sees[argon]
	if g.kind == capacitance {
		seen += g.sigma * g.high * g.plant.random.NormFloat64()
	} else {
		seen *= g.plant.noise(g.sigma)
	}
	switch {
	case seen < g.low && g.kind != capacitance:
		return g.low, under
	case seen > g.high:
		return g.high, over
	}
	return seen, good
}

// The units of pressure that controllers know, in Pa.
const (
	mbar   = 100.0
	torr   = 101325.0 / 760
	micron = torr / 1000
)
