package sim

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// wire is a line to one instrument, without bytes in between: what is sent is answered at once.
type wire struct {
	station *station
	left    []byte
	log     []string
}

func (w *wire) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sent := request
	if w.station.oneShot() {
		sent = fmt.Appendf(nil, "%s\n", request)
	}
	var reply []byte
	w.left, reply = w.station.answer(append(w.left, sent...))
	w.log = append(w.log, fmt.Sprintf("%q -> %q", request, reply))
	if split == nil {
		return nil, nil
	}
	if len(reply) == 0 {
		return nil, drivers.ErrTimeout
	}
	for at := reply; ; {
		advance, token, err := split(at, true)
		if err != nil && !errors.Is(err, bufio.ErrFinalToken) {
			return nil, err
		}
		if token != nil {
			return append([]byte{}, token...), nil
		}
		if advance == 0 {
			return nil, drivers.ErrTimeout
		}
		at = at[advance:]
	}
}

func (w *wire) Hold(_ context.Context, f func(drivers.Port) error) error { return f(w) }

// setUp gives options what has no default.
func setUp(options any) {
	v := reflect.ValueOf(options).Elem()
	if v.Kind() != reflect.Struct {
		return
	}
	for name, value := range map[string]any{"MaxOn": time.Minute, "User": "a", "Password": "b"} {
		if f := v.FieldByName(name); f.IsValid() && f.IsZero() && f.Type() == reflect.TypeOf(value) {
			f.Set(reflect.ValueOf(value))
		}
	}
}

// described are options of the models that are nothing without them.
var described = map[string]any{
	"ascii": &drivers.ASCIIOptions{
		Start: "#", End: "\r", Identify: "VER",
		Reads: []drivers.ASCIIRead{
			{Quantity: drivers.Quantity{Name: "pressure", Unit: "torr"}, Send: "P?"},
			{Quantity: drivers.Quantity{Name: "filament"}, Send: "F?", Words: map[string]string{"ON": "is 1", "OFF": "is 0"}},
			{Quantity: drivers.Quantity{Channel: "setpoint", Name: "temperature", Unit: "celsius"}, Send: "SP?"},
		},
		Sets: []drivers.ASCIISet{
			{Adjustable: drivers.Adjustable{Control: "filament"}, On: "F1", Off: "F0", Answer: "OK"},
			{Adjustable: drivers.Adjustable{Control: "setpoint", Unit: "celsius", Max: 100, Tolerance: 0.1}, Send: "SP {value}", Digits: 1, Answer: "OK"},
		},
		Vectors: []drivers.Vector{
			{Send: "#P?\r", Reply: "1E-3\r\n", Reads: map[string]string{"pressure": "0.133322"}},
			{Send: "#P?\r", Reply: "?\r\n", Error: "garbled"},
			{Send: "#F?\r", Reply: "OFF\r\n", Reads: map[string]string{"filament": "0"}},
			{Send: "#F1\r", Reply: "OK\r\n", Set: "filament", Value: 1},
			{Send: "#SP?\r", Reply: "025.00\r\n", Reads: map[string]string{"setpoint": "25"}},
			{Steps: []drivers.WireExchange{{Send: "#SP 25.0\r", Reply: "OK\r\n"}, {Send: "#SP?\r", Reply: "025.00\r\n"}}, Set: "setpoint", Value: 25},
		},
	},
	"modbus": &drivers.ModbusOptions{
		Address: 7,
		Reads: []drivers.ModbusRead{
			{Quantity: drivers.Quantity{Channel: "bath", Name: "temperature", Unit: "celsius", Scale: 0.1}, Register: 1},
			{Quantity: drivers.Quantity{Name: "running"}, Register: 16, Function: 4, Type: "bit", Bit: 3},
			{Quantity: drivers.Quantity{Name: "pump"}, Register: 19, Function: 1},
			{Quantity: drivers.Quantity{Channel: "head", Name: "pressure", Unit: "mbar", Law: "exponent"}, Register: 32770, Type: "float32"},
			{Quantity: drivers.Quantity{Channel: "worked", Name: "time", Unit: "hours"}, Register: 40, Type: "uint32"},
		},
		Sets: []drivers.ModbusSet{
			{Adjustable: drivers.Adjustable{Control: "setpoint", Unit: "celsius", Scale: 0.1, Min: -10, Max: 60, Idle: 20}, Register: 2},
			{Adjustable: drivers.Adjustable{Control: "pump"}, Register: 19, Function: 5},
			{Adjustable: drivers.Adjustable{Control: "limit", Unit: "celsius", Max: 90, Idle: 40, Halts: true}, Register: 50, Type: "float32"},
		},
	},
}

// connect opens a driver on its simulated instrument.
func connect(t *testing.T, p *plant, m drivers.Model, options any) (drivers.Device, *wire) {
	t.Helper()
	setUp(options)
	s, err := read(options)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{station: &station{name: m.Name, model: m.Name, instrument: instruments[m.Name](p, s)}}
	d, err := m.Open(drivers.Wires{Port: w, Wait: func(_ context.Context, d time.Duration) error { p.step(d); return nil }}, options)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return d, w
}

// Drivers and simulated instruments were written apart, from the same sheets: here they meet.
func TestDriversAgree(t *testing.T) {
	for _, m := range drivers.Models() {
		if m.Manual || pinned[m.Name] {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			if !Has(m.Name) {
				t.Fatalf("Has(%q) = false, want an instrument for every model", m.Name)
			}
			options := m.Defaults()
			if o, ok := described[m.Name]; ok {
				options = o
			}
			agrees(t, m, options)
		})
	}
}

// agrees lets a driver identify, read, set everything and halt on its simulated instrument.
func agrees(t *testing.T, m drivers.Model, options any) {
	p := newPlant(1)
	d, w := connect(t, p, m, options)
	t.Cleanup(func() {
		if t.Failed() {
			for _, x := range w.log {
				t.Log(x)
			}
		}
	})
	if i, ok := d.(drivers.Identifier); ok {
		if _, err := i.Identify(t.Context()); err != nil {
			t.Errorf("Identify: %v", err)
		}
	}
	readings, err := d.Read(t.Context())
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	for _, r := range readings {
		if r.Missing == "" && (math.IsNaN(r.Value) || math.IsInf(r.Value, 0)) {
			t.Errorf("reading %+v is not finite", r)
		}
		if r.Name == "pressure" && r.Missing == "" && described[m.Name] == nil && !plausible(p, r) {
			t.Errorf("reading %+v is the pressure of no volume", r)
		}
		if oven := p.oven.celsius; p.oven.taken && r.Name == "temperature" && math.Abs(r.Value-oven) > 0.5 {
			t.Errorf("reading %+v, want %g °C", r, oven)
		}
	}
	t.Logf("%+v", readings)
	if a, ok := d.(drivers.Actuator); ok {
		acts(t, a)
	}
}

// plausible says whether a pressure is that of a volume, or the bound of a gauge that a volume is beyond.
func plausible(p *plant, r drivers.Reading) bool {
	if r.Bound != drivers.Exact {
		return r.Value > 0
	}
	for _, v := range p.volumes {
		seen := v.total()
		for _, g := range []float64{seen, max(seen, 0.05), max(seen, 5e-9)} { // some send the bottom of the range as a number
			if math.Abs(r.Value-g) < 0.1*g || r.Unit != drivers.Pascals {
				return true
			}
		}
	}
	return math.Abs(r.Value) < 0.02 // the noise of a capacitance head
}

// acts sets every control to the middle of its range, in order, then to its idle value in the opposite order, and halts: what a
// control needs stays on for it.
func acts(t *testing.T, a drivers.Actuator) {
	controls := slices.DeleteFunc(slices.Clone(a.Controls()), func(c drivers.Control) bool { return math.IsInf(c.Max, 0) || math.IsInf(c.Min, 0) })
	set := func(c drivers.Control, value float64) {
		if c.Unit == "" {
			value = math.Round(value)
		}
		if err := a.Set(t.Context(), c.Name, value); err != nil {
			t.Errorf("Set(%s, %g): %v", c.Name, value, err)
		}
	}
	for _, c := range controls {
		set(c, c.Min+(c.Max-c.Min)/2)
	}
	for _, c := range slices.Backward(controls) {
		set(c, c.Idle)
	}
	if err := a.Halt(t.Context()); err != nil {
		t.Errorf("Halt: %v", err)
	}
	if _, err := a.Read(t.Context()); err != nil {
		t.Errorf("Read after Halt: %v", err)
	}
}

func TestValveDriverAgrees(t *testing.T) {
	b := New(Options{})
	pins := map[string]string{"solenoid": "GPIO17", "opened": "GPIO5", "closed": "GPIO6"}
	if err := b.Attach(Device{Name: "V1", Model: "valve", Pins: pins}); err != nil {
		t.Fatal(err)
	}
	w := drivers.Wires{In: map[string]gpio.PinIn{}, Out: map[string]gpio.PinOut{}, Wait: func(_ context.Context, d time.Duration) error { b.Step(d); return nil }}
	for _, key := range []string{"opened", "closed"} {
		w.In[key], _ = b.Chips().In(drivers.Pin{Line: pins[key]})
	}
	w.Out["solenoid"], _ = b.Chips().Out(drivers.Pin{Line: pins["solenoid"]})
	m, err := drivers.Find("valve")
	if err != nil {
		t.Fatal(err)
	}
	d, err := m.Open(w, m.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	shows := func(when string, value float64, missing bool) {
		t.Helper()
		r, err := d.Read(t.Context())
		if err != nil || r[0].Name != "open" || r[0].Value != value || (r[0].Missing != "") != missing {
			t.Errorf("%s: Read = %+v, %v; want open %g, missing %v", when, r, err, value, missing)
		}
	}
	a := d.(drivers.Actuator)
	shows("at first", 0, false)
	if err := a.Set(t.Context(), "open", 1); err != nil {
		t.Fatal(err)
	}
	shows("opened", 1, false)
	b.Fault("V1", Silence, true)
	if err := a.Set(t.Context(), "open", 0); err == nil {
		t.Error("Set of a valve that does not move = nil error")
	}
	b.Fault("V1", Garbage, true)
	shows("both switches on", 0, true)
	b.Fault("V1", Garbage, false)
	b.Fault("V1", Silence, false)
	if err := a.Halt(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Step(time.Second)
	shows("halted", 0, false)
}

func TestNGXEventsAgree(t *testing.T) {
	p := newPlant(1)
	p.volumes[spectrometer].p[argon] = 1e-6
	m, err := drivers.Find("ngx")
	if err != nil {
		t.Fatal(err)
	}
	d, w := connect(t, p, m, m.Defaults())
	if err := d.(drivers.Actuator).Set(t.Context(), "acquiring", 1); err != nil {
		t.Fatal(err)
	}
	p.step(2 * time.Second)
	line := w.station.instrument.(speaker).speak()
	readings := d.(drivers.Listener).Unasked(bytes.TrimRight(line, "\r\n"))
	volts := map[string]float64{}
	for _, r := range readings {
		if r.Name == "intensity" {
			volts[r.Channel] = r.Value
		}
	}
	if want := 1e-6 * amperesPerPascal * 1e11; math.Abs(volts["AX"]-want) > 0.01*want || volts["H2"] > want/100 || len(volts) != 5 {
		t.Errorf("Unasked(%q) = %+v, want %.3g V on AX and little elsewhere", line, readings, want)
	}
}
