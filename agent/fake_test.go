package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/task"
)

// fake is an instrument in memory: a gauge, a valve or a laser, with faults that can be switched on.
type fake struct {
	mu       sync.Mutex
	state    map[string]float64 // by control
	gauge    drivers.Reading    // what a gauge reads
	readErr  error
	setErr   error // after the state was changed, as when the answer is lost
	haltErr  error
	cut      error // of a Set: nothing reaches the instrument
	readTime time.Duration
	setTime  time.Duration
	wire     []string  // what was sent, in order
	using    int       // goroutines in it
	clashed  bool      // more than one was
	panics   bool      // at the next Read
	changed  time.Time // when enabled last changed
}

func (f *fake) enter() func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.using++
	f.clashed = f.clashed || f.using > 1
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.using--
	}
}

func (f *fake) Read(ctx context.Context) ([]drivers.Reading, error) {
	defer f.enter()()
	if err := task.Wait(ctx, f.readTime); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("a driver's bug in gauge")
	}
	if f.readErr != nil {
		return nil, f.readErr
	}
	if f.state == nil {
		return []drivers.Reading{f.gauge}, nil
	}
	var out []drivers.Reading
	for _, name := range slices.Sorted(keysOf(f.state)) {
		out = append(out, drivers.Reading{Name: name, Value: f.state[name], Unit: unitOf(name)})
	}
	return out, nil
}

func (f *fake) Controls() []drivers.Control { return nil }

func (f *fake) Set(ctx context.Context, control string, value float64) error {
	defer f.enter()()
	if err := task.Wait(ctx, f.setTime); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cut != nil {
		return f.cut
	}
	f.wire = append(f.wire, fmt.Sprint(control, " ", value))
	f.noteChange(control, value)
	f.state[control] = value
	return f.setErr
}

func (f *fake) Halt(context.Context) error {
	defer f.enter()()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.haltErr != nil {
		return f.haltErr
	}
	f.wire = append(f.wire, "halt")
	f.noteChange("enabled", 0)
	for name := range f.state {
		f.state[name] = 0
	}
	return nil
}

// noteChange notes when enabled changes. The caller holds mu.
func (f *fake) noteChange(control string, value float64) {
	if control == "enabled" && f.state[control] != value {
		f.changed = time.Now()
	}
}

func (f *fake) with(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fake) sent() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.wire)
}

func (f *fake) is(control string) float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state[control]
}

func keysOf(m map[string]float64) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func unitOf(control string) drivers.Unit {
	if control == "power" {
		return drivers.Percent
	}
	return ""
}

// laserOptions are the part of a laser's options the agent looks at.
type laserOptions struct{ MaxOn time.Duration }

func gaugePlan(name string, f *fake) *config.DevicePlan {
	f.gauge = drivers.Reading{Channel: "ig", Name: "pressure", Value: 1e-6, Unit: drivers.Pascals}
	d := planFor(name, "", f, nil)
	d.Points = []config.PointPlan{{Point: drivers.Point{Channel: "ig", Name: "pressure", Unit: drivers.Pascals}}}
	return d
}

func valvePlan(name string, f *fake, closed ...string) *config.DevicePlan {
	f.state = map[string]float64{"open": 0}
	c := config.Control{Control: drivers.Control{Name: "open", Max: 1}, Enabled: true}
	for _, other := range closed {
		c.Closed = append(c.Closed, rules.Ref{Device: other, Point: "open"})
	}
	return planFor(name, "valve", f, []config.Control{c})
}

func laserPlan(name string, f *fake, maxOn time.Duration) *config.DevicePlan {
	f.state = map[string]float64{"enabled": 0, "power": 0}
	d := planFor(name, "laser", f, []config.Control{
		{Control: drivers.Control{Name: "enabled", Max: 1}, Enabled: true},
		{Control: drivers.Control{Name: "power", Max: 100, Unit: drivers.Percent}, Enabled: true},
	})
	d.Model.Laser, d.Decoded = true, &laserOptions{MaxOn: maxOn}
	return d
}

func planFor(name, family string, f *fake, moves []config.Control) *config.DevicePlan {
	d := &config.DevicePlan{Moves: moves, Model: drivers.Model{Name: "fake", Family: family}}
	d.Name, d.Every, d.Heartbeat, d.StaleAfter = name, time.Second, time.Minute, 5*time.Second
	d.DeviceConfig.Control = len(moves) > 0
	d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return f, nil }
	return d
}

// testAgent is an agent with these devices, its supervisor and loops running. What it gives stops them, with the halts of
// every exit.
func testAgent(t *testing.T, devices []*config.DevicePlan, rules ...*rules.Rule) (h *agent, stop func()) {
	t.Helper()
	h = quietAgent(devices, rules...)
	return h, h.runLoops(t)
}

// quietAgent is an agent in which nothing runs.
func quietAgent(devices []*config.DevicePlan, rules ...*rules.Rule) *agent {
	c := &config.Config{}
	c.Agent.Name, c.Agent.Clock = "test", "trusted"
	h := newAgent(&config.Plan{Config: c, Devices: devices, Rules: rules}, "b001", "test", false, slog.New(slog.NewTextHandler(io.Discard, nil)))
	h.clock.Wall = func() time.Time { return time.Now().Add(time.Duration(wallShift.Load())) }
	return h
}

// wallShift is by how much the wall clock of the test agents is wrong.
var wallShift atomic.Int64

// events of the audit that pick likes.
func (a *agent) picked(lane buffer.Lane, pick func(*buffer.Event) bool) []buffer.Event {
	all, _ := a.lanes.Of(lane).Since(nil, 0)
	return slices.DeleteFunc(all, func(e buffer.Event) bool { return !pick(&e) })
}

func kind(k buffer.Kind) func(*buffer.Event) bool {
	return func(e *buffer.Event) bool { return e.Kind == k }
}

var anybody = buffer.Principal{Name: "jr", Via: "http", Rights: []string{buffer.RightCommand}}

func order(device, control string, value float64) buffer.CommandRequest {
	return buffer.CommandRequest{By: anybody, Device: device, Control: control, Value: value}
}

// heard says whether instruments are healthy and what was read of them is there. One that answers is healthy before its reading is taken.
func (a *agent) heard(devices ...string) bool {
	return !slices.ContainsFunc(devices, func(name string) bool {
		return a.fleet.Health(name) != string(device.Healthy) || len(a.present.Device(name)) == 0
	})
}

// made is the device of a plan on pins, in no fleet.
func (a *agent) made(d *config.DevicePlan) *device.Device {
	return device.New(a.fleet.Env, d, nil, device.RealTransport())
}

// quiesce takes devices out of operation as a reload does.
func (a *agent) quiesce(out []*device.Device, ends func(*device.Device) bool) error {
	return a.fleet.Quiesce(out, ends, func(i *device.Device) error {
		return a.commander.Halter.One(context.Background(), i, buffer.AgentItself("reload"), "its configuration changed")
	})
}
