package sim

import (
	"testing"
	"time"
)

// lined is a plant with its six valves.
func lined() (*plant, []*valve) {
	p := newPlant(7)
	for range len(p.passages) {
		p.newValve()
	}
	return p, p.valves
}

func TestOpeningToTheTurboPumpsDown(t *testing.T) {
	p, v := lined()
	p.step(5 * time.Minute)
	closed := p.volumes[bone].total()
	v[0].commanded = true
	p.step(30 * time.Second)
	if open := p.volumes[bone].total(); open > closed/50 || open < 1e-9 {
		t.Errorf("bone 30 s after opening = %.2g Pa, want far below %.2g and above 1e-9", open, closed)
	}
}

func TestClosedVolumeRisesByOutgassing(t *testing.T) {
	p, _ := lined()
	before := p.volumes[bone].total()
	p.step(100 * time.Second)
	v := p.volumes[bone]
	want := (v.gives[air] + v.gives[argon]) * 100 / v.size
	if got := v.total() - before; got < 0.99*want || got > 1.01*want {
		t.Errorf("rise in 100 s = %.3g Pa, want %.3g", got, want)
	}
}

func TestLaserRaisesPressure(t *testing.T) {
	p, _ := lined()
	l := p.newLaser(10)
	p.step(time.Second)
	before := p.volumes[chamber].total()
	l.on, l.part = true, 1
	p.step(30 * time.Second)
	if got := p.volumes[chamber].total(); got < 10*before {
		t.Errorf("chamber after 30 s of laser = %.2g Pa, want far above %.2g", got, before)
	}
	if k := p.sample.kelvin; k < 1000 || k > 2500 {
		t.Errorf("sample = %.0f K, want some 1500", k)
	}
	l.on = false
	p.step(5 * time.Minute)
	if k := p.sample.kelvin; k > 400 {
		t.Errorf("sample 5 min after = %.0f K, want it cold", k)
	}
}

func TestGasIsKept(t *testing.T) {
	p, v := lined()
	for i := range p.volumes {
		p.volumes[i].gives = [gases]float64{}
	}
	p.turbo = turbo{speed: 0}
	p.ion.on, p.oven.celsius, p.oven.goal = false, 20, 0
	amount := func() (sum float64) {
		for i := bone; i <= spectrometer; i++ {
			sum += p.volumes[i].p[argon] * p.volumes[i].size
		}
		return sum
	}
	v[2].commanded, v[3].commanded = true, true
	before := amount()
	p.step(10 * time.Second)
	if after := amount(); after < 0.999999*before || after > 1.000001*before {
		t.Errorf("argon = %g Pa m³ after expanding, want %g", after, before)
	}
	if p.volumes[bone].p[argon] < 0.005 {
		t.Errorf("bone = %g Pa after expanding the tank, want some", p.volumes[bone].p[argon])
	}
}

func TestPipetteTakesAShot(t *testing.T) {
	p, v := lined()
	turn := func(i int, open bool) {
		v[i].commanded = open
		p.step(2 * time.Second)
	}
	turn(2, true)
	turn(2, false)
	before := p.volumes[bone].p[argon]
	turn(3, true)
	want := 0.1 * 1e-7 / 1e-3
	if got := p.volumes[bone].p[argon] - before; got < 0.95*want || got > 1.05*want {
		t.Errorf("a shot raised the bone by %.3g Pa of argon, want %.3g", got, want)
	}
}

func TestGetterLeavesArgon(t *testing.T) {
	p, v := lined()
	p.volumes[bone].p = [gases]float64{1e-3, 1e-3}
	v[4].commanded = true
	p.step(2 * time.Minute)
	if b := p.volumes[bone]; b.p[air] > 1e-5 || b.p[argon] < 5e-4 {
		t.Errorf("bone after the getter: air %.2g, argon %.2g Pa; want little air, most argon", b.p[air], b.p[argon])
	}
}

func TestTurboRunsDownAndTheLineWithIt(t *testing.T) {
	p, v := lined()
	v[0].commanded = true
	p.step(time.Minute)
	before := p.volumes[bone].total()
	p.turbo.motor = false
	p.step(10 * time.Minute)
	if p.turbo.speed != 0 {
		t.Errorf("speed 10 min after stopping = %.0f Hz, want 0", p.turbo.speed)
	}
	if got := p.volumes[bone].total(); got < 1e4*before || got > 100 {
		t.Errorf("bone with the pump standing = %.2g Pa, want near the fore line's, was %.2g", got, before)
	}
	p.turbo.motor = true
	p.step(5 * time.Minute)
	if got := p.volumes[bone].total(); p.turbo.speed != nominalSpeed || got > 1e-4 {
		t.Errorf("after spin-up %.0f Hz and %.2g Pa, want %d Hz and a low pressure", p.turbo.speed, got, nominalSpeed)
	}
}

func TestSpectrometerSeesAShot(t *testing.T) {
	p, v := lined()
	m := newSource(p)
	turn := func(i int, open bool) {
		v[i].commanded = open
		p.step(2 * time.Second)
	}
	volts := func() float64 { return m.current(0) * 1e11 }
	blank := volts()
	turn(2, true)
	turn(2, false)
	turn(3, true)
	turn(3, false)
	turn(5, true)
	p.step(20 * time.Second)
	turn(5, false)
	if got := volts(); blank > 0.1 || got < 1 || got > 10 {
		t.Errorf("argon-40 before and after a shot = %.3g and %.3g V, want near 0 and some volts", blank, got)
	}
	before := volts()
	p.step(10 * time.Minute)
	if got := volts(); got < 0.95*before || got > 1.05*before {
		t.Errorf("after 10 min of static vacuum = %.3g V, want %.3g", got, before)
	}
	turn(6, true)
	p.step(5 * time.Minute)
	if got := volts(); got > before/20 {
		t.Errorf("after pumping = %.3g V, want far below %.3g", got, before)
	}
}

func BenchmarkStep(b *testing.B) {
	p, v := lined()
	v[0].commanded = true
	for b.Loop() {
		p.step(tick)
	}
}
