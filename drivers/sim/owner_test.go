package sim

import (
	"context"
	"testing"
	"time"

	"pychron-edge/drivers"
	lines "pychron-edge/drivers/line"
)

// The whole way: driver, line owner, serial library, terminal, instrument; and a line that goes and comes back.
func TestDriverOverATerminal(t *testing.T) {
	b, urls := running(t, gauges())
	m, err := drivers.Find("pfeiffer-tpg")
	if err != nil {
		t.Fatal(err)
	}
	a, err := lines.ParseAddress(urls["ion1"], m.Line)
	if err != nil {
		t.Fatal(err)
	}
	owner := lines.NewOwner(a, lines.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); owner.Run(ctx) }()
	defer func() { cancel(); <-done }()

	options := m.Defaults()
	d, err := m.Open(drivers.Wires{Port: owner.Port("ion1"), Wait: wait}, options)
	if err != nil {
		t.Fatal(err)
	}
	reads := func(when string) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; {
			r, err := d.Read(ctx)
			if err == nil && len(r) == 1 && r[0].Value > 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: Read = %v, %v; want a pressure", when, r, err)
			}
			wait(ctx, 10*time.Millisecond)
		}
	}
	reads("at first")
	if err := b.Fault("ion1", Unplug, true); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(ctx); err == nil {
		t.Error("Read of an unplugged instrument = nil error")
	}
	if err := b.Fault("ion1", Unplug, false); err != nil {
		t.Fatal(err)
	}
	if f, ok := d.(drivers.Forgetter); ok {
		f.Forget()
	}
	reads("after its return")
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
