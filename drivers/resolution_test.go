package drivers_test

import (
	"math"
	"testing"
	"time"

	"pychron-edge/drivers"
)

// A level is shown within its resolution of what was set, also where that is not one of those which the instrument can hold; and a level as
// much as its resolution further is shown as another.
func TestResolutionOfLevels(t *testing.T) {
	heater := func(o drivers.EurothermBisynchOptions) *drivers.EurothermBisynchOptions {
		o.Address, o.High, o.MaxSetpoint, o.IdleSetpoint = 1, 1800, 900, 20
		return &o
	}
	for name, c := range map[string]struct {
		model   string
		options any
		control string
		values  []float64
		want    float64
	}{
		"Bisynch":               {"eurotherm-bisynch", heater(drivers.EurothermBisynchOptions{Decimals: 1}), "setpoint", []float64{456.78, 456.7, 456.81}, 0.1},
		"Bisynch without point": {"eurotherm-bisynch", heater(drivers.EurothermBisynchOptions{}), "setpoint", []float64{456.78, 457.2, 458.9}, 1},
		"Bisynch in °F":         {"eurotherm-bisynch", heater(drivers.EurothermBisynchOptions{Decimals: 1, Fahrenheit: true}), "setpoint", []float64{456.78, 457.2}, 0.1 / 1.8},
		"Eurotherm Modbus": {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 1, Decimals: 1, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint",
			[]float64{456.78, 457.2}, 0.1},
		"Eurotherm floats": {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 7, Float: true, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint",
			[]float64{456.78, 457.2}, 0.11},
		"Watlow": {"watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, High: 1800, MaxSetpoint: 900}, "setpoint", []float64{300.04, 301}, 0.11},
		"Standard Bus": {"watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 2, High: 1800, MaxSetpoint: 900, IdleSetpoint: 25}, "setpoint",
			[]float64{300.04, 301}, 0.11 / 1.8},
		"Lake Shore": {"lakeshore-33x", &drivers.LakeshoreOptions{Type: "336", Inputs: map[string]string{"D": "d"}, Loop: 2, Range: 3, MaxSetpoint: 50}, "setpoint",
			[]float64{-150.654, 20.019}, 0.06},
		"ThermoCube":   {"thermocube", &drivers.ThermocubeOptions{Min: 5, Max: 40}, "setpoint", []float64{15.03, 15.12}, 0.15 / 1.8},
		"Thermorack":   {"thermorack", &drivers.ThermorackOptions{Min: 5, Max: 40}, "setpoint", []float64{15.04, 15.15}, 0.1},
		"UC-2000":      {"uc2000", &drivers.UC2000Options{MaxOn: time.Minute, MaxPower: 95}, "power", []float64{62.9, 63.4, 1.4, 20.4}, 1},
		"Fusions CO2":  {"fusions-co2", &drivers.FusionsCO2Options{Prefix: ";LB.", MaxOn: time.Minute, MaxPower: 1}, "power", []float64{0.509, 0.519}, 0.01},
		"ATL":          {"atl", &drivers.ATLOptions{MaxOn: time.Minute, MaxRate: 100}, "rate", []float64{10.9, 12.9}, 1},
		"VUE":          {"vue", &drivers.VueOptions{MaxOn: time.Minute, MaxCurrent: 1.5}, "current", []float64{1.009, 1.019}, 0.01},
		"OsTech":       {"ostech", &drivers.OsTechOptions{MaxOn: time.Minute, MaxCurrent: 5}, "current", []float64{1.00009, 1.00019}, 1e-4},
		"Impac":        {"impac", &drivers.ImpacOptions{}, "emissivity", []float64{50.04, 50.16}, 0.1},
		"MicroEpsilon": {"micro-epsilon", &drivers.MicroEpsilonOptions{Family: "ct"}, "emissivity", []float64{50.04, 50.16}, 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			device, _ := onBench(t, c.model, c.options)
			actuator, resolution := device.(drivers.Actuator), math.NaN()
			for _, control := range actuator.Controls() {
				if control.Name == c.control {
					resolution = control.Resolution
				}
			}
			if !(math.Abs(resolution-c.want) <= 1e-12) {
				t.Errorf("resolution of %s is %g, want %g", c.control, resolution, c.want)
			}
			for _, value := range c.values {
				if err := actuator.Set(t.Context(), c.control, value); err != nil {
					t.Fatalf("Set(%g) = %v", value, err)
				}
				readings, err := device.Read(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				shown := false
				for _, r := range readings {
					if r.Name == c.control && r.Channel == "" {
						shown = true
						if r.Missing != "" || math.Abs(r.Value-value) > c.want*(1+1e-6) {
							t.Errorf("told %g: shows %+v, want it within %g", value, r, c.want)
						}
					}
				}
				if !shown {
					t.Errorf("%s is not among %+v", c.control, readings)
				}
			}
		})
	}
}
