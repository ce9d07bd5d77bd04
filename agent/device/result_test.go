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
