package sim

// amperesPerPascal is the sensitivity of a noble-gas source for argon-40: 1e-3 A/Torr.
const amperesPerPascal = 1e-3 / torr

// massSpectrometer is what both spectrometers measure with: a source in the volume behind valve 6.
type massSpectrometer struct {
	plant    *plant
	at       *volume
	mass     float64 // on the axial detector
	kilovolt float64
	blanked  bool
}

func newSource(p *plant) *massSpectrometer {
	return &massSpectrometer{plant: p, at: &p.volumes[spectrometer], mass: 39.962, kilovolt: 4.5}
}

// abundances of argon in air relative to argon-40, by mass.
var abundances = map[int]float64{36: 3.35e-3, 37: 0, 38: 6.3e-4, 39: 1e-6, 40: 1}

// current of a collector offset masses from the axial one, in A, with the noise of its amplifier.
func (m *massSpectrometer) current(offset int) float64 {
	ions := m.at.p[argon] * amperesPerPascal * abundances[int(m.mass+0.5)+offset]
	if m.blanked {
		ions = 0
	}
	return ions*m.plant.noise(2e-4) + 2e-17*m.plant.random.NormFloat64()
}
