package sim

import (
	"math"
	"time"
)

// nominalSpeed of the turbo pump in Hz.
const nominalSpeed = 1500

// turbo is a turbo-molecular pump of 60 l/s.
type turbo struct {
	motor, station bool    // both must be on for it to spin
	speed          float64 // Hz
	goal           float64 // Hz asked for; 0 = nominal
	standby        bool
	fault          int     // error number, 0 none
	load           float64 // 0..1, of gas in the fore line
}

// target is the speed it is going to, in Hz.
func (t *turbo) target() float64 {
	if !t.motor || !t.station || t.fault != 0 {
		return 0
	}
	goal := t.goal
	if goal == 0 {
		goal = nominalSpeed
	}
	if t.standby {
		goal = min(goal, nominalSpeed*2/3)
	}
	return goal
}

// move spins it up with a time of 40 s and lets it run down by itself in minutes, faster in gas.
func (t *turbo) move(dt time.Duration, backing float64) {
	t.load = min(1, max(0, backing-10)/1000)
	goal := t.target() * (1 - t.load/2)
	rate := nominalSpeed / 90.0
	if goal < t.speed {
		rate = -nominalSpeed / 300.0 * (1 + 10*t.load)
	}
	step := rate * dt.Seconds()
	if math.Abs(goal-t.speed) <= math.Abs(step) {
		t.speed = goal
		return
	}
	t.speed = max(0, t.speed+step)
}

// pumping is its speed in m³/s and its compression for gas g: both fall with the speed of the rotor.
func (t *turbo) pumping(g gas) (speed, compression float64) {
	part := t.speed / nominalSpeed
	return 0.06*part + 1e-4, math.Exp(math.Log(3e10) * part)
}

// current of its drive in A.
func (t *turbo) current() float64 {
	switch {
	case t.target() == 0:
		return 0
	case t.target() > t.speed+1:
		return 2.9
	}
	return 0.35*t.speed/nominalSpeed + t.load
}

// ionPump is a 20 l/s ion pump.
type ionPump struct {
	on      bool
	started time.Duration // since it was switched on
}

func (i *ionPump) move(dt time.Duration) {
	if !i.on {
		i.started = 0
		return
	}
	i.started += dt
}

// speeds it pumps at, in m³/s: a diode pump hardly takes argon.
func (i *ionPump) speeds() [gases]float64 {
	if !i.on {
		return [gases]float64{}
	}
	return [gases]float64{air: 0.02, argon: 4e-4}
}

// current in A at a pressure in Pa: 0.05 A/Pa, at most what its supply gives.
func (i *ionPump) current(pascals float64) float64 {
	if !i.on {
		return 0
	}
	return min(0.05*pascals+1e-9, 0.05)
}

// volts of its supply at a pressure in Pa.
func (i *ionPump) volts(pascals float64) float64 {
	if !i.on {
		return 0
	}
	return 5600 / (1 + 10*i.current(pascals))
}
