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

// Frames that come unasked over a real connection are cut at their head, checked, and read; so are lines.
func TestASCIIUnaskedOverTCP(t *testing.T) {
	for name, want := range map[string]float64{"unasked frames": 1e5, "unasked lines": 12.34} {
		t.Run(name, func(t *testing.T) {
			o := described[name]
			b := sim.New(sim.Options{Seed: 1})
			if err := b.Attach(sim.Device{Name: "x", Model: "ascii", URL: "tcp://x.lab:1", Options: o}); err != nil {
				t.Fatal(err)
			}
			urls, err := b.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			address, err := line.ParseAddress(urls["x"], o.LineSettings(drivers.LineSettings{}))
			if err != nil {
				t.Fatal(err)
			}
			owner := line.NewOwner(address, line.Options{})
			heard := make(chan []byte, 64)
			owner.Unasked(func(line []byte) { heard <- append([]byte{}, line...) })
			device, err := openASCIIOn(owner.Port("x"), o)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			var all sync.WaitGroup
			all.Go(func() { _ = owner.Run(ctx) })
			all.Go(func() { _ = b.Run(ctx) })
			t.Cleanup(func() { cancel(); all.Wait() })
			for {
				select {
				case text := <-heard:
					for _, r := range device.(drivers.Listener).Unasked(text) {
						if r.Missing == "" && r.Value > want*0.999 && r.Value < want*1.001 {
							return
						}
					}
				case <-t.Context().Done():
					t.Fatal("nothing comes")
				case <-time.After(20 * time.Millisecond):
					b.Step(time.Second)
				}
			}
		})
	}
}

func openASCIIOn(port drivers.Port, o *drivers.ASCIIOptions) (drivers.Device, error) {
	m, err := drivers.Find("ascii")
	if err != nil {
		return nil, err
	}
	return m.Open(drivers.Wires{Port: port}, o)
}
