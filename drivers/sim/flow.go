package sim

// system is the linear equations of one step, one row for each volume.
type system struct {
	a [volumes][volumes]float64
	b [volumes]float64
}

// join lets gas go from volume i to volume j at out m³/s, and back at back m³/s.
func (s *system) join(i, j int, out, back float64) {
	s.a[i][i] += out
	s.a[i][j] -= back
	s.a[j][j] += back
	s.a[j][i] -= out
}

// flow moves gas g by seconds: backward Euler, which is stable at any step, keeps the amount of gas and has the right steady
// state. For each volume: size/dt (p' - p) = gives - pump (p' - floor) - sum of what leaves through passages.
func (p *plant) flow(g gas, seconds float64) {
	var s system
	for i := range p.volumes {
		v := &p.volumes[i]
		s.a[i][i] = v.size/seconds + v.pump[g]
		s.b[i] = v.size/seconds*v.p[g] + v.gives[g] + v.pump[g]*v.floor[g]
	}
	for _, w := range p.passages {
		c := p.conductance(w, g)
		s.join(w.a, w.b, c, c)
	}
	speed, compression := p.turbo.pumping(g)
	s.join(turboInlet, fore, speed, speed/compression)
	for i, value := range s.solve() {
		p.volumes[i].p[g] = max(value, 0)
	}
}

// solve by elimination without pivoting: the diagonal dominates.
func (s *system) solve() [volumes]float64 {
	for i := range volumes {
		for j := i + 1; j < volumes; j++ {
			f := s.a[j][i] / s.a[i][i]
			if f == 0 {
				continue
			}
			for k := i; k < volumes; k++ {
				s.a[j][k] -= f * s.a[i][k]
			}
			s.b[j] -= f * s.b[i]
		}
	}
	for i := volumes - 1; i >= 0; i-- {
		for k := i + 1; k < volumes; k++ {
			s.b[i] -= s.a[i][k] * s.b[k]
		}
		s.b[i] /= s.a[i][i]
	}
	return s.b
}
