package drivers_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// Described instruments keep the rules that every driver keeps: two steps with a unit that is asked for, binary frames, blocks of registers.
func TestDescribedConform(t *testing.T) {
	read := func(r drivers.Reading) []drivers.Reading { return []drivers.Reading{r} }
	for name, c := range map[string]drivertest.Case{
		"ACK and ENQ": {
			Model: "ascii", OneByte: "numbers without a check, of any form", Options: described["ACK and ENQ"], OneFrame: "it has one reading",
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
		"laser": {
			Model: "ascii", Options: describedLaser, Odd: drivertest.Words,
			Instrument: describedBoard(map[string]string{"L": "0", "P": "0.0"}), Opaque: []string{"0\r\n", "0.0\r\n"}, // what is not understood is missing
			Want: []drivers.Reading{{Name: "enabled"}, {Name: "power", Unit: drivers.Percent}},
			Sets: []drivertest.Setting{{Control: "power", Value: 12.5}, {Control: "enabled", Value: 1}, {Control: "enabled"}},
			Safe: []string{"P 0.0\r", "L 0\r"},
		},
		"valves": {
			Model: "ascii", Options: describedValves, Odd: drivertest.Words,
			Instrument: describedBoard(map[string]string{"V1": "0", "V2": "1"}), Opaque: []string{"0\r\n", "1\r\n"},
			Want: []drivers.Reading{{Channel: "A", Name: "open"}, {Channel: "B", Name: "open", Value: 1}},
			Sets: []drivertest.Setting{{Control: "A", Value: 1}, {Control: "B"}},
		},
		"a laser on registers": {
			Model: "modbus", Options: registerLaser, OneFrame: "what becomes of a refused register is in TestModbusBlocks", End: "\x00none",
			Instrument: registerBoard,
			Want:       []drivers.Reading{{Name: "enabled"}, {Name: "power", Unit: drivers.Percent, Value: 25}},
			Sets:       []drivertest.Setting{{Control: "power", Value: 50}, {Control: "enabled", Value: 1}, {Control: "enabled"}},
			Safe:       []string{framed("0106 0001 0000"), framed("0105 0000 0000")}, AskedWhileHalting: []string{framed("0103 0001 0001"), framed("0101 0000 0001")},
		},
	} {
		t.Run(name, func(t *testing.T) { drivertest.Conform(t, c) })
	}
}

// describedBoard keeps numbers by name: "L?" asks, "L 1" sets and is answered by OK.
func describedBoard(first map[string]string) func() func(string) (string, bool) {
	return func() func(string) (string, bool) {
		kept := maps.Clone(first)
		return func(request string) (string, bool) {
			text := strings.TrimSuffix(request, "\r")
			if name, ok := strings.CutSuffix(text, "?"); ok {
				return kept[name] + "\r\n", kept[name] != ""
			}
			name, value, ok := strings.Cut(text, " ")
			if _, has := kept[name]; !ok || !has {
				return "", false
			}
			kept[name] = value
			return "OK\r\n", true
		}
	}
}

var describedLaser = &drivers.ASCIIOptions{
	End: "\r", MaxOn: time.Minute, Refusal: "ERR.*",
	Reads: []drivers.ASCIIRead{
		{Quantity: drivers.Quantity{Name: "enabled"}, Send: "L?"}, {Quantity: drivers.Quantity{Name: "power", Unit: "percent"}, Send: "P?"},
	},
	Sets: []drivers.ASCIISet{
		{Adjustable: drivers.Adjustable{Control: "power", Unit: "percent", Max: 100, Halts: true}, Send: "P {value}", Digits: 1, Answer: "OK"},
		{Adjustable: drivers.Adjustable{Control: "enabled", Halts: true}, On: "L 1", Off: "L 0", Answer: "OK"},
	},
	Vectors: []drivers.Vector{
		{Send: "L?\r", Reply: "1\r\n", Reads: reads{"enabled": "1"}}, {Send: "P?\r", Reply: "12.5\r\n", Reads: reads{"power": "12.5"}},
		{Send: "P 12.5\r", Reply: "OK\r\n", Set: "power", Value: 12.5}, {Send: "L 1\r", Reply: "OK\r\n", Set: "enabled", Value: 1},
	},
}

var describedValves = &drivers.ASCIIOptions{
	End: "\r", Refusal: "ERR.*",
	Reads: []drivers.ASCIIRead{
		{Quantity: drivers.Quantity{Channel: "A", Name: "open"}, Send: "V1?"}, {Quantity: drivers.Quantity{Channel: "B", Name: "open"}, Send: "V2?"},
	},
	Sets: []drivers.ASCIISet{
		{Adjustable: drivers.Adjustable{Control: "A", Tolerance: 0.1}, On: "V1 1", Off: "V1 0", Answer: "OK"},
		{Adjustable: drivers.Adjustable{Control: "B", Tolerance: 0.1}, On: "V2 1", Off: "V2 0", Answer: "OK"},
	},
	Vectors: []drivers.Vector{
		{Send: "V1?\r", Reply: "0\r\n", Reads: reads{"A": "0"}}, {Send: "V2?\r", Reply: "1\r\n", Reads: reads{"B": "1"}},
		{Steps: []drivers.WireExchange{{"V1 1\r", "OK\r\n"}, {"V1?\r", "1\r\n"}}, Set: "A", Value: 1},
		{Steps: []drivers.WireExchange{{"V2 0\r", "OK\r\n"}, {"V2?\r", "0\r\n"}}, Set: "B"},
	},
}

var registerLaser = &drivers.ModbusOptions{
	Address: 1, MaxOn: time.Minute,
	Reads: []drivers.ModbusRead{
		{Quantity: drivers.Quantity{Name: "enabled"}, Function: 1}, {Quantity: drivers.Quantity{Name: "power", Unit: "percent", Scale: 0.1}, Register: 1},
	},
	Sets: []drivers.ModbusSet{
		{Adjustable: drivers.Adjustable{Control: "power", Unit: "percent", Max: 100, Scale: 0.1, Halts: true, Tolerance: 0.1}, Register: 1},
		{Adjustable: drivers.Adjustable{Control: "enabled", Halts: true, Tolerance: 0.1}, Function: 5},
	},
}

// registerBoard has coil 0 and register 1.
func registerBoard() func(string) (string, bool) {
	coil, register := "00", "00FA"
	return func(request string) (string, bool) {
		switch text := fmt.Sprintf("%X", request[:len(request)-2]); {
		case text == "010100000001":
			return framed("010101" + coil), true
		case text == "010300010001":
			return framed("010302" + register), true
		case strings.HasPrefix(text, "01050000"):
			coil = map[string]string{"FF00": "01", "0000": "00"}[text[8:]]
			return request, true
		case strings.HasPrefix(text, "01060001"):
			register = text[8:]
			return request, true
		}
		return "", false
	}
}
