package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// halting is a laser that says when its halt came.
type halting struct {
	fake
	came chan time.Time
}

func (h *halting) Halt(ctx context.Context) error {
	h.came <- time.Now()
	return h.fake.Halt(ctx)
}

// BenchmarkReadingToHalt is the time from a reading that trips a rule to the first step of the laser's halt, its line idle.
func BenchmarkReadingToHalt(b *testing.B) {
	catalogue := Catalogue{"ion1": {"ig": {Ref: Ref{"ion1", "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * time.Second}}}
	when, err := compileCondition("ion1.ig > pa(1e-3)", catalogue)
	if err != nil {
		b.Fatal(err)
	}
	l := &halting{came: make(chan time.Time, 16)}
	laser := laserPlan("laser", &l.fake, time.Hour)
	laser.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return l, nil }
	g := &fake{}
	h := quietHouse([]*DevicePlan{gaugePlan("ion1", g), laser}, &Rule{Name: "pressure", When: when, Halt: []string{"laser"}})
	h.work = newGroup(context.Background(), func(err error) { b.Error(err) })
	loops, lines := newGroup(context.Background(), h.work.fail), newGroup(context.Background(), h.work.fail)
	h.equip(loops, lines, h.plan(), realFittings(), func(*DevicePlan) bool { return true })
	i := h.instrument("ion1")
	for h.health("laser") != "healthy" {
		time.Sleep(time.Millisecond)
	}
	bad := []drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1}}
	var took []time.Duration
	for b.Loop() {
		h.door.mu.Lock()
		clear(h.door.latches)
		h.door.mu.Unlock()
		begun := time.Now()
		i.accept(bad)
		took = append(took, (<-l.came).Sub(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
	h.shutdown(loops, lines, "benchmark")
}

// BenchmarkAccept is everything the agent does with one poll of a gauge that moves: Present, derived values, rules, event.
func BenchmarkAccept(b *testing.B) {
	h := quietHouse([]*DevicePlan{gaugePlan("ion1", &fake{})})
	i := h.newInstrument(h.plan().Devices[0], realFittings())
	readings := []drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1}}
	b.ReportAllocs()
	for b.Loop() {
		readings[0].Value *= 1.02
		if readings[0].Value > 1e5 {
			readings[0].Value = 1e-8
		}
		i.accept(readings)
	}
}
