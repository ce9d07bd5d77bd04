package drivers

import (
	"fmt"
	"math"
)

// heating is what the drivers of temperature controllers share: the range in which a temperature is believed, and how far the
// set-point may go. All in °C.
type heating struct {
	low, high         float64 // a temperature outside is that of a broken sensor
	idle, maxSetpoint float64 // the set-point may be from idle to maxSetpoint; with maxSetpoint = 0 it may not be set, and a halt sends nothing
	fahrenheit        bool    // of the numbers on the line
}

// check says what is wrong with the options it came from.
func (h heating) check() error {
	if !finite(h.low) || !finite(h.high) || h.low >= h.high {
		return fmt.Errorf("low: %g, high: %g; the lowest temperature must be below the highest", h.low, h.high)
	}
	if !finite(h.idle) || !finite(h.maxSetpoint) || h.settable() && (h.idle >= h.maxSetpoint || h.idle < h.low || h.maxSetpoint > h.high) {
		return fmt.Errorf("max_setpoint: %g; must be more than idle_setpoint (%g) up to high (%g), or 0 for one that may not be set", h.maxSetpoint, h.idle, h.high)
	}
	return nil
}

// settable is whether the set-point may be set.
func (h heating) settable() bool { return h.maxSetpoint != 0 }

// floatResolution is how far from a number in floating point, in degrees on the line, a controller may show it: a tenth, and what a float takes off.
const floatResolution = 0.11

// control is the set-point; it heats. resolution is that of [Control], in degrees on the line.
func (h heating) control(resolution float64) Control {
	if h.fahrenheit {
		resolution /= 1.8
	}
	return Control{Name: "setpoint", Unit: Celsius, Min: h.idle, Max: h.maxSetpoint, Idle: h.idle, Hazard: true, Resolution: resolution}
}

// sensor is a measured temperature; outside the range there is none.
func (h heating) sensor(name string, v float64) Reading {
	r := Reading{Name: name, Value: h.celsius(v), Unit: Celsius}
	if !(r.Value >= h.low && r.Value <= h.high) {
		return Reading{Name: name, Unit: Celsius, Missing: "outside the range of its sensor"}
	}
	return r
}

// point is a set-point as it was read, or missing as [known] says.
func (h heating) point(name string, v float64, err error) (Reading, error) {
	return measured(Reading{Name: name, Unit: Celsius}, h.celsius(v), err)
}

// temperature is a [heating.sensor] as it was read, or missing as [known] says.
func (h heating) temperature(v float64, err error) (Reading, error) {
	if err != nil {
		return known(Reading{Name: "temperature", Unit: Celsius}, err)
	}
	return h.sensor("temperature", v), nil
}

// celsius turns a number on the line into °C.
func (h heating) celsius(v float64) float64 {
	if h.fahrenheit {
		return celsiusOf(v)
	}
	return v
}

// native turns °C into a number on the line, cut to decimals: the set-point is never above what was asked for.
func (h heating) native(celsius float64, decimals int) float64 {
	if h.fahrenheit {
		celsius = fahrenheitOf(celsius)
	}
	return cut(celsius, decimals)
}

// checkCoolant says what is wrong with the set-points of a chiller, in °C.
func checkCoolant(low, high float64) error {
	if !(low >= -40 && low < high && high <= 100) {
		return fmt.Errorf("min: %g, max: %g; must be -40 to 100, the lower first", low, high)
	}
	return nil
}

// coolantControl is the set-point of a chiller; idle is 20 °C, or as near as it may be.
func coolantControl(low, high, resolution float64) Control {
	return Control{Name: "setpoint", Unit: Celsius, Min: low, Max: high, Idle: min(max(20, low), high), Resolution: resolution}
}

// cut rounds v down to decimals.
func cut(v float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Floor(v*p+1e-6) / p
}

func celsiusOf(fahrenheit float64) float64 { return (fahrenheit - 32) / 1.8 }

func fahrenheitOf(celsius float64) float64 { return celsius*1.8 + 32 }
