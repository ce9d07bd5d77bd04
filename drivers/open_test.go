package drivers_test

import (
	"context"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
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

// instead is exchanges with another reply to one request.
func instead(exchanges []drivertest.Exchange, request, reply string) []drivertest.Exchange {
	var all []drivertest.Exchange
	for _, e := range exchanges {
		if e[0] == request {
			e[1] = reply
		}
		all = append(all, e)
	}
	return all
}
