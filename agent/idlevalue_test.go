package main

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

func TestIdleValueIsRefusedByNothingButALockBothWays(t *testing.T) {
	other := buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}}
	lock := func(h *agent, r buffer.LockRequest) {
		r.By, r.Device = other, "V1"
		if err := h.commander.Lock(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		state string
		do    func(h *agent, o *buffer.CommandRequest)
		is    error // of the idle value; every other value is refused
	}{
		{"locked", func(h *agent, _ *buffer.CommandRequest) { lock(h, buffer.LockRequest{}) }, nil},
		{"owned by another", func(h *agent, _ *buffer.CommandRequest) { lock(h, buffer.LockRequest{Owner: "kl"}) }, nil},
		{"out of service", func(h *agent, _ *buffer.CommandRequest) { lock(h, buffer.LockRequest{OutOfService: true}) }, nil},
		{"locked both ways", func(h *agent, _ *buffer.CommandRequest) { lock(h, buffer.LockRequest{Both: true}) }, buffer.ErrConflict},
		{"latched", func(h *agent, _ *buffer.CommandRequest) { h.commander.Latch("by a halt") }, nil},
		{"restricted", func(h *agent, _ *buffer.CommandRequest) { h.commander.Restrict("the file was refused") }, nil},
		{"by who may only halt", func(_ *agent, o *buffer.CommandRequest) { o.By.Rights = []string{buffer.RightHalt} }, nil},
		{"by who may only read", func(_ *agent, o *buffer.CommandRequest) { o.By.Rights = []string{buffer.RightRead} }, buffer.ErrForbidden},
		{"by who may halt and not move it", func(_ *agent, o *buffer.CommandRequest) {
			o.By.Rights, o.By.Controls = []string{buffer.RightHalt}, []string{"V2.*"}
		}, buffer.ErrForbidden},
		{"read-only", func(h *agent, _ *buffer.CommandRequest) { h.plan().Devices[0].DeviceConfig.Control = false }, buffer.ErrForbidden},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
				defer stop()
				synctest.Wait()
				o := order("V1", "open", 0)
				c.do(h, &o)
				if _, err := h.commander.Command(t.Context(), o); !errors.Is(err, c.is) || c.is == nil && err != nil {
					t.Errorf("closing = %v, want %v", err, c.is)
				}
				o.Value = 1
				if _, err := h.commander.Command(t.Context(), o); err == nil {
					t.Error("opening is let in")
				}
			})
		})
	}
}

// restingOpen is a backing valve: its idle value is open.
func restingOpen(name string, f *fake) *config.DevicePlan {
	d := valvePlan(name, f)
	f.state["open"] = 1
	d.Moves[0].Idle = 1
	return d
}

func TestValveThatRestsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, other := &fake{}, &fake{}
		backing := restingOpen("V1", v)
		backing.Moves[0].Closed = []rules.Ref{{Device: "V2", Point: "open"}}
		h, stop := testAgent(t, []*config.DevicePlan{backing, valvePlan("V2", other)})
		defer stop()
		synctest.Wait()
		try := func(device string, value float64, is error) {
			t.Helper()
			if _, err := h.commander.Command(t.Context(), order(device, "open", value)); !errors.Is(err, is) || is == nil && err != nil {
				t.Errorf("%s to %v = %v, want %v", device, value, err, is)
			}
		}
		try("V2", 1, nil)
		try("V1", 0, buffer.ErrConflict) // its interlock forbids closing
		try("V1", 1, nil)
		try("V2", 0, nil)
		try("V1", 0, nil)
		try("V2", 1, nil)
		try("V1", 1, nil) // and never opening
		sent := len(v.sent())
		r, err := h.commander.Halt(t.Context(), anybody)
		if err != nil || slices.Contains(r.Halted, "V1") || len(v.sent()) != sent {
			t.Errorf("Halt = %+v, %v, and sent it %q; want the valve left as it is and not named as halted", r, err, v.sent()[sent:])
		}
	})
}

func TestHaltOpensAValveThatRestsOpenOnlyWhereItIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, box := &fake{}, &fake{}
		opens := restingOpen("V1", v)
		opens.OnHalt = "idle"
		mixed := restingOpen("box", box)
		box.state = map[string]float64{"A": 1, "B": 1}
		one := mixed.Moves[0]
		one.Name = "A"
		two := one
		two.Name, two.Idle = "B", 0
		mixed.Moves = []config.Control{one, two}
		h, stop := testAgent(t, []*config.DevicePlan{opens, mixed})
		synctest.Wait()
		if _, err := h.commander.Command(t.Context(), order("V1", "open", 0)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, err := h.commander.Halt(t.Context(), anybody); err != nil {
			t.Fatal(err)
		}
		if sent := v.sent(); !slices.Equal(sent, []string{"open 0", "open 1"}) {
			t.Errorf("on_halt: idle sent %q, want it opened by a Set and never halted by its driver", sent)
		}
		if err := h.commander.Halter.One(t.Context(), h.fleet.Find("box"), buffer.AgentItself("rule"), "a rule"); err != nil {
			t.Fatal(err)
		}
		if sent := box.sent(); !slices.Equal(sent, []string{"B 0"}) {
			t.Errorf("a box with one valve that rests open was sent %q, want the other closed alone", sent)
		}
		stop()
	})
}
