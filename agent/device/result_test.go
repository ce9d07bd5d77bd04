package device

import (
	"math"
	"testing"

	"pychron-edge/drivers"
)

// A level that was acknowledged and is not set is told by itself where it is far from what was told, and by that nothing moved where the
// range is so wide that a hundredth of it is far.
func TestResultOfALevel(t *testing.T) {
	oven := drivers.Control{Name: "setpoint", Unit: drivers.Celsius, Min: 20, Max: 1220, Idle: 20}
	nan := math.NaN()
	for _, c := range []struct {
		name                 string
		value, before, shown float64
		set                  error
		want                 string
	}{
		{"set", 500, 20, 500, nil, "success"},
		{"set, and read back with noise", 500, 20, 499.2, nil, "success"},
		{"set, and rounded", 500.4, 500, 500, nil, "success"},
		{"as it was before", 500, 500, 500, nil, "success"},
		{"not known before", 500, nan, 490, nil, "success"},
		{"far from it", 500, 20, 20, nil, "failed"},
		{"nothing moved", 510, 500, 500, nil, "failed"},
		{"nothing moved, and the answer was lost", 510, 500, 500, drivers.ErrTimeout, "unknown"},
		{"the answer was lost", 510, 500, 510, drivers.ErrTimeout, "success"},
		{"refused", 510, 500, 500, drivers.ErrRefused, "failed"},
	} {
		o := judge(oven, c.value, c.before, c.set, drivers.Reading{Name: "setpoint", Unit: drivers.Celsius, Value: c.shown}, nil)
		if o.Result != c.want || (o.Err == nil) != (c.want == "success") {
			t.Errorf("%s: told %g at %g, shows %g: %s, %v, want %s", c.name, c.value, c.before, c.shown, o.Result, o.Err, c.want)
		}
	}
}

// What an instrument is known to show is asked of it, and no more: a step that it ignores is no success, however small beside the range, and one
// that it rounds away is none that failed, however large.
func TestResultWithinResolution(t *testing.T) {
	oven := drivers.Control{Name: "setpoint", Unit: drivers.Celsius, Min: 20, Max: 1220, Idle: 20, Resolution: 0.1}
	laser := drivers.Control{Name: "power", Unit: drivers.Percent, Max: 20, Resolution: 1}
	for _, c := range []struct {
		name                 string
		control              drivers.Control
		value, before, shown float64
		set                  error
		want                 string
	}{
		{"set", oven, 505, 500, 505, nil, "success"},
		{"a step ignored", oven, 505, 500, 500, nil, "failed"},
		{"the smallest step ignored", oven, 500.1, 500, 500, nil, "failed"},
		{"the smallest step ignored, downwards", oven, 500, 500.1, 500.1, nil, "failed"},
		{"the smallest step", oven, 500.1, 500, 500.1, nil, "success"},
		{"rounded up", oven, 500.06, 500, 500.1, nil, "success"},
		{"rounded down", oven, 500.09, 500, 500, nil, "success"},
		{"held by a limit of its own", oven, 505, 500, 502, nil, "failed"},
		{"a step ignored, and the answer was lost", oven, 500.2, 500, 500, drivers.ErrTimeout, "unknown"},
		{"not known before, and rounded", oven, 500.04, math.NaN(), 500, nil, "success"},
		{"not known before, and ignored", oven, 505, math.NaN(), 500, nil, "failed"},
		{"half a percent, and rounded", laser, 10.9, 10, 10, nil, "success"},
		{"half a percent, and rounded by two", laser, 10.9, 9, 10, nil, "success"},
		{"a percent ignored", laser, 11, 10, 10, nil, "failed"},
	} {
		o := judge(c.control, c.value, c.before, c.set, drivers.Reading{Name: c.control.Name, Unit: c.control.Unit, Value: c.shown}, nil)
		if o.Result != c.want || (o.Err == nil) != (c.want == "success") {
			t.Errorf("%s: told %g at %g, shows %g: %s, %v, want %s", c.name, c.value, c.before, c.shown, o.Result, o.Err, c.want)
		}
	}
}
