package sim

import (
	"time"
)

// srg3 is an MKS SRG-3 spinning rotor gauge: a new value every interval. Commands are UNCONFIRMED: gauges-other.md.
type srg3 struct {
	gauge  *gauge
	plant  *plant
	value  float64 // in its unit
	unit   float64 // Pa
	next   time.Duration
	closes string
}

// srgInterval between two measurements.
const srgInterval = 10 * time.Second

func init() { register("srg3", newSRG3) }

func newSRG3(p *plant, s settings) instrument {
	g := p.newGauge(capacitance, s.text("", "device"))
	g.low, g.high, g.sigma = 5e-5, 100, 1e-7
	return &srg3{gauge: g, plant: p, closes: "\r\n", unit: map[string]float64{"": mbar, "mbar": mbar, "torr": torr, "pa": 1}[s.text("", "unit")]}
}

func (r *srg3) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n;")
	if done == 0 || text == "" {
		return done, nil
	}
	if text != "VAL" {
		return done, nil
	}
	if r.plant.elapsed >= r.next {
		r.value, _ = r.gauge.pascals()
		r.value = max(r.value, 0) / r.unit
		r.next = r.plant.elapsed + srgInterval
	}
	return done, []byte(scientific(r.value, 3, 2, true) + r.closes)
}
