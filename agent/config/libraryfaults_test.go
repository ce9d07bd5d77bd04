package config

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/firmware-cfg/instruments"
)

// fromVectors are the exchanges of vectors that have an outcome, the first one of each request.
func fromVectors(vectors []drivers.Vector) (all []drivertest.Exchange) {
	seen := map[string]bool{}
	for _, v := range vectors {
		if v.Error != "" || v.Set != "" || v.Unasked != "" {
			continue
		}
		steps := v.Steps
		if len(steps) == 0 {
			steps = []drivers.WireExchange{{Send: v.Send, Reply: v.Reply}}
		}
		for _, s := range steps {
			if !seen[string(s.Send)] {
				seen[string(s.Send)] = true
				all = append(all, drivertest.Exchange{string(s.Send), string(s.Reply)})
			}
		}
	}
	return all
}

// opaque are replies in whose place any bytes would do: four bytes without a check.
var opaque = map[string][]string{"srs-rga": {"\x00\xe1\xf5\x05"}}

// No fault of a line makes a wrong reading of a described instrument that answers as its vectors say.
func TestLibraryOnAFaults(t *testing.T) {
	read := 0
	for _, name := range instruments.Names() {
		data, _ := instruments.File(name)
		_, options, _, err := describedModel(instrumentPrefix+name, data)
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := options.(*drivers.ModbusOptions); ok && o.TCP {
			continue // its requests are numbered
		}
		model := "ascii"
		if strings.Contains(string(data), "model: modbus") {
			model = "modbus"
		}
		if o, ok := options.(*drivers.ASCIIOptions); ok {
			o.Identify = "" // what a manual prints of it is seldom a vector
		}
		t.Run(name, func(t *testing.T) {
			c := drivertest.Case{Model: model, Options: options, Exchanges: fromVectors(vectorsOf(options)), Opaque: opaque[name]}
			if drivertest.Faults(t, c) {
				read++
			}
		})
	}
	if read < 18 {
		t.Errorf("%d instruments read anything, want 18 or more", read)
	}
}
