package drivers_test

import (
	"bufio"
	"context"
	"fmt"

	"pychron-edge/drivers"
)

// A device is found by the name of its model, given what it is connected by, and read. Here a table stands for the line.
func Example() {
	model, err := drivers.Find("mks-937b")
	if err != nil {
		panic(err)
	}
	options := model.Defaults().(*drivers.MKS937BOptions)
	options.Channels = map[int]string{1: "ig", 3: "cg1"}
	gauge, err := model.Open(drivers.Wires{Port: table{
		"@253U?;FF":   "@253ACKPASCAL;FF",
		"@253PR1?;FF": "@253ACK1.20E-07;FF",
		"@253PR3?;FF": "@253ACKOFF;FF",
	}}, options)
	if err != nil {
		panic(err)
	}
	readings, err := gauge.Read(context.Background())
	if err != nil {
		panic(err)
	}
	for _, r := range readings {
		if r.Missing != "" {
			fmt.Println(r.Channel, "has no value:", r.Missing)
			continue
		}
		fmt.Println(r.Channel, r.Value, r.Unit)
	}
	// Output:
	// ig 1.2e-07 pascals
	// cg1 has no value: sensor off
}

// table is a Port whose other end answers by a table.
type table map[string]string

func (t table) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	_, reply, err := split([]byte(t[string(request)]), false)
	if reply == nil && err == nil {
		err = drivers.ErrTimeout
	}
	return reply, err
}

func (t table) Hold(_ context.Context, f func(drivers.Port) error) error { return f(t) }
