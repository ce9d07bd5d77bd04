//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// registers are what the servers hold at first: of a chiller, of a Eurotherm 2000 (integers and floats), of a Watlow PM.
const registers = `h 10 235
h 11 65486
h 12 16968
h 13 0
h 14 1
h 15 2
i 10 9
c 7 1
d 8 1
h 1 1234
h 2 500
h 3 125
h 5 500
h 32770 17142
h 32771 0
h 32772 16968
h 32773 0
h 32774 16712
h 32775 0
h 32778 16968
h 32779 0
h 360 38781
h 361 17052
h 362 61
h 2490 15
h 1880 10
h 1904 0
h 1905 16712
h 2160 0
h 2161 16968
h 100 65535
h 101 65248
h 102 36356
h 103 64309
h 104 1227
h 105 29179
h 106 287
h 107 0
h 108 30654
h 109 40730
h 110 12253
h 111 24128
h 112 59584
h 113 0
h 114 4660
h 115 22136
h 116 4660
h 117 2652
h 118 21077
h 119 19968
h 120 32704
h 121 0
h 122 65526
h 123 65535
h 124 65526
h 125 3000
h 126 1
h 127 40960
h 128 32768
`

// modbusCases are devices at unit 1 of such a server, what they read first, and what can be set.
var modbusCases = map[string]struct {
	model   string
	options func(tcp bool) any
	want    map[string]float64
	sets    map[string]float64
}{
	"modbus": {"modbus", func(tcp bool) any { return chiller(tcp) },
		map[string]float64{"bath": 23.5, "cold": -5, "heater": 50, "worked": 65538, "fault": 1, "running": 1, "pump": 1, "door": 1},
		map[string]float64{"bath": 26, "cold": -7.5, "heater": 12.5, "worked": 131075, "pump": 0}},
	"modbus types": {"modbus", func(tcp bool) any { return everyType(tcp) },
		map[string]float64{"i64": -1234567890123, "u64": 1234567890123, "f64": 123.456, "f32": -7.25, "b16": 1234, "b32": 12345678, "field": 5, "text": 4, "nan": 0,
			"i16": -10, "i32": -10, "u32": 65536 + 3000, "bit": 1, "sentinel": 0},
		map[string]float64{"i16": -32768, "i32": -2147483648, "u32": 4294967295, "i64": 4294967299, "u64": 99, "f64": -0.5, "f32": 12.5, "b16": 4321, "b32": 87654321}},
	"eurotherm": {"eurotherm-modbus", func(tcp bool) any {
		return &drivers.EurothermModbusOptions{Address: 1, TCP: tcp, Decimals: 1, Low: -100, High: 1800, MaxSetpoint: 1000}
	}, map[string]float64{"temperature": 123.4, "setpoint": 50, "output": 12.5}, map[string]float64{"setpoint": 75.5}},
	"eurotherm floats": {"eurotherm-modbus", func(tcp bool) any {
		return &drivers.EurothermModbusOptions{Address: 1, TCP: tcp, Float: true, Low: -100, High: 1800, MaxSetpoint: 1000}
	}, map[string]float64{"temperature": 123, "setpoint": 50, "output": 12.5}, map[string]float64{"setpoint": 75.5}},
	"watlow": {"watlow-modbus", func(tcp bool) any {
		return &drivers.WatlowModbusOptions{Address: 1, TCP: tcp, Zone: 1, WordOrder: "low", Map: 1, Low: -100, High: 1800, MaxSetpoint: 1000}
	}, map[string]float64{"temperature": 78.296, "setpoint": 50, "output": 12.5, "enabled": 1}, map[string]float64{"setpoint": 75.5, "enabled": 0}},
}

func chiller(tcp bool) *drivers.ModbusOptions {
	at := func(channel, unit string, scale float64) drivers.Quantity {
		name := map[string]string{"celsius": "temperature", "seconds": "value", "": "state"}[unit]
		return drivers.Quantity{Channel: channel, Name: name, Unit: unit, Scale: scale}
	}
	set := func(control, unit string, scale, limit float64) drivers.Adjustable {
		return drivers.Adjustable{Control: control, Unit: unit, Scale: scale, Min: -limit, Max: limit}
	}
	return &drivers.ModbusOptions{
		Address: 1, TCP: tcp,
		Reads: []drivers.ModbusRead{
			{Quantity: at("bath", "celsius", 0.1), Register: 10}, {Quantity: at("cold", "celsius", 0.1), Register: 11},
			{Quantity: at("heater", "celsius", 0), Register: 12, Type: "float32"}, {Quantity: at("worked", "seconds", 0), Register: 14, Type: "int32"},
			{Quantity: at("fault", "", 0), Register: 10, Function: 4, Type: "bit", Bit: 3}, {Quantity: at("running", "", 0), Register: 10, Function: 4, Type: "bit"},
			{Quantity: at("pump", "", 0), Register: 7, Function: 1}, {Quantity: at("door", "", 0), Register: 8, Function: 2},
		},
		Sets: []drivers.ModbusSet{
			{Adjustable: set("bath", "celsius", 0.1, 100), Register: 10}, {Adjustable: set("cold", "celsius", 0.1, 100), Register: 11, Function: 16},
			{Adjustable: set("heater", "celsius", 0, 100), Register: 12, Type: "float32"}, {Adjustable: set("worked", "seconds", 0, 1e6), Register: 14, Type: "int32"},
			{Adjustable: set("pump", "", 0, 0), Register: 7, Function: 5},
		},
	}
}

// everySet are the numbers of everyType that are set.
var everySet = map[string]bool{"i64": true, "u64": true, "f64": true, "f32": true, "b16": true, "b32": true, "i16": true, "i32": true, "u32": true}

// everyType has a number of every type and order in one block, and sets those that can be set.
func everyType(tcp bool) *drivers.ModbusOptions {
	q := func(channel string) drivers.Quantity {
		return drivers.Quantity{Channel: channel, Name: "value", Unit: "number"}
	}
	o := &drivers.ModbusOptions{Address: 1, TCP: tcp, Block: 40, Reads: []drivers.ModbusRead{
		{Quantity: q("i64"), Register: 100, Type: "int64"}, {Quantity: q("u64"), Register: 104, Type: "uint64", Order: "cdab"},
		{Quantity: q("f64"), Register: 108, Type: "float64", Order: "dcba"}, {Quantity: q("f32"), Register: 112, Type: "float32", Order: "badc"},
		{Quantity: q("b16"), Register: 114, Type: "bcd16"}, {Quantity: q("b32"), Register: 115, Type: "bcd32", Order: "cdab"},
		{Quantity: q("field"), Register: 117, Type: "uint16", Mask: 0xF0},
		{Quantity: drivers.Quantity{Channel: "text", Name: "value", States: map[int]string{0: "off", 4: "run"}}, Register: 118, Type: "text", Count: 2},
		{Quantity: q("nan"), Register: 120, Type: "float32"},
		{Quantity: q("i16"), Register: 122}, {Quantity: q("i32"), Register: 123, Type: "int32"}, {Quantity: q("u32"), Register: 125, Type: "uint32", Order: "cdab"},
		{Quantity: drivers.Quantity{Channel: "bit", Name: "value"}, Register: 127, Type: "bit", Bit: 13},
		{Quantity: q("sentinel"), Register: 128, Words: map[string]string{"-32768": "no sensor"}},
	}}
	for _, r := range o.Reads {
		if !everySet[r.Channel] {
			continue
		}
		limit := map[string]float64{"bcd16": 9999, "bcd32": 99999999, "int16": 32767, "": 32767, "int32": 2147483647, "uint32": 4294967295}[r.Type]
		if limit == 0 {
			limit = 1e12
		}
		a := drivers.Adjustable{Control: r.Channel, Unit: "number", Max: limit, Tolerance: 1e-6}
		switch r.Type {
		case "int64", "float64", "float32":
			a.Min = -1e12
		case "", "int32":
			a.Min = -limit - 1
		}
		o.Sets = append(o.Sets, drivers.ModbusSet{Adjustable: a, Register: r.Register, Type: r.Type, Order: r.Order})
	}
	return o
}

// TestModbusServersOfOthers runs our Modbus drivers against pymodbus and libmodbus, over a pair of pseudo-terminals and over TCP.
func TestModbusServersOfOthers(t *testing.T) {
	for server, command := range map[string][]string{
		"pymodbus":  {"/usr/bin/python3", filepath.Join(root(t), "e2e/testdata/pymodbus_server.py")},
		"libmodbus": {compiled(t)},
	} {
		for _, tcp := range []bool{false, true} {
			how := map[bool]string{false: "rtu", true: "tcp"}[tcp]
			for name, c := range modbusCases {
				t.Run(server+" "+how+" "+name, func(t *testing.T) {
					port := modbusPort(t, command, tcp)
					exercise(t, port, c.model, c.options(tcp), c.want, c.sets)
				})
			}
			t.Run(server+" "+how+" absent register", func(t *testing.T) {
				o := chiller(tcp)
				o.Reads[0].Register = 40000
				d := openModbus(t, modbusPort(t, command, tcp), "modbus", o)
				eventually(t, 20*time.Second, "a refusal", func() error {
					got, err := d.Read(t.Context())
					if err != nil || got[0].Missing != "refused: exception 2 (illegal data address)" || got[1].Value != -5 {
						return fmt.Errorf("Read() = %+v, %w, want the first refused and the others", got, err)
					}
					return nil
				})
			})
		}
	}
}

// TestGatewaysOfOthers reads every type through a gateway that answers transaction 0, which is refused unless it is named, and from a server of
// RTU frames over TCP, as serial servers give them.
func TestGatewaysOfOthers(t *testing.T) {
	t.Run("transaction 0", func(t *testing.T) {
		port := withoutTransactions(t, modbusPort(t, []string{compiled(t)}, true))
		o := everyType(true)
		t.Run("not named", func(t *testing.T) { // the server has one connection at a time
			d := openModbus(t, port, "modbus", o)
			eventually(t, 20*time.Second, "a refusal", func() error {
				if _, err := d.Read(t.Context()); !errors.Is(err, drivers.ErrGarbled) {
					return fmt.Errorf("Read() = %w, want ErrGarbled", err)
				}
				return nil
			})
		})
		o.Lenient = []string{"transaction"}
		c := modbusCases["modbus types"]
		exercise(t, port, "modbus", o, c.want, c.sets)
	})
	t.Run("RTU over TCP", func(t *testing.T) {
		server := filepath.Join(root(t), "e2e/testdata/pymodbus_server.py")
		port := modbusServer(t, []string{"/usr/bin/python3", server}, "rtutcp")
		c := modbusCases["modbus types"]
		exercise(t, port, "modbus", everyType(false), c.want, c.sets)
	})
}

// TestOnceReadsAModbusServer is the whole program in place of the driver.
func TestOnceReadsAModbusServer(t *testing.T) {
	port := modbusPort(t, []string{compiled(t)}, true)
	config := filepath.Join(t.TempDir(), "agent.yaml")
	text := fmt.Sprintf(`agent: {name: e2e}
devices:
  - name: oven
    model: eurotherm-modbus
    port: %s
    options: {tcp: true}
`, port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "agent once to read 123.4", func() error {
		out, err := exec.Command(filepath.Join(root(t), "bin/agent"), "once", "-config", config).CombinedOutput()
		if err == nil && !strings.Contains(string(out), "123.4") {
			err = errors.New("no 123.4 in it")
		}
		if err != nil {
			return fmt.Errorf("%w:\n%s", err, out)
		}
		return nil
	})
}

// exercise reads a device, sets its controls one after the other, sees each in what is read next, and halts it.
func exercise(t *testing.T, port, model string, options any, want, sets map[string]float64) {
	t.Helper()
	d := openModbus(t, port, model, options)
	eventually(t, 20*time.Second, "the first reading", func() error { _, err := d.Read(t.Context()); return err })
	for range 20 {
		compare(t, d, want)
	}
	a := d.(drivers.Actuator)
	for control, value := range sets {
		if err := a.Set(t.Context(), control, value); err != nil {
			t.Errorf("Set(%s, %g) = %v", control, value, err)
		}
		compare(t, d, map[string]float64{control: value})
	}
	if err := a.Halt(t.Context()); err != nil {
		t.Errorf("Halt() = %v", err)
	}
}

func compare(t *testing.T, d drivers.Device, want map[string]float64) {
	t.Helper()
	readings, err := d.Read(t.Context())
	if err != nil {
		t.Fatalf("Read() = %v", err)
	}
	got := map[string]float64{}
	for _, r := range readings {
		got[drivers.Point{Channel: r.Channel, Name: r.Name}.Point()] = r.Value
	}
	for point, value := range want {
		if is, ok := got[point]; !ok || math.Abs(is-value) > 1e-3 {
			t.Errorf("%s = %g in %+v, want %g", point, is, readings, value)
		}
	}
}

// openModbus opens a device on a line of its own.
func openModbus(t *testing.T, port, model string, options any) drivers.Device {
	t.Helper()
	m, err := drivers.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	m.Line.Deadline = 10 * time.Second // the server shares the machine with other tests
	address, err := line.ParseAddress(port, m.Line)
	if err != nil {
		t.Fatal(err)
	}
	owner := line.NewOwner(address, line.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- owner.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	wait := func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}
	d, err := m.Open(drivers.Wires{Port: owner.Port(model), Wait: wait}, options)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
