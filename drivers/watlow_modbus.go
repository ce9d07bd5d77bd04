package drivers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// WatlowModbusOptions are those of Watlow EZ-ZONE controllers (PM, RM, ST) that speak Modbus.
//
// Line: Modbus RTU, 9600 to 38400 8N1; Modbus TCP through a gateway, port 502. Source: docs/protocols/watlow-ezzone.md (gateway manual pp. 12-15,
// RMC p. 38, PM p. 232, pywatlow). Every write goes to non-volatile memory unless that was switched off at the unit: set-points are for people,
// not for loops. UNCONFIRMED: the codes of the input error beside 61, none.
type WatlowModbusOptions struct {
	Address      int     `yaml:"address"`       // 1 to 247
	TCP          bool    `yaml:"tcp"`           // Modbus TCP, through a gateway
	Zone         int     `yaml:"zone"`          // behind a gateway, 1 to 12: registers are 5000 x (zone - 1) higher
	WordOrder    string  `yaml:"word_order"`    // of floats: "low" word first on a serial line, "high" behind a gateway; also a menu choice
	Map          int     `yaml:"map"`           // register map, 1 or 2; a menu choice on the PM
	Low          float64 `yaml:"low"`           // °C, range of the sensor
	High         float64 `yaml:"high"`          // °C
	MaxSetpoint  float64 `yaml:"max_setpoint"`  // °C, highest set-point; 0 = nothing may be set, and Halt sends nothing
	IdleSetpoint float64 `yaml:"idle_setpoint"` // °C, lowest set-point
}

func init() {
	register("watlow-modbus", "", About{
		Text: "Watlow EZ-ZONE PM, RM, ST temperature controllers, Modbus", Reads: "temperature, set-point, heat power, enabled", Sets: "set-point, enabled (hazards)",
		Source: "docs/protocols/watlow-ezzone.md", Confidence: High, Heats: true, Line: LineSettings{Gap: 20 * time.Millisecond}, Points: watlowPoints,
		Example: `
  - name: furnace
    model: watlow-modbus
    port: serial:///dev/serial/by-id/usb-FTDI_WATLOW-if00-port0?baud=9600
    options: {address: 1, low: 0, high: 1500, max_setpoint: 1200, idle_setpoint: 20}
`,
	}, WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, Low: -100, High: 1800}, openWatlowModbus)
}

var watlowPoints = []Point{
	{Name: "temperature", Unit: Celsius}, {Name: "setpoint", Unit: Celsius}, {Name: "output", Unit: Percent}, {Name: "enabled"},
}

// Registers that are the same in both maps, and their values.
const (
	watlowPV, watlowInputError, watlowUnits = 360, 362, 2490

	watlowNoError                           = 61
	watlowCelsius, watlowFahrenheit         = 15, 30
	watlowAuto, watlowManual, watlowModeOff = 10, 54, 62
)

// watlowMap is where a map has the loop. In Map 2 register 1880 is an alarm's set-point.
type watlowMap struct{ mode, power, setpoint uint16 }

var watlowMaps = map[int]watlowMap{1: {1880, 1904, 2160}, 2: {2360, 2384, 2640}}

var watlowErrors = map[uint16]string{65: "input open", 127: "input shorted"}

// Check says what is wrong with o.
func (o *WatlowModbusOptions) Check() error {
	switch {
	case o.Address < 1 || o.Address > 247:
		return fmt.Errorf("address %d; must be 1 to 247", o.Address)
	case o.Zone < 1 || o.Zone > 12:
		return fmt.Errorf("zone %d; must be 1 to 12", o.Zone)
	case o.WordOrder != "low" && o.WordOrder != "high":
		return fmt.Errorf("word_order %q; must be low or high", o.WordOrder)
	case watlowMaps[o.Map].mode == 0:
		return fmt.Errorf("map %d; must be 1 or 2", o.Map)
	}
	return o.heating(false).check()
}

func (o *WatlowModbusOptions) heating(fahrenheit bool) heating {
	return heating{o.Low, o.High, o.IdleSetpoint, o.MaxSetpoint, fahrenheit}
}

type watlowModbus struct {
	bus     modbus
	options WatlowModbusOptions
	at      watlowMap
	zone    uint16 // added to each register
}

func openWatlowModbus(w Wires, o WatlowModbusOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	bus := modbus{port: w.Port, address: byte(o.Address), tcp: o.TCP, lowFirst: o.WordOrder == "low"}
	return &watlowModbus{bus: bus, options: o, at: watlowMaps[o.Map], zone: uint16(5000 * (o.Zone - 1))}, nil
}

// Identify asks for the unit over the line, which is °F as delivered, whatever the display shows.
func (d *watlowModbus) Identify(ctx context.Context) (Identity, error) {
	h, err := d.units(ctx)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: "EZ-ZONE", Unit: map[bool]string{true: "°F", false: "°C"}[h.fahrenheit]}, nil
}

// units asks which unit temperatures are in: 15 is °C, 30 °F.
func (d *watlowModbus) units(ctx context.Context) (heating, error) {
	n, err := d.enumeration(ctx, watlowUnits)
	if err == nil && n != watlowCelsius && n != watlowFahrenheit {
		err = unknownData("comms units", fmt.Sprintf("%d in place of the unit", n), nil)
	}
	return d.options.heating(n == watlowFahrenheit), err
}

func (d *watlowModbus) enumeration(ctx context.Context, register uint16) (uint16, error) {
	words, err := d.bus.registers(ctx, readHolding, d.zone+register, 1)
	if err != nil {
		return 0, err
	}
	return words[0], nil
}

// Read asks for the unit, the input error, PV 1, the set-point, the heat power and the mode. With an open input PV stays at a stale or
// extreme number: there is no temperature then.
//
//	01 03 01 6A 00 01 A5 EA -> 01 03 02 00 3D 79 95, no error
//	01 03 01 68 00 02 44 2B -> 01 03 04 97 7D 42 9C 76 96, 78.296
//	01 03 07 58 00 01 04 AD -> 01 03 02 00 0A 38 43, auto
func (d *watlowModbus) Read(ctx context.Context) ([]Reading, error) {
	h, unit := d.units(ctx)
	temperature, err := d.temperature(ctx, h, unit)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, func(context.Context) (Reading, error) { return temperature, nil }, func(ctx context.Context) (Reading, error) {
		v, err := d.bus.float(ctx, readHolding, d.zone+d.at.setpoint)
		return h.point("setpoint", v, cmp.Or(err, unit))
	}, func(ctx context.Context) (Reading, error) {
		v, err := d.bus.float(ctx, readHolding, d.zone+d.at.power)
		return measured(Reading{Name: "output", Unit: Percent}, v, err)
	}, func(ctx context.Context) (Reading, error) {
		mode, err := d.mode(ctx)
		return measured(Reading{Name: "enabled"}, flag(mode != watlowModeOff), err)
	})
}

// temperature is PV 1, as long as its unit is known and the input has no error.
func (d *watlowModbus) temperature(ctx context.Context, h heating, unit error) (Reading, error) {
	if _, err := known(Reading{}, unit); err != nil {
		return Reading{}, err
	}
	fault, err := d.enumeration(ctx, watlowInputError)
	if err == nil && fault != watlowNoError {
		why := watlowErrors[fault]
		if why == "" {
			why = fmt.Sprintf("input error %d", fault)
		}
		return Reading{Name: "temperature", Unit: Celsius, Missing: why}, nil
	}
	if err != nil {
		return known(Reading{Name: "temperature", Unit: Celsius}, err)
	}
	v, err := d.bus.float(ctx, readHolding, d.zone+watlowPV)
	return h.temperature(v, cmp.Or(err, unit))
}

// mode asks for the control mode. Anything but auto, manual and off means that the map is another one.
func (d *watlowModbus) mode(ctx context.Context) (uint16, error) {
	n, err := d.enumeration(ctx, d.at.mode)
	if err == nil && n != watlowAuto && n != watlowManual && n != watlowModeOff {
		err = fmt.Errorf("%w %d: %w", errOtherMap, d.options.Map, unknownData(fmt.Sprintf("mode, register %d", d.at.mode), fmt.Sprintf("mode %d", n), nil))
	}
	return n, err
}

var errOtherMap = errors.New("this is not map")
