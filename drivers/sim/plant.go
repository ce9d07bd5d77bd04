package sim

import (
	"math"
	"math/rand/v2"
	"time"
)

// gas is a kind of gas: what a getter takes, and what it leaves.
type gas int

const (
	air   gas = iota // nitrogen and the other gases a getter takes
	argon            // noble
	gases
)

// The volumes, by index in plant.volumes.
const (
	fore = iota
	turboInlet
	bone
	chamber
	pipette
	tank
	getter
	spectrometer
	sputter
	volumes
)

// volume is a closed space at one pressure.
type volume struct {
	name  string
	size  float64        // m³
	p     [gases]float64 // Pa
	gives [gases]float64 // Pa m³/s that come off its walls and through its seals
	pump  [gases]float64 // m³/s at which it is pumped to nothing
	floor [gases]float64 // Pa that its pump cannot get below
}

// total is the pressure in Pa.
func (v *volume) total() float64 { return v.p[air] + v.p[argon] }

// passage joins two volumes through a valve. Full is its molecular conductance in m³/s for nitrogen.
type passage struct {
	a, b  int
	full  float64
	valve *valve
}

// lighter is the conductance for a gas relative to nitrogen: the root of the ratio of the molar masses.
var lighter = [gases]float64{1, math.Sqrt(28.0 / 40.0)}

// plant is the extraction line. It knows no clock: step moves it on.
type plant struct {
	volumes  [volumes]volume
	passages []passage
	valves   []*valve
	turbo    turbo
	ion      ionPump
	sample   sample
	lasers   []*laser
	oven     *oven // of the getter
	gauges   map[kind]int
	moving   []mover
	random   *rand.Rand
	elapsed  time.Duration
}

// mover is anything that changes with time beside the gas.
type mover interface{ move(dt time.Duration) }

// newPlant is a line that has been pumped for a day, all valves closed.
func newPlant(seed uint64) *plant {
	p := &plant{random: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), gauges: map[kind]int{}}
	p.volumes = [volumes]volume{
		fore:         {name: "fore", size: 2e-3, p: [gases]float64{2, 0.02}, gives: [gases]float64{2e-5, 2e-7}},
		turboInlet:   {name: "turbo", size: 5e-4, gives: [gases]float64{3e-10, 1e-13}},
		bone:         {name: "bone", size: 1e-3, gives: [gases]float64{2e-10, 2e-14}},
		chamber:      {name: "chamber", size: 2e-4, gives: [gases]float64{3e-10, 2e-14}},
		pipette:      {name: "pipette", size: 1e-7, gives: [gases]float64{1e-14, 1e-16}},
		tank:         {name: "tank", size: 1e-3, p: [gases]float64{0.001, 0.1}},
		getter:       {name: "getter", size: 1e-4, gives: [gases]float64{1e-10, 1e-14}},
		spectrometer: {name: "spectrometer", size: 1.5e-3, gives: [gases]float64{5e-11, 2e-16}},
		sputter:      {name: "ion pump", size: 1e-3, gives: [gases]float64{1e-10, 1e-15}},
	}
	p.passages = []passage{
		{a: turboInlet, b: bone, full: 1e-3}, {a: bone, b: chamber, full: 1e-3},
		{a: tank, b: pipette, full: 2e-5}, {a: pipette, b: bone, full: 2e-5},
		{a: bone, b: getter, full: 1e-3}, {a: bone, b: spectrometer, full: 5e-4}, {a: spectrometer, b: sputter, full: 5e-3},
	}
	p.turbo = turbo{motor: true, station: true, speed: nominalSpeed}
	p.ion = ionPump{on: true}
	p.oven = newOven(400)
	p.sample = freshSample()
	p.pumps()
	for i := range p.passages {
		p.passages[i].valve = &valve{position: 1}
	}
	p.passages[2].valve.position = 0 // of the tank
	for g := range gases {
		p.flow(g, 86400)
	}
	for i := range p.passages {
		p.passages[i].valve = nil
	}
	return p
}

// newValve is the next valve of the line, in the order of attaching.
func (p *plant) newValve() *valve {
	v := &valve{travel: valveTravel}
	if n := len(p.valves); n < len(p.passages) {
		p.passages[n].valve = v
	}
	p.valves = append(p.valves, v)
	return v
}

// maxStep is the longest step taken at once.
const maxStep = 50 * time.Millisecond

// step moves the line on by dt.
func (p *plant) step(dt time.Duration) {
	for dt > 0 {
		d := min(dt, maxStep)
		p.once(d)
		dt -= d
	}
}

func (p *plant) once(dt time.Duration) {
	p.elapsed += dt
	for _, v := range p.valves {
		v.move(dt)
	}
	p.turbo.move(dt, p.volumes[fore].total())
	p.ion.move(dt)
	p.oven.move(dt)
	p.heat(dt)
	for _, m := range p.moving {
		m.move(dt)
	}
	p.pumps()
	for g := range gases {
		p.flow(g, dt.Seconds())
	}
}

// pumps sets how fast each volume is pumped, by what the pumps are doing.
func (p *plant) pumps() {
	p.volumes[fore].pump = [gases]float64{1.4e-3, 1.4e-3} // a small scroll pump: 5 m³/h down to 1 Pa
	p.volumes[fore].floor = [gases]float64{1, 0.01}
	p.volumes[getter].pump = [gases]float64{air: 1e-3 * p.oven.activity()}
	p.volumes[getter].floor = [gases]float64{air: 1e-8}
	p.volumes[spectrometer].pump = [gases]float64{air: 1e-3} // the getter of its source
	p.volumes[spectrometer].floor = [gases]float64{air: 1e-9}
	p.volumes[sputter].pump = p.ion.speeds()
	p.volumes[sputter].floor = [gases]float64{1e-9, 1e-11}
}

// conductance of a passage for gas g, in m³/s.
func (p *plant) conductance(w passage, g gas) float64 {
	if w.valve == nil {
		return 0
	}
	return w.full * w.valve.position * lighter[g]
}

// noise is a factor near one, with relative standard deviation sigma.
func (p *plant) noise(sigma float64) float64 { return math.Exp(sigma * p.random.NormFloat64()) }
