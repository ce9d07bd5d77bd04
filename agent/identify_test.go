package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// fakeLine is a line that can be lost and opened again.
type fakeLine struct {
	mu      sync.Mutex
	state   line.State
	changed chan struct{}
	watcher line.Watcher
	lost    time.Time
}

func newFakeLine() *fakeLine {
	return &fakeLine{state: line.State{Open: true, Opens: 1}, changed: make(chan struct{})}
}

func (l *fakeLine) State() line.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

func (l *fakeLine) Opens() (uint64, bool) {
	s := l.State()
	return s.Opens, s.Open
}

// on moves the line to another adapter.
func (l *fakeLine) on(adapter string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.Adapter = adapter
}

func (l *fakeLine) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

func (l *fakeLine) Watch(w line.Watcher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watcher = w
}

func (l *fakeLine) Unwatch(line.Watcher) { l.Watch(nil) }

func (l *fakeLine) Trace() []line.Exchange {
	return []line.Exchange{{Device: "ion1", Request: []byte("PR1\r"), Err: drivers.ErrTimeout}}
}

func (*fakeLine) PortWith(string, drivers.LineSettings) drivers.Port { return nil }

func (l *fakeLine) be(open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state.Open = open; open {
		l.state.Opens++
		l.state.Away = time.Since(l.lost)
	} else {
		l.lost = time.Now()
	}
	close(l.changed)
	l.changed = make(chan struct{})
	if l.watcher != nil {
		l.watcher.Wake()
	}
}

// identifying is a gauge that says what it is.
type identifying struct {
	*fake
	unit string
	did  []string
}

func (i *identifying) Identify(context.Context) (drivers.Identity, error) {
	i.with(func() { i.did = append(i.did, "identify") })
	return drivers.Identity{Unit: i.unit}, nil
}

func (i *identifying) Forget() { i.with(func() { i.did = append(i.did, "forget") }) }

func (i *identifying) Read(ctx context.Context) ([]drivers.Reading, error) {
	i.with(func() { i.did = append(i.did, "read") })
	return i.fake.Read(ctx)
}

// onLine is an agent with one instrument on a line of the test's.
func onLine(t *testing.T, d *config.DevicePlan, l *fakeLine) (h *agent, end func()) {
	h = quietAgent([]*config.DevicePlan{d})
	h.work = task.NewGroup(context.Background(), func(err error) { t.Error(err) })
	i := device.New(h.fleet.Env, d, l, device.RealTransport())
	h.fleet.Add(i)
	h.work.Begin(i.Name, i.Start)
	h.work.Start("supervisor", h.commander.Supervise)
	return h, h.work.Stop
}

// early is a gauge whose reading needs nothing that it says of itself.
type early struct {
	*identifying
	err error // of Identify
}

func (e *early) ReadsFirst() bool { return true }

func (e *early) Identify(ctx context.Context) (drivers.Identity, error) {
	id, _ := e.identifying.Identify(ctx)
	return id, e.err
}

// What such a gauge reads is told before it is asked for serial number and firmware: once. When its line returns, or when it could
// not say what it is, it is identified first.
func TestFirstReadingIsToldBeforeTheIdentity(t *testing.T) {
	for _, c := range []struct {
		why  string
		err  error
		lose bool
		want []string
	}{
		{"start", nil, false, []string{"forget", "read", "identify", "read", "read"}},
		{"it cannot say what it is", drivers.ErrRefused, false, []string{"forget", "read", "identify", "forget", "identify", "forget", "identify"}},
		{"return of its line", nil, true, []string{"forget", "identify", "read"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			g, l := &early{&identifying{fake: &fake{}, unit: "mbar"}, c.err}, newFakeLine()
			d := gaugePlan("ion1", g.fake)
			d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return g, nil }
			h, end := onLine(t, d, l)
			if c.lose {
				time.Sleep(1500 * time.Millisecond)
				l.be(false)
				time.Sleep(time.Second)
				g.with(func() { g.did = nil })
				l.be(true)
			}
			time.Sleep(10 * time.Second)
			end()
			if !slices.Equal(g.did[:min(len(c.want), len(g.did))], c.want) {
				t.Errorf("%s: %q, want %q", c.why, g.did, c.want)
			}
			if n := len(h.picked(buffer.Readings, kind(buffer.Reading))); n == 0 {
				t.Errorf("%s: no reading was told", c.why)
			}
		})
	}
}

func TestUnitIsAskedForAgainAfterTheLineReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, l := &identifying{fake: &fake{}, unit: "mbar"}, newFakeLine()
		d := gaugePlan("ion1", g.fake)
		d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return g, nil }
		h, end := onLine(t, d, l)
		time.Sleep(1500 * time.Millisecond)
		g.with(func() { g.readErr = drivers.ErrPortLost })
		l.be(false)
		time.Sleep(10 * time.Second)
		failures := h.picked(buffer.Audit, kind(buffer.Failure))
		if len(failures) != 1 || failures[0].Status != "port lost" || !strings.Contains(failures[0].Note, `request=PR1\r`) {
			t.Errorf("failures = %+v, want one with the exchange", failures)
		}
		g.with(func() { g.readErr = nil })
		g.unit, g.did = "Torr", nil
		back := time.Now()
		l.be(true)
		for h.fleet.Health("ion1") != "healthy" {
			time.Sleep(time.Millisecond)
		}
		if took := time.Since(back); took > 10*time.Millisecond {
			t.Errorf("the gauge was read %v after its line returned, want at once", took)
		}
		end()
		if !slices.Equal(g.did[:3], []string{"forget", "identify", "read"}) {
			t.Errorf("after the return: %q, want forget, identify, read", g.did)
		}
		changes := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "agent_unit_changes_total" })
		if len(changes) != 1 || changes[0].Note != "old=mbar new=Torr" {
			t.Errorf("unit events = %+v, want one from mbar to Torr", changes)
		}
	})
}

// A device that nothing is asked of by which it could say what it is has answered nothing: that is no exchange, and no success.
func TestADeviceThatSaysNothingOfItselfHasNotAnswered(t *testing.T) {
	for unit, want := range map[string]bool{"": false, "mbar": true} {
		synctest.Test(t, func(t *testing.T) {
			g, l := &identifying{fake: &fake{readErr: drivers.ErrTimeout}, unit: unit}, newFakeLine()
			d := gaugePlan("ion1", g.fake)
			d.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return g, nil }
			h, end := onLine(t, d, l)
			time.Sleep(30 * time.Second)
			end()
			if !slices.Contains(g.did, "identify") {
				t.Fatalf("it did %q, and was not identified", g.did)
			}
			families, err := h.metrics.Gatherer(&h.present).Gather()
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(families)
			if got := strings.Contains(text, `value:"identify"`); got != want {
				t.Errorf("with unit %q: an exchange by identify is counted: %v, want %v", unit, got, want)
			}
			if got := strings.Contains(text, "device_last_success_timestamp_seconds"); got && !want {
				t.Error("a device that never answered has a last success")
			}
		})
	}
}

func TestReturningLineMovesNothingButALaserThatWasOn(t *testing.T) {
	for _, c := range []struct {
		state  string
		plan   func(f *fake) *config.DevicePlan
		before float64 // of the control when the line is lost
		after  float64
	}{
		{"valve, leave", func(f *fake) *config.DevicePlan { return valvePlan("V1", f) }, 1, 1},
		{"valve, on_return idle", func(f *fake) *config.DevicePlan { d := valvePlan("V1", f); d.OnReturn = "idle"; return d }, 1, 0},
		{"laser that was on", func(f *fake) *config.DevicePlan { return laserPlan("laser", f, time.Hour) }, 1, 0},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, l := &fake{}, newFakeLine()
				d := c.plan(f)
				control := d.Moves[0].Name
				h, end := onLine(t, d, l)
				time.Sleep(1500 * time.Millisecond)
				h.commander.Command(t.Context(), order(d.Name, control, c.before))
				f.with(func() { f.readErr, f.haltErr = drivers.ErrPortLost, drivers.ErrPortLost })
				l.be(false)
				time.Sleep(2 * time.Second)
				f.with(func() { f.readErr, f.haltErr = nil, nil })
				l.be(true)
				time.Sleep(2 * time.Second)
				if got := f.is(control); got != c.after {
					t.Errorf("%s = %v after the return, want %v", control, got, c.after)
				}
				end()
			})
		})
	}
}

func TestStartMovesNothingUnlessToldTo(t *testing.T) {
	for _, policy := range []string{"read", "idle"} {
		synctest.Test(t, func(t *testing.T) {
			v := &fake{}
			d := valvePlan("V1", v)
			d.OnStart, v.state["open"] = policy, 1
			_, stop := testAgent(t, []*config.DevicePlan{d})
			time.Sleep(10 * time.Second)
			if open := v.is("open") == 1; open != (policy == "read") {
				t.Errorf("on_start %s: open = %t", policy, open)
			}
			stop()
		})
	}
}

func (l *fakeLine) SuspectReply() {}
