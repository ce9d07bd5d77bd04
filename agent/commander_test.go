package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

func TestMutuallyInterlockedValvesAreNeverBothOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := &fake{}, &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", one, "V2"), valvePlan("V2", two, "V1")})
		defer stop()
		synctest.Wait()
		opened := 0
		for n := range 10_000 {
			var pair sync.WaitGroup
			for _, name := range []string{"V1", "V2"} {
				pair.Go(func() { h.commander.Command(t.Context(), order(name, "open", 1)) })
			}
			pair.Wait()
			a, b := one.is("open"), two.is("open")
			if a == 1 && b == 1 {
				t.Fatalf("round %d: both valves are open", n)
			}
			opened += int(a + b)
			for _, name := range []string{"V1", "V2"} {
				if _, err := h.commander.Command(t.Context(), order(name, "open", 0)); err != nil {
					t.Fatalf("closing %s = %v; closing is never refused", name, err)
				}
			}
		}
		if opened < 9000 {
			t.Errorf("in 10000 rounds %d valves were opened; one of the two should be in nearly every round", opened)
		}
	})
}

func TestFiftyClientsOnOneValveGetTrueAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: time.Millisecond}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		var clients sync.WaitGroup
		var wrong atomic.Int32
		for n := range 50 {
			clients.Go(func() {
				value := float64(n % 2)
				r, err := h.commander.Command(t.Context(), order("V1", "open", value))
				if err != nil || r.Value == nil || *r.Value != value || r.Result != "success" {
					wrong.Add(1)
				}
			})
		}
		clients.Wait()
		if wrong.Load() != 0 {
			t.Errorf("%d of 50 answers were not what the valve was told; each must be read back before the next begins", wrong.Load())
		}
		if v.clashed {
			t.Error("two goroutines used the driver at once")
		}
		events := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_total" })
		sent := v.sent()
		if len(events) != 50 || len(sent) != 50 {
			t.Fatalf("50 commands made %d events and %d messages, want 50 and 50", len(events), len(sent))
		}
	})
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		state  string
		change func(h *agent, c *buffer.CommandRequest, v, other *fake)
		is     error
		reason string
	}{
		{"device nobody knows", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.Device = "V9" }, buffer.ErrUnknown, "unknown"},
		{"control nobody knows", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.Control = "shut" }, buffer.ErrUnknown, "unknown"},
		{"value out of range", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.Value = 2 }, buffer.ErrRange, "range"},
		{"expired", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.Expires = time.Now().Add(-time.Hour) }, buffer.ErrExpired, "expired"},
		{"without the right", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.By.Rights = []string{buffer.RightRead} }, buffer.ErrForbidden, "right"},
		{"right for other controls", func(_ *agent, c *buffer.CommandRequest, _, _ *fake) { c.By.Controls = []string{"V2.*"} }, buffer.ErrForbidden, "right"},
		{"read-only", func(h *agent, _ *buffer.CommandRequest, v, other *fake) {
			h.plan().Devices[0].DeviceConfig.Control = false
		}, buffer.ErrForbidden, "read-only"},
		{"locked", func(h *agent, _ *buffer.CommandRequest, v, other *fake) {
			h.commander.Lock(context.Background(), buffer.LockRequest{By: buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}}, Device: "V1"})
		}, buffer.ErrConflict, "locked"},
		{"latched", func(h *agent, _ *buffer.CommandRequest, v, other *fake) { h.commander.Latch("latched") }, buffer.ErrConflict, "halted"},
		{"halt not sent yet", func(h *agent, _ *buffer.CommandRequest, v, other *fake) {
			v.with(func() { v.haltErr = drivers.ErrPortLost })
			h.plan().Devices[0].OnHalt = "idle"
			h.commander.Halt(context.Background(), anybody)
		}, buffer.ErrConflict, "halted"},
		{"interlock", func(h *agent, _ *buffer.CommandRequest, v, other *fake) {
			other.with(func() { other.state["open"] = 1 })
		}, buffer.ErrConflict, "interlock"},
		{"stopping", func(h *agent, _ *buffer.CommandRequest, v, other *fake) { h.commander.Close() }, buffer.ErrConflict, "stopping"},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v, other := &fake{}, &fake{}
				h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v, "V2"), valvePlan("V2", other)})
				defer stop()
				synctest.Wait()
				o := order("V1", "open", 1)
				c.change(h, &o, v, other)
				time.Sleep(3 * time.Second) // polls
				_, err := h.commander.Command(t.Context(), o)
				if !errors.Is(err, c.is) {
					t.Errorf("Command = %v, want %v", err, c.is)
				}
				refused := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_refused_total" })
				if len(refused) != 1 || refused[0].Labels.Value("reason") != c.reason {
					t.Errorf("refusal events = %+v, want one with reason %s", refused, c.reason)
				}
				if sent := v.sent(); len(sent) != 0 {
					t.Errorf("a refused command sent %q", sent)
				}
			})
		})
	}
}

func TestWhoHasNoRightIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
		defer stop()
		h.commander.Refused(buffer.Principal{Name: "reader", Via: "http"}, "V1", "open")
		h.commander.Refused(buffer.Principal{Name: "reader", Via: "http"}, "V9", "open")
		refused := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_refused_total" })
		if len(refused) != 2 || refused[0].Device != "V1" || refused[0].Labels.Value("reason") != "right" || !strings.Contains(refused[0].Note, "who=reader") ||
			refused[1].Device != "" || refused[1].Labels.Value("reason") != "unknown" {
			t.Errorf("refusal events = %+v, want reader's for V1 by right, and for a device nobody knows without its name as a label", refused)
		}
	})
}

func TestWhatBecomesOfACommand(t *testing.T) {
	for _, c := range []struct {
		state  string
		change func(f *fake)
		result string
		is     error
	}{
		{"acknowledged and read back", func(*fake) {}, "success", nil},
		{"answer lost, but read back", func(f *fake) { f.setErr = drivers.ErrTimeout }, "success", nil},
		{"answer and read-back lost", func(f *fake) { f.setErr, f.readErr = drivers.ErrTimeout, drivers.ErrTimeout }, "unknown", buffer.ErrUnsettled},
		{"acknowledged, read-back lost", func(f *fake) { f.readErr = drivers.ErrTimeout }, "unknown", buffer.ErrUnsettled},
		{"refused by the instrument", func(f *fake) { f.setErr = drivers.ErrRefused }, "failed", buffer.ErrFailed},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := &fake{}
				h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
				defer stop()
				synctest.Wait()
				v.with(func() { c.change(v) })
				r, err := h.commander.Command(t.Context(), order("V1", "open", 1))
				if r.Result != c.result || !errors.Is(err, c.is) {
					t.Errorf("Command = %q, %v; want %q, %v", r.Result, err, c.result, c.is)
				}
				if sent := v.sent(); len(sent) != 1 {
					t.Errorf("the valve was sent %q; a valve is never told twice", sent)
				}
				events := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_total" })
				if len(events) != 1 || events[0].Labels.Value("result") != c.result || events[0].Seq != r.Seq {
					t.Errorf("events = %+v, want one with result %s and seq %d", events, c.result, r.Seq)
				}
			})
		})
	}
}

func TestCallerThatLeavesChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: time.Second}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		ctx, leave := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer leave()
		if _, err := h.commander.Command(ctx, order("V1", "open", 1)); !errors.Is(err, buffer.ErrUnsettled) {
			t.Errorf("Command of one who left = %v, want %v", err, buffer.ErrUnsettled)
		}
		time.Sleep(2 * time.Second)
		if v.is("open") != 1 {
			t.Error("the command was given up because its caller left")
		}
	})
}

func TestIdSeenBeforeIsAnsweredWithoutActing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		defer stop()
		synctest.Wait()
		o := order("V1", "open", 1)
		o.ID = "42"
		first, err := h.commander.Command(t.Context(), o)
		again, err2 := h.commander.Command(t.Context(), o)
		if err != nil || err2 != nil || first.Seq != again.Seq || first.Result != again.Result {
			t.Errorf("answers = %+v, %v and %+v, %v; want the same twice", first, err, again, err2)
		}
		if sent := v.sent(); len(sent) != 1 {
			t.Errorf("one id was sent %d times: %q", len(sent), sent)
		}
	})
}

func TestSetBegunBeforeAHaltSendsNothingAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fake{setTime: 100 * time.Millisecond}
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", l, time.Hour)})
		defer stop()
		synctest.Wait()
		var clients sync.WaitGroup
		for range 5 {
			clients.Go(func() { h.commander.Command(t.Context(), order("laser", "enabled", 1)) })
		}
		time.Sleep(50 * time.Millisecond) // the first is under way, the others wait
		r, err := h.commander.Halt(t.Context(), anybody)
		clients.Wait()
		if err != nil || len(r.Halted) != 1 {
			t.Fatalf("Halt = %+v, %v; want one halted", r, err)
		}
		if sent := l.sent(); sent[len(sent)-1] != "halt" || l.is("enabled") != 0 {
			t.Errorf("on the wire: %q; want nothing after the halt", sent)
		}
	})
}

// A command that waits when the agent stops is refused for that, and not for a halt. Found by a simulated history: a valve was to be closed, and
// who asked was told "context canceled".
func TestCommandsThatWaitWhenTheAgentStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fake{setTime: 100 * time.Millisecond}
		h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", v)})
		synctest.Wait()
		var clients sync.WaitGroup
		clients.Go(func() { h.commander.Command(t.Context(), order("V1", "open", 1)) })
		time.Sleep(50 * time.Millisecond) // it is under way, and what follows waits
		for _, value := range []float64{0, 1} {
			clients.Go(func() {
				r, err := h.commander.Command(t.Context(), order("V1", "open", value))
				if r.Result != "" || !errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), "the agent is stopping") {
					t.Errorf("V1.open = %v = %+v, %v; want it refused, for the agent is stopping", value, r, err)
				}
			})
		}
		synctest.Wait()
		stop()
		clients.Wait()
		reasons := h.picked(buffer.Audit, func(e *buffer.Event) bool {
			return e.Metric == "commands_refused_total" && e.Labels.Value("reason") == "stopping"
		})
		if len(reasons) == 0 {
			t.Error("no refusal has the reason stopping")
		}
		if sent := v.sent(); len(sent) > 1 {
			t.Errorf("on the wire: %q, want nothing of what waited", sent)
		}
	})
}

// The event of a command that failed has the bytes of the exchange; that of one that succeeded has none.
func TestFailedCommandTellsItsExchange(t *testing.T) {
	for fault, want := range map[error]bool{drivers.ErrRefused: true, nil: false} {
		synctest.Test(t, func(t *testing.T) {
			v := &fake{}
			h, end := onLine(t, valvePlan("ion1", v), newFakeLine())
			defer end()
			synctest.Wait()
			v.with(func() { v.setErr = fault })
			r, err := h.commander.Command(t.Context(), order("ion1", "open", 1))
			told := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_total" })
			if (err != nil) != want || len(told) != 1 || strings.Contains(told[0].Note, `request=PR1\r`) != want {
				t.Errorf("%v: %+v, %v, told as %+v; want the exchange in it: %t", fault, r, err, told, want)
			}
		})
	}
}
