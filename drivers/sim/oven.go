package sim

import (
	"math"
	"time"
)

// oven is something heated, and what a controller needs to know of it. Temperatures are in °C.
type oven struct {
	celsius float64 // now
	around  float64 // what it goes to unheated
	full    float64 // rise at full power, K
	tau     float64 // s
	goal    float64 // set-point
	output  float64 // 0..1
	sum     float64 // of the integral part
	manual  bool    // output is set by hand
	taken   bool    // a controller has it
}

// newOven is an oven at its set-point.
func newOven(celsius float64) *oven {
	o := &oven{celsius: celsius, around: 22, full: 1200, tau: 180, goal: celsius}
	o.sum = (celsius - o.around) / o.full
	o.output = o.sum
	return o
}

// control is a PI controller; the output stays within 0..1.
func (o *oven) control(dt float64) {
	if o.manual {
		return
	}
	err := (o.goal - o.celsius) / math.Abs(o.full)
	if o.full < 0 {
		err = -err
	}
	o.sum = min(1, max(0, o.sum+err*dt/20))
	o.output = min(1, max(0, 20*err+o.sum))
}

func (o *oven) move(dt time.Duration) {
	s := dt.Seconds()
	o.control(s)
	end := o.around + o.full*o.output
	o.celsius = end + (o.celsius-end)*math.Exp(-s/o.tau)
}

// activity of the getter material at its temperature, 0..1: half at 250 °C.
func (o *oven) activity() float64 { return 1 / (1 + math.Exp((250-o.celsius)/40)) }

// ovenFor is what a controller heats: the first one the getter, others an oven of their own.
func (p *plant) ovenFor() *oven {
	if !p.oven.taken {
		p.oven.taken = true
		return p.oven
	}
	o := newOven(22)
	p.moving = append(p.moving, o)
	return o
}

func toF(c float64) float64 { return c*9/5 + 32 }

func toC(f float64) float64 { return (f - 32) * 5 / 9 }

// temperatureScale of a display: °C, or °F where true.
type temperatureScale bool

// shown is what a temperature in °C is on the display.
func (f temperatureScale) shown(c float64) float64 {
	if f {
		return toF(c)
	}
	return c
}

// meant is the temperature in °C of a number on the display.
func (f temperatureScale) meant(x float64) float64 {
	if f {
		return toC(x)
	}
	return x
}
