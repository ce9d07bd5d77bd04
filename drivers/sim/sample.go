package sim

import (
	"math"
	"time"
)

const (
	room        = 295.15 // K
	gasConstant = 8.314  // J/(mol K)
	stefan      = 5.67e-8
)

// sample is a grain under the laser, and the gas in it.
type sample struct {
	kelvin float64
	holds  [gases]float64 // Pa m³ at room temperature
	cold   time.Duration  // since it was last hot
}

// freshSample is a grain nobody has heated yet.
func freshSample() sample {
	return sample{kelvin: room, holds: [gases]float64{air: 1e-6, argon: 1e-8}}
}

// laser heats the sample. Several may be attached; each is one of these.
type laser struct {
	on    bool
	part  float64 // of its full power, 0..1
	watts float64 // that the sample takes up at full power
	pulse float64 // J that the next step brings
}

// newLaser is a laser aimed at the sample.
func (p *plant) newLaser(watts float64) *laser {
	l := &laser{watts: watts}
	p.lasers = append(p.lasers, l)
	return l
}

// output is the part of its full power that comes out, 0..1.
func (l *laser) output() float64 {
	if !l.on {
		return 0
	}
	return l.part
}

// heat moves the sample on: heat capacity 0.05 J/K, radiation from 0.3 cm², a little conduction; gas comes off with
// k = 2e5/s exp(-150 kJ/mol / RT). A grain that gave all and has been cold for a minute makes room for the next.
func (p *plant) heat(dt time.Duration) {
	const capacity, area, conducts = 0.05, 3e-5, 1e-3
	var in float64
	for _, l := range p.lasers {
		in += l.output()*l.watts*dt.Seconds() + l.pulse
		l.pulse = 0
	}
	s := &p.sample
	out := stefan*area*(math.Pow(s.kelvin, 4)-math.Pow(room, 4)) + conducts*(s.kelvin-room)
	s.kelvin = min(4000, max(room, s.kelvin+(in-out*dt.Seconds())/capacity))

	k := 2e5 * math.Exp(-150e3/(gasConstant*s.kelvin))
	for g := range gases {
		gone := s.holds[g] * (1 - math.Exp(-k*dt.Seconds()))
		s.holds[g] -= gone
		p.volumes[chamber].p[g] += gone / p.volumes[chamber].size
	}
	s.cold += dt
	if s.kelvin > 400 {
		s.cold = 0
	}
	if s.cold > time.Minute && s.holds[argon] < 5e-9 {
		*s = freshSample()
	}
}
