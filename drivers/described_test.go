package drivers_test

import (
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// Described instruments keep the rules that every driver keeps: two steps with a unit that is asked for, binary frames, blocks of registers.
func TestDescribedConform(t *testing.T) {
	read := func(r drivers.Reading) []drivers.Reading { return []drivers.Reading{r} }
	for name, c := range map[string]drivertest.Case{
		"ACK and ENQ": {
			Model: "ascii", Options: described["ACK and ENQ"], OneFrame: "it has one reading",
			Exchanges: []drivertest.Exchange{
				{"UNI\r", "\x06\r\n"}, {"\x05", "1\r\n"}, {"PR1\r", "\x06\r\n"}, {"\x05", "1,+1.0000E-09\r\n"}, {"UNI\r", "\x06\r\n"}, {"\x05", "1\r\n"},
				{"DGS,1\r", "\x06\r\n"}, {"DGS,0\r", "\x06\r\n"},
			},
			Identity: drivers.Identity{Unit: "torr"},
			Want:     read(drivers.Reading{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 1e-9 * 101325 / 760, Bound: drivers.AtMost}),
			Sets:     []drivertest.Setting{{Control: "degas", Value: 1}}, Safe: []string{"DGS,0\r"},
		},
		"binary frames": {
			Model: "ascii", Options: described["binary, counted"], OneFrame: "it has one reading",
			Exchanges: []drivertest.Exchange{{"\xCA\x00\x01\x20\x00\xDE", "\xCA\x00\x01\x20\x03\x11\x02\x71\x57"}},
			Want:      read(drivers.Reading{Channel: "bath", Name: "temperature", Unit: drivers.Celsius, Value: 62.5}),
			Foreign:   []drivertest.Exchange{{"\xCA\x00\x01\x20\x00\xDE", "\xCA\x00\x02\x20\x03\x11\x02\x71\x56"}},
			End:       "\x00none",
		},
		"blocks": {
			OneFrame: "one block holds all; what becomes of a refused one is in TestModbusBlocks",
			Model:    "modbus", Options: &drivers.ModbusOptions{Address: 1, Block: 4, Reads: []drivers.ModbusRead{
				{Quantity: quantity("a", "number"), Register: 1}, {Quantity: quantity("b", "celsius"), Register: 3, Type: "float32"},
			}},
			Exchanges: []drivertest.Exchange{{framed("010300010004"), framed("010308 0007 0000 41BC0000")}},
			Want: []drivers.Reading{
				{Channel: "a", Name: "value", Unit: drivers.Number, Value: 7}, {Channel: "b", Name: "value", Unit: drivers.Celsius, Value: 23.5},
			},
			Foreign: []drivertest.Exchange{{framed("010300010004"), framed("020308 0007 0000 41BC0000")}},
			End:     "\x00none",
		},
	} {
		t.Run(name, func(t *testing.T) { drivertest.Conform(t, c) })
	}
}
