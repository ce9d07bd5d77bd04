package drivers_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/drivers/sim"
)

// A real connection to the simulated server: greeting, log-in, replies among events.
func TestNGXOverTCP(t *testing.T) {
	b := sim.New(sim.Options{Seed: 1})
	if err := b.Attach(sim.Device{Name: "ngx", Model: "ngx", URL: "tcp://ngx.lab:1099", Options: ngxOptions}); err != nil {
		t.Fatal(err)
	}
	urls, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	model, err := drivers.Find("ngx")
	if err != nil {
		t.Fatal(err)
	}
	address, err := line.ParseAddress(urls["ngx"], model.Line)
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	heard := make(chan []byte, 64)
	o.Unasked(func(line []byte) {
		select {
		case heard <- append([]byte{}, line...):
		default:
		}
	})
	device, err := model.Open(drivers.Wires{Port: o.Port("ngx"), Wait: func(context.Context, time.Duration) error { b.Step(time.Second); return nil }}, ngxOptions)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _ = o.Run(ctx) })
	all.Go(func() { _ = b.Run(ctx) })
	t.Cleanup(func() { cancel(); all.Wait() })

	acts := device.(drivers.Actuator)
	if id, err := device.(drivers.Identifier).Identify(t.Context()); err != nil || id.Model != "NGX" {
		t.Fatalf("Identify() = %+v, %v", id, err)
	}
	for control, value := range map[string]float64{"A": 1, "acquiring": 1} {
		if err := acts.Set(t.Context(), control, value); err != nil {
			t.Fatalf("Set(%s, %g) = %v", control, value, err)
		}
	}
	for events := 0; events < 2; {
		select {
		case line := <-heard:
			if r := device.(drivers.Listener).Unasked(line); len(r) == 4 {
				events++
			}
		case <-t.Context().Done():
			t.Fatal("no events")
		default:
			b.Step(300 * time.Millisecond)
			r, err := device.Read(t.Context())
			if err != nil || r[0].Unit != drivers.Daltons || r[2].Value != 1 {
				t.Fatalf("Read() among events = %+v, %v, want valve A open", r, err)
			}
		}
	}
}
