package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// BenchmarkReadingToHalt is the time from a reading that trips a rule to the first byte of the laser's halt at the other end of
// its idle line: rules, turn, driver, owner of the line, and a TCP connection on loopback. The budget is 5 ms at p99.
func BenchmarkReadingToHalt(b *testing.B) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	came := make(chan time.Time, 1024)
	board := &board{heard: func(command string) {
		if strings.HasPrefix(command, "PDC 0") {
			came <- time.Now()
		}
	}}
	go board.serve(listener)
	text := fmt.Sprintf("agent: {name: bench}\ndevices: [{name: laser, model: fusions-co2, port: \"tcp://%s\", every: 1m, control: true, options: {max_on: 1m}}]\n", listener.Addr())
	plan, list, err := config.PlanOf("agent.yaml", []byte(text))
	if err != nil {
		b.Fatal(err, list)
	}
	rule := pressureRule(b)
	h := quietAgent(append(plan.Devices, gaugePlan("ion1", &fake{})), rule)
	h.work = task.NewGroup(context.Background(), func(err error) { b.Error(err) })
	loops, lines := task.NewGroup(context.Background(), h.work.Fail), task.NewGroup(context.Background(), h.work.Fail)
	h.fleet.Start(loops, lines, h.plan(), device.RealTransport(), func(*config.DevicePlan) bool { return true })
	gauge, laser := h.fleet.Find("ion1"), h.fleet.Find("laser")
	for h.fleet.Health("laser") != "healthy" {
		time.Sleep(time.Millisecond)
	}
	good := []drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1e-6}}
	bad := []drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1}}
	var took []time.Duration
	for b.Loop() {
		for halted := h.clock.Up(); ; time.Sleep(100 * time.Microsecond) { // until it was halted and read, and its line is idle again
			if c, _ := laser.Status(); !laser.PendingHalt() && c.Success >= halted {
				break
			}
			laser.PollNow()
		}
		gauge.Accept(good)
		if err := h.commander.ClearRule(b.Context(), anybody, rule.Name); err != nil {
			b.Fatal(err)
		}
		for len(came) > 0 {
			<-came // the halt before may have been sent more than once
		}
		begun := time.Now()
		gauge.Accept(bad)
		took = append(took, (<-came).Sub(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-us")
	h.shutdown(loops, lines, "benchmark")
}

// BenchmarkAccept is everything the agent does with one poll of a gauge that moves: Present, derived values, rules, event.
func BenchmarkAccept(b *testing.B) {
	h := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
	i := h.made(h.plan().Devices[0])
	readings := []drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1}}
	b.ReportAllocs()
	for b.Loop() {
		readings[0].Value *= 1.02
		if readings[0].Value > 1e5 {
			readings[0].Value = 1e-8
		}
		i.Accept(readings)
	}
}
