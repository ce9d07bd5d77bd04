package main

import (
	"context"
	"log/slog"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// watchedLog calls a function with each message.
type watchedLog struct {
	slog.Handler
	see func(message string)
}

func (l *watchedLog) Handle(_ context.Context, r slog.Record) error {
	l.see(r.Message)
	return nil
}

func (l *watchedLog) Enabled(context.Context, slog.Level) bool { return true }

// On one processor, too, what a rule halts has been halted before its trip is logged and recorded: that is a write to the system's journal, and
// may take long. The scheduler picks otherwise now and then, and half of the time where races are looked for.
func TestHaltsGoBeforeTheLog(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	synctest.Test(t, func(t *testing.T) {
		g, l := &fake{}, &fake{}
		rule := pressureRule(t)
		halts := func() (n int) {
			l.mu.Lock()
			defer l.mu.Unlock()
			for _, sent := range l.wire {
				if sent == "halt" {
					n++
				}
			}
			return n
		}
		const trips = 40
		before, logged, first := 0, 0, 0
		log := slog.New(&watchedLog{slog.DiscardHandler, func(message string) {
			if message == "an interlock tripped" {
				logged++
				if halts() > before {
					first++
				}
			}
		}})
		c := &config.Config{}
		c.Agent.Name, c.Agent.Clock = "test", "trusted"
		plan := &config.Plan{Config: c, Devices: []*config.DevicePlan{gaugePlan("ion1", g), laserPlan("laser", l, time.Hour)}}
		plan.Rules = append(plan.Rules, rule)
		h := newAgent(plan, "b001", "test", false, log)
		stop := h.runLoops(t)
		defer stop()
		time.Sleep(time.Second)
		gauge := h.fleet.Find("ion1")
		pressure := func(value float64) {
			gauge.Accept([]drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: value}})
		}
		for range trips {
			pressure(1e-6)
			if err := h.commander.ClearRule(t.Context(), anybody, rule.Name); err != nil {
				t.Fatal(err)
			}
			before = halts()
			pressure(1)
			time.Sleep(time.Second)
		}
		if logged != trips || first < trips/8 {
			t.Errorf("of %d trips %d had halted before they were logged, want %d logged and at least %d halted first", logged, first, trips, trips/8)
		}
	})
}
