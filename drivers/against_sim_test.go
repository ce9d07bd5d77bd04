package drivers_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/sim"
)

// onBench is a device on its simulated instrument, whose wait lets time pass there.
func onBench(t *testing.T, model string, options any) (drivers.Device, *sim.Bench) {
	t.Helper()
	b := sim.New(sim.Options{})
	if err := b.Attach(sim.Device{Name: "x", Model: model, URL: "serial:///x", Options: options}); err != nil {
		t.Fatal(err)
	}
	b.Step(5 * time.Second) // a valve box boots
	m, err := drivers.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) { return string(b.Answer("x", []byte(request))), true }}
	device, err := m.Open(drivers.Wires{Port: wire, Wait: func(ctx context.Context, d time.Duration) error { b.Step(d); return ctx.Err() }}, options)
	if err != nil {
		t.Fatal(err)
	}
	return device, b
}

// What is set on a simulated instrument is read back, with the options that the defaults leave out: heaters that may be set, other types,
// codecs, maps and units.
func TestSetsAgainstSimulatedInstruments(t *testing.T) {
	for name, c := range map[string]struct {
		model   string
		options any
		control string
		value   float64
		halted  float64 // what is read a second after a Halt
	}{
		"turbo on":              {"pfeiffer-pump", &drivers.PfeifferPumpOptions{Address: 42}, "motor", 1, 1},
		"turbo in standby":      {"pfeiffer-pump", &drivers.PfeifferPumpOptions{Address: 1}, "standby", 1, 1},
		"ion pump SPC":          {"gamma-spc", &drivers.GammaOptions{Address: 5, Switched: true}, "enabled", 1, 0},
		"ion pump MPC":          {"gamma-spc", &drivers.GammaOptions{Address: 1, Channels: map[int]string{1: "ip"}, Switched: true}, "ip_enabled", 1, 0},
		"ion pump on Ethernet":  {"gamma-spc", &drivers.GammaOptions{Ethernet: true, Switched: true}, "enabled", 1, 0},
		"valve of a box":        {"arduino-valvebox", &drivers.ValveboxOptions{Channels: map[int]string{0: "A", 3: "D"}, Travel: time.Second}, "D", 1, 0},
		"relay":                 {"proxr", &drivers.ProXROptions{Channels: map[int]string{0: "A", 9: "J"}}, "J", 1, 0},
		"Agilent turbo":         {"agilent-turbo", &drivers.AgilentTurboOptions{Address: 3}, "motor", 1, 1},
		"Agilent ion pump":      {"agilent-ion-pump", &drivers.AgilentIonPumpOptions{Channels: map[int]string{1: "ip"}, Switched: true}, "ip_on", 1, 0},
		"LabJack line":          {"labjack-valves", &drivers.LabJackValvesOptions{Channels: map[int]string{4: "A"}, Opened: map[int]int{4: 8}, Closed: map[int]int{4: 9}, Travel: time.Second}, "A", 1, 0},
		"Agilent relay":         {"agilent-34903a", &drivers.Agilent34903AOptions{Channels: map[int]string{301: "A"}, Closed: "closes"}, "A", 1, 0},
		"Edwards turbo":         {"edwards-tic", &drivers.TICOptions{Turbo: true}, "turbo", 1, 1},
		"relay by codec":        {"proxr", &drivers.ProXROptions{Channels: map[int]string{17: "R"}, Codec: true}, "R", 1, 0},
		"Bisynch":               {"eurotherm-bisynch", &drivers.EurothermBisynchOptions{Address: 12, Decimals: 1, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint", 456.7, 20},
		"Eurotherm Modbus":      {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 1, Decimals: 1, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint", 456.7, 20},
		"Eurotherm floats":      {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 7, Float: true, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint", 456.7, 20},
		"Eurotherm remote":      {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 1, Decimals: 1, Remote: true, High: 1800, MaxSetpoint: 900, IdleSetpoint: 20}, "setpoint", 456.7, 20},
		"Eurotherm Modbus TCP":  {"eurotherm-modbus", &drivers.EurothermModbusOptions{Address: 1, TCP: true, Decimals: 1, High: 1800, MaxSetpoint: 900}, "setpoint", 456.7, 0},
		"Watlow set-point":      {"watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, High: 1800, MaxSetpoint: 900}, "setpoint", 300, 300},
		"Watlow mode":           {"watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, High: 1800, MaxSetpoint: 900}, "enabled", 1, 0},
		"Watlow map 2, gateway": {"watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, TCP: true, Zone: 3, WordOrder: "high", Map: 2, High: 1800, MaxSetpoint: 900}, "setpoint", 300, 300},
		"Standard Bus":          {"watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 2, High: 1800, MaxSetpoint: 900, IdleSetpoint: 25}, "setpoint", 300, 25},
		"Standard Bus mode":     {"watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 1, High: 1800, MaxSetpoint: 900}, "enabled", 1, 0},
		"Lake Shore 336":        {"lakeshore-33x", &drivers.LakeshoreOptions{Type: "336", Inputs: map[string]string{"D": "d"}, Loop: 2, Range: 3, MaxSetpoint: 50}, "enabled", 1, 0},
		"Lake Shore 331":        {"lakeshore-33x", &drivers.LakeshoreOptions{Type: "331", Inputs: map[string]string{"B": "b"}, Loop: 1, Range: 2, MaxSetpoint: 50}, "enabled", 1, 0},
		"Lake Shore 330":        {"lakeshore-33x", &drivers.LakeshoreOptions{Type: "330", Inputs: map[string]string{"C": "c"}, Loop: 1, Range: 2, MaxSetpoint: 50}, "setpoint", -150.65, -150.65},
		"ThermoCube":            {"thermocube", &drivers.ThermocubeOptions{Min: 5, Max: 40}, "setpoint", 15, 15},
		"ThermoCube in standby": {"thermocube", &drivers.ThermocubeOptions{Min: 5, Max: 40, Standby: true}, "enabled", 1, 1},
		"Thermorack":            {"thermorack", &drivers.ThermorackOptions{Min: 5, Max: 40}, "enabled", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			device, bench := onBench(t, c.model, c.options)
			actuator := device.(drivers.Actuator)
			shows := func(when string, want float64) {
				t.Helper()
				readings, err := device.Read(t.Context())
				i := slices.IndexFunc(readings, func(r drivers.Reading) bool { return r.Channel == c.control || r.Channel == "" && r.Name == c.control })
				if err != nil || i < 0 || readings[i].Missing != "" || math.Abs(readings[i].Value-want) > 0.11 {
					t.Errorf("%s: Read() = %+v, %v, want %s %g", when, readings, err, c.control, want)
				}
			}
			if err := actuator.Set(t.Context(), c.control, c.value); err != nil {
				t.Fatalf("Set(%s, %g) = %v", c.control, c.value, err)
			}
			shows("after Set", c.value)
			if err := actuator.Halt(t.Context()); err != nil {
				t.Errorf("Halt() = %v", err)
			}
			bench.Step(time.Second)
			shows("after Halt", c.halted)
		})
	}
}

// A turbo on the bench that is switched off slows down.
func TestTurboOnTheBenchRunsDown(t *testing.T) {
	device, bench := onBench(t, "pfeiffer-pump", &drivers.PfeifferPumpOptions{Address: 1})
	pump := device.(drivers.Actuator)
	for _, control := range []string{"station", "motor"} {
		if err := pump.Set(t.Context(), control, 1); err != nil {
			t.Fatal(err)
		}
	}
	rotation := func() float64 {
		readings, err := device.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return readings[slices.IndexFunc(readings, func(r drivers.Reading) bool { return r.Name == "rotation" })].Value
	}
	if err := pump.Set(t.Context(), "motor", 0); err != nil {
		t.Fatal(err)
	}
	before := rotation()
	bench.Step(20 * time.Second)
	if slower := rotation(); slower >= before {
		t.Errorf("rotation %g 20 s after it was switched off at %g, want less", slower, before)
	}
}
