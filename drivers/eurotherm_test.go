package drivers_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// octets is the text of bytes written as in the sheets: "04 30 30".
func octets(hexadecimal string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(hexadecimal, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// hexExchange is an exchange written in bytes.
func hexExchange(request, reply string) drivertest.Exchange {
	return drivertest.Exchange{octets(request), octets(reply)}
}

// bisynchBlock is STX, text, ETX and the BCC.
func bisynchBlock(text string) string {
	bcc := byte(3)
	for _, b := range []byte(text) {
		bcc ^= b
	}
	return "\x02" + text + "\x03" + string([]byte{bcc})
}

// bisynchOdd are no such mnemonic, an unknown word, and no number.
func bisynchOdd(request, _ string) []string {
	mnemonic := request[5:7]
	return []string{"\x04", bisynchBlock(mnemonic + "WHAT"), bisynchBlock(mnemonic + "NaN"), bisynchBlock(mnemonic)}
}

// modbusOdd is an exception, and NaN where the reply is a float.
func modbusOdd(request, reply string) []string {
	odd := []string{crcFrame(fmt.Sprintf("%02X %02X 02", request[0], request[1]|0x80))}
	if reply[2] == 4 {
		odd = append(odd, crcFrame(fmt.Sprintf("%02X %02X 04 7F C0 7F C0", request[0], request[1])))
	}
	return odd
}

var bisynchOptions = &drivers.EurothermBisynchOptions{Address: 1, Decimals: 1, Low: -100, High: 1800, MaxSetpoint: 1200, IdleSetpoint: 25}

// The Bisynch vectors of eurotherm.md. Left out: the first line with a wrong BCC, which the driver does not make (its answer, 15, is
// in TestEurothermBisynchRefuses).
var bisynchExchanges = []drivertest.Exchange{
	{"\x040011SO\x05", bisynchBlock("SO>0000")},
	hexExchange("04 30 30 31 31 50 56 05", "02 50 56 31 36 2E 34 03 18"), // PV 16.4
	{"\x040011SL\x05", octets("02 53 4C 32 35 2E 30 03 05")},             // as SL25.0, whose BCC is ENQ
	{"\x040011SP\x05", "\x02SP25.0\x03" + string([]byte{'S' ^ 'P' ^ '2' ^ '5' ^ '.' ^ '0' ^ 3})},
	{"\x040011OP\x05", octets("02 4F 50 20 31 32 2E 35 03 24")}, // OP 12.5
	hexExchange("04 30 30 31 31 02 53 4C 35 30 30 2E 30 03 37", "06"),
	hexExchange("04 30 30 31 31 02 53 4C 31 30 30 30 2E 30 03 03", "06"), // BCC equals ETX
	hexExchange("04 30 30 31 31 02 53 4C 32 35 2E 30 03 05", "06"),       // BCC equals ENQ
}

func TestEurothermBisynch(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "eurotherm-bisynch", Options: bisynchOptions, Exchanges: bisynchExchanges,
		Want: []drivers.Reading{
			{Name: "temperature", Value: 16.4, Unit: drivers.Celsius}, {Name: "setpoint", Value: 25, Unit: drivers.Celsius},
			{Name: "working_setpoint", Value: 25, Unit: drivers.Celsius}, {Name: "output", Value: 12.5, Unit: drivers.Percent},
			{Name: "sensor_broken"},
		},
		Odd:     bisynchOdd,
		Foreign: []drivertest.Exchange{hexExchange("04 30 30 31 31 50 56 05", "02 4F 50 20 31 32 2E 35 03 24"), hexExchange("04 30 30 31 31 50 56 05", "06")},
		Sets:    []drivertest.Setting{{Control: "setpoint", Value: 500}, {Control: "setpoint", Value: 1000.04}, {Control: "setpoint", Value: 25}},
		Safe:    []string{octets("04 30 30 31 31 02 53 4C 32 35 2E 30 03 05")},
	})
}

// A temperature beyond the sensor's range is no temperature; 1250.0 is the vector of the sheet.
func TestEurothermSensorBroken(t *testing.T) {
	for _, c := range []struct {
		high    float64
		missing string
	}{{1800, ""}, {1200, "outside the range of its sensor"}} {
		exchanges := instead(bisynchExchanges, "\x040011PV\x05", octets("02 50 56 31 32 35 30 2E 30 03 1D"))
		device := open(t, "eurotherm-bisynch", &drivers.EurothermBisynchOptions{Address: 1, Low: 0, High: c.high}, &drivertest.Wire{T: t, Instrument: drivertest.Answers(exchanges...)})
		got, err := device.Read(t.Context())
		if err != nil || got[0].Missing != c.missing || c.missing == "" && got[0].Value != 1250 {
			t.Errorf("Read() of 1250.0 up to %g = %+v, %v, want missing %q", c.high, got, err, c.missing)
		}
	}
}

func TestEurothermBisynchRefuses(t *testing.T) {
	port := drivertest.NewScript(t,
		hexExchange("04 30 30 31 31 02 53 4C 35 30 30 2E 30 03 37", "15"),
		drivertest.Exchange{"\x040011EE\x05", octets("02 45 45 3E 30 30 30 30 03 3D")},
	)
	device := open(t, "eurotherm-bisynch", bisynchOptions, port).(drivers.Actuator)
	if err := device.Set(t.Context(), "setpoint", 500); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "EE >0000") {
		t.Errorf("Set(setpoint, 500) answered by NAK = %v, want ErrRefused with EE", err)
	}
}

// crcFrame puts a CRC behind a frame.
func crcFrame(hexadecimal string) string {
	frame := octets(hexadecimal)
	crc := uint16(0xFFFF)
	for _, b := range []byte(frame) {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xA001
			} else {
				crc >>= 1
			}
		}
	}
	return frame + string([]byte{byte(crc), byte(crc >> 8)})
}

// The Modbus vectors of eurotherm.md. Left out: registers 35 (set-point rate limit) and 4000 (absent: its answer is in
// TestEurothermStatus).
func TestEurothermModbus(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "eurotherm-modbus", Options: &drivers.EurothermModbusOptions{Address: 1, Decimals: 1, Low: -100, High: 1800, MaxSetpoint: 1200, IdleSetpoint: 20},
		Exchanges: []drivertest.Exchange{
			hexExchange("01 03 00 4B 00 01 F4 1C", "01 03 02 00 00 B8 44"), // status, good
			hexExchange("01 03 00 01 00 01 D5 CA", "01 03 02 04 D2 3A D9"), // 123.4
			{crcFrame("01 03 00 02 00 01"), crcFrame("01 03 02 01 F4")},
			{crcFrame("01 03 00 05 00 01"), crcFrame("01 03 02 FF FB")},
			{crcFrame("01 03 00 03 00 01"), crcFrame("01 03 02 00 7D")},
			hexExchange("01 06 00 02 01 F4 28 1D", "01 06 00 02 01 F4 28 1D"), // 50.0
			{crcFrame("01 06 00 02 00 C8"), crcFrame("01 06 00 02 00 C8")},
		},
		Want: []drivers.Reading{
			{Name: "temperature", Value: 123.4, Unit: drivers.Celsius}, {Name: "setpoint", Value: 50, Unit: drivers.Celsius},
			{Name: "working_setpoint", Value: -0.5, Unit: drivers.Celsius}, {Name: "output", Value: 12.5, Unit: drivers.Percent},
			{Name: "sensor_broken"},
		},
		Odd: modbusOdd,
		End: "none", Foreign: []drivertest.Exchange{{octets("01 03 00 01 00 01 D5 CA"), crcFrame("02 03 02 04 D2")}},
		Sets: []drivertest.Setting{{Control: "setpoint", Value: 50}, {Control: "setpoint", Value: 50.09}, {Control: "setpoint", Value: 20}},
		Safe: []string{crcFrame("01 06 00 02 00 C8")},
	})
}

func TestEurothermModbusFloatsAndRemote(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model:   "eurotherm-modbus",
		Options: &drivers.EurothermModbusOptions{Address: 1, Float: true, Remote: true, Fahrenheit: true, Low: -100, High: 1800, MaxSetpoint: 100, IdleSetpoint: 10},
		Exchanges: []drivertest.Exchange{
			hexExchange("01 03 00 4B 00 01 F4 1C", "01 03 02 00 00 B8 44"),        // status, good
			hexExchange("01 03 80 02 00 02 4C 0B", "01 03 04 42 F6 00 00 0E 79"),  // 123.0
			{crcFrame("01 03 01 14 00 01"), crcFrame("01 03 02 00 01")},           // remote
			{crcFrame("01 03 80 34 00 02"), crcFrame("01 03 04 42 48 00 00")},     // 50.0
			{octets("01 03 80 04 00 02 AC 0A"), crcFrame("01 03 04 42 96 00 00")}, // 75.0, of the front panel
			{crcFrame("01 03 80 0A 00 02"), crcFrame("01 03 04 42 48 00 00")},
			{crcFrame("01 03 80 06 00 02"), crcFrame("01 03 04 41 48 00 00")},
			{crcFrame("01 10 80 34 00 02 04 42 48 00 00"), crcFrame("01 10 80 34 00 02")},
			{crcFrame("01 06 01 14 00 01"), crcFrame("01 06 01 14 00 01")},
		},
		Want: []drivers.Reading{
			{Name: "temperature", Value: (123 - 32) / 1.8, Unit: drivers.Celsius}, {Name: "setpoint", Value: 10, Unit: drivers.Celsius},
			{Name: "working_setpoint", Value: 10, Unit: drivers.Celsius}, {Name: "output", Value: 12.5, Unit: drivers.Percent},
			{Name: "sensor_broken"},
		},
		Odd: modbusOdd,
		End: "none", Sets: []drivertest.Setting{{Control: "setpoint", Value: 10}},
		Safe: []string{crcFrame("01 10 80 34 00 02 04 42 48 00 00"), crcFrame("01 06 01 14 00 01")},
	})
}

// With the remote set-point in use, the set-point is that one, and the front panel's where it is not.
func TestEurothermSetpointInUse(t *testing.T) {
	for use, want := range map[string]struct {
		celsius float64
		missing string
	}{
		crcFrame("01 03 02 00 01"): {500, ""}, crcFrame("01 03 02 00 00"): {25, ""}, octets("01 83 02 C0 F1"): {0, "refused: exception 2 (illegal data address)"},
		crcFrame("01 03 02 00 07"): {0, "7 in place of local or remote"},
	} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
			drivertest.Exchange{crcFrame("01 03 00 4B 00 01"), crcFrame("01 03 02 00 00")}, drivertest.Exchange{crcFrame("01 03 00 01 00 01"), crcFrame("01 03 02 04 D2")},
			drivertest.Exchange{crcFrame("01 03 00 02 00 01"), crcFrame("01 03 02 00 FA")}, drivertest.Exchange{crcFrame("01 03 00 1A 00 01"), crcFrame("01 03 02 13 88")},
			drivertest.Exchange{crcFrame("01 03 00 05 00 01"), crcFrame("01 03 02 04 D2")}, drivertest.Exchange{crcFrame("01 03 00 03 00 01"), crcFrame("01 03 02 00 00")},
			drivertest.Exchange{crcFrame("01 03 01 14 00 01"), use},
		)}
		o := &drivers.EurothermModbusOptions{Address: 1, Decimals: 1, Remote: true, Low: -100, High: 1800, MaxSetpoint: 1000, IdleSetpoint: 20}
		got, err := open(t, "eurotherm-modbus", o, wire).Read(t.Context())
		if err != nil || got[1].Name != "setpoint" || got[1].Value != want.celsius || got[1].Missing != want.missing {
			t.Errorf("register 276 % X: Read() = %+v, %v, want %+v", use, got, err, want)
		}
	}
}

// The status of eurotherm.md, and what it makes of a temperature: a broken sensor reads 1529.0. The status of a unit that has none is missing.
func TestEurothermStatus(t *testing.T) {
	for _, c := range []struct {
		status, pv            string
		broken                float64
		brokenMissing, reason string
	}{
		{"01 03 02 00 00 B8 44", "01 03 02 04 D2 3A D9", 0, "", ""},
		{"01 03 02 00 20 B9 9C", "01 03 02 3B BA 2A C7", 1, "", "sensor broken"},
		{"01 03 02 04 00 BA 84", "01 03 02 3B BA 2A C7", 0, "", "out of range"},
		{"01 83 02 C0 F1", "01 03 02 04 D2 3A D9", 0, "refused: exception 2 (illegal data address); only the range of the temperature tells", ""},
		{"01 03 02 00 00 B8 44", "01 83 02 C0 F1", 0, "", "refused: exception 2 (illegal data address)"}, // an absent register
	} {
		other := hexExchange("01 03 00 02 00 01 25 CA", "01 03 02 04 D2 3A D9")
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers(
			hexExchange("01 03 00 4B 00 01 F4 1C", c.status), hexExchange("01 03 00 01 00 01 D5 CA", c.pv), other,
			drivertest.Exchange{crcFrame("01 03 00 05 00 01"), other[1]}, drivertest.Exchange{crcFrame("01 03 00 03 00 01"), other[1]},
		)}
		got, err := open(t, "eurotherm-modbus", nil, wire).Read(t.Context())
		if err != nil || got[0].Missing != c.reason || got[4].Missing != c.brokenMissing || got[4].Value != c.broken {
			t.Errorf("status %s, PV %s: Read() = %+v, %v, want %+v", c.status, c.pv, got, err, c)
		}
	}
}

// On bisynch the status is SO, in hex; an 800 has none.
func TestEurothermBisynchStatus(t *testing.T) {
	for reply, want := range map[string]string{bisynchBlock("SO>0000"): "", bisynchBlock("SO>0020"): "sensor broken", "\x04": "", bisynchBlock("SO0000"): ""} {
		exchanges := append([]drivertest.Exchange{{"\x040011SO\x05", reply}}, bisynchExchanges...)
		got, err := open(t, "eurotherm-bisynch", bisynchOptions, &drivertest.Wire{T: t, Instrument: drivertest.Answers(exchanges...)}).Read(t.Context())
		if err != nil || got[0].Missing != want || (got[4].Missing == "") != strings.Contains(reply, "SO>") {
			t.Errorf("status %q: Read() = %+v, %v, want missing %q", reply, got, err, want)
		}
	}
}

// The limits of a heater are in the options, and are refused when they make no sense.
func TestHeaterOptions(t *testing.T) {
	for name, o := range map[string]drivers.EurothermModbusOptions{
		"range upside down":         {Address: 1, Low: 100, High: 0},
		"no range":                  {Address: 1},
		"set-point above the range": {Address: 1, High: 100, MaxSetpoint: 200},
		"idle above the highest":    {Address: 1, High: 100, MaxSetpoint: 50, IdleSetpoint: 60},
		"NaN":                       {Address: 1, High: 100, MaxSetpoint: math.NaN()},
		"address 0":                 {High: 100},
		"four decimals":             {Address: 1, High: 100, Decimals: 4},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("Check() of %s = nil, want an error", name)
		}
	}
}

// A heater that may not be set is left alone, even by a halt.
func TestHeaterNotSettable(t *testing.T) {
	for _, model := range []string{"eurotherm-modbus", "eurotherm-bisynch"} {
		wire := &drivertest.Wire{T: t, Instrument: drivertest.Answers()}
		device := open(t, model, nil, wire).(drivers.Actuator)
		if err := device.Halt(t.Context()); err != nil || len(wire.Sent)+len(device.Controls()) > 0 {
			t.Errorf("%s: Halt() = %v, sent %q, controls %v, want nothing", model, err, wire.Sent, device.Controls())
		}
	}
}

func FuzzEurothermBisynch(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "eurotherm-bisynch", Exchanges: bisynchExchanges})
}

func FuzzEurothermModbus(f *testing.F) {
	var exchanges []drivertest.Exchange
	for _, register := range []int{75, 1, 2, 5, 3} {
		exchanges = append(exchanges, drivertest.Exchange{crcFrame(fmt.Sprintf("01 03 00 %02X 00 01", register)), octets("01 03 02 04 D2 3A D9")})
	}
	drivertest.Fuzz(f, drivertest.Case{Model: "eurotherm-modbus", Exchanges: exchanges})
}
