package drivers_test

import (
	"context"
	"testing"
	"time"

	"pychron-edge/drivers"
)

// open makes a device of a model on a port, with options as its option struct.
func open(t testing.TB, model string, options any, port drivers.Port) drivers.Device {
	t.Helper()
	m, err := drivers.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	if options == nil {
		options = m.Defaults()
	}
	device, err := m.Open(drivers.Wires{Port: port, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}, options)
	if err != nil {
		t.Fatal(err)
	}
	return device
}
