package drivers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// registers is a Modbus unit with these registers; what is written is kept.
func registers(values map[int]uint16) func(request string) (string, bool) {
	return func(request string) (string, bool) {
		if len(request) < 8 {
			return "", false
		}
		at, n := int(request[2])<<8|int(request[3]), int(request[4])<<8|int(request[5])
		head := fmt.Sprintf("%02X %02X", request[0], request[1])
		switch request[1] {
		case 3:
			head += fmt.Sprintf(" %02X", 2*n)
			for i := range n {
				if _, ok := values[at+i]; !ok {
					return crcFrame("01 83 02"), true
				}
				head += fmt.Sprintf(" %04X", values[at+i])
			}
			return crcFrame(head), true
		case 6:
			values[at] = uint16(n)
			return request, true
		case 16:
			for i := range n {
				values[at+i] = uint16(request[7+2*i])<<8 | uint16(request[8+2*i])
			}
			return crcFrame(head + fmt.Sprintf(" %04X %04X", at, n)), true
		}
		return "", false
	}
}

// ezZone is the unit of the sheet: PV 78.296, set-point 75.0 in auto, low word first, in the unit given (15 is °C, 30 °F).
func ezZone(unit uint16) map[int]uint16 {
	return map[int]uint16{
		360: 0x977D, 361: 0x429C, 362: 61, 2490: unit, 1880: 10, 1904: 0, 1905: 0x4148, 2160: 0, 2161: 0x4296,
	}
}

const pv78 = 78.29587554931640625 // 42 9C 97 7D

// The Modbus vectors of watlow-ezzone.md, by their bytes: what is read and written.
func TestWatlowModbusVectors(t *testing.T) {
	var sent []string
	unit := registers(ezZone(15))
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		reply, ok := unit(request)
		sent = append(sent, fmt.Sprintf("% X -> % X", request, reply))
		return reply, ok
	}}
	device := open(t, "watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, Low: -100, High: 1800, MaxSetpoint: 900}, wire).(drivers.Actuator)
	if _, err := device.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	for control, value := range map[string]float64{"setpoint": 75, "enabled": 1} {
		if err := device.Set(t.Context(), control, value); err != nil {
			t.Fatal(err)
		}
	}
	all := strings.Join(sent, "\n")
	for _, want := range []string{
		"01 03 01 68 00 02 44 2B -> 01 03 04 97 7D 42 9C 76 96",
		"01 10 08 70 00 02 04 00 00 42 96 23 85 -> 01 10 08 70 00 02 42 73",
		"01 03 08 70 00 02 C7 B0 -> 01 03 04 00 00 42 96",
		"01 03 07 58 00 01 04 AD -> 01 03 02 00 0A 38 43",
		"01 06 07 58 00 0A 89 6A -> 01 06 07 58 00 0A 89 6A",
		"01 03 01 6A 00 01 A5 EA -> 01 03 02 00 3D",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not among\n%s", want, all)
		}
	}
	// Left out: 01 06 09 BA 00 0F (the driver takes the unit as it is set) and any bad register, which is in TestWatlowWrongMap.
}

func TestWatlowModbus(t *testing.T) {
	fahrenheit := func(f float64) float64 { return (f - 32) / 1.8 }
	modeOf := []string{crcFrame("01 03 07 58 00 01")}
	drivertest.Conform(t, drivertest.Case{
		Model: "watlow-modbus", Options: &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: 1, Low: -100, High: 1800, MaxSetpoint: 900},
		Instrument: func() func(string) (string, bool) { return registers(ezZone(30)) },
		Identity:   drivers.Identity{Model: "EZ-ZONE", Unit: "°F"},
		Want: []drivers.Reading{
			{Name: "temperature", Value: fahrenheit(pv78), Unit: drivers.Celsius}, {Name: "setpoint", Value: fahrenheit(75), Unit: drivers.Celsius},
			{Name: "output", Value: 12.5, Unit: drivers.Percent}, {Name: "enabled", Value: 1},
		},
		End:     "none",
		Odd:     modbusOdd,
		Foreign: []drivertest.Exchange{{octets("01 03 01 68 00 02 44 2B"), crcFrame("02 03 04 97 7D 42 9C")}, {octets("01 03 01 68 00 02 44 2B"), crcFrame("01 03 02 97 7D")}},
		Sets:    []drivertest.Setting{{Control: "setpoint", Value: 86}, {Control: "enabled", Value: 1}, {Control: "enabled"}},
		Safe:    []string{crcFrame("01 06 07 58 00 3E")}, AskedWhileHalting: modeOf,
	})
}

// Map 2, behind a gateway, zone 2, high word first: all registers 5000 higher.
func TestWatlowMap2BehindAGateway(t *testing.T) {
	at := func(register int) int { return register + 5000 }
	values := map[int]uint16{
		at(360): 0x429C, at(361): 0x977D, at(362): 61, at(2490): 15, at(2360): 62, at(2384): 0, at(2385): 0, at(2640): 0x4296, at(2641): 0,
	}
	plain := registers(values)
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		head, pdu := request[:4], request[6:]
		reply, ok := plain(pdu + "\x00\x00")
		body := reply[:len(reply)-2]
		return head + string([]byte{0, byte(len(body))}) + body, ok
	}}
	device := open(t, "watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, TCP: true, Zone: 2, WordOrder: "high", Map: 2, Low: -100, High: 1800, MaxSetpoint: 900}, wire)
	got, err := device.Read(t.Context())
	if err != nil || got[0].Value != pv78 || got[1].Value != 75 || got[3].Value != 0 {
		t.Errorf("Read() = %+v, %v, want 78.296, 75, and off", got, err)
	}
	if err := device.(drivers.Actuator).Set(t.Context(), "setpoint", 80); err != nil || values[at(2640)] != 0x42A0 {
		t.Errorf("Set(setpoint, 80) = %v, register %04X, want 42A0", err, values[at(2640)])
	}
}

// With the wrong map nothing is written: in Map 2 register 1880 is half of an alarm's set-point, in Map 1 there is no 2360.
func TestWatlowWrongMap(t *testing.T) {
	for name, c := range map[string]struct {
		option int
		values map[int]uint16
		want   error
	}{
		"map 1, unit has 2": {1, map[int]uint16{2490: 15, 1880: 0x4000, 1881: 0x44FA}, drivers.ErrGarbled},
		"map 2, unit has 1": {2, ezZone(15), drivers.ErrRefused},
	} {
		wire := &drivertest.Wire{T: t, Instrument: registers(c.values)}
		device := open(t, "watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "low", Map: c.option, Low: -100, High: 1800, MaxSetpoint: 900}, wire).(drivers.Actuator)
		for control, value := range map[string]float64{"setpoint": 80, "enabled": 1} {
			if err := device.Set(t.Context(), control, value); !errors.Is(err, c.want) {
				t.Errorf("%s: Set(%s, %g) = %v, want %v", name, control, value, err, c.want)
			}
		}
		if err := device.Halt(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%s: Halt() = %v, want %v", name, err, c.want)
		}
		for _, sent := range wire.Sent {
			if sent[1] != 3 {
				t.Errorf("%s: sent % X, which writes", name, sent)
			}
		}
	}
}

func TestWatlowInputErrors(t *testing.T) {
	for code, want := range map[uint16]string{61: "", 65: "input open", 127: "input shorted", 99: "input error 99"} {
		values := ezZone(15)
		values[362] = code
		got, err := open(t, "watlow-modbus", nil, &drivertest.Wire{T: t, Instrument: registers(values)}).Read(t.Context())
		if err != nil || got[0].Missing != want {
			t.Errorf("Read() with input error %d = %+v, %v, want missing %q", code, got, err, want)
		}
	}
}

// With the word order wrong PV is absurd, and not reported.
func TestWatlowWrongWordOrder(t *testing.T) {
	got, err := open(t, "watlow-modbus", &drivers.WatlowModbusOptions{Address: 1, Zone: 1, WordOrder: "high", Map: 1, Low: -100, High: 1800}, &drivertest.Wire{T: t, Instrument: registers(ezZone(15))}).Read(t.Context())
	if err == nil && got[0].Missing == "" && got[0].Value > 1 {
		t.Errorf("Read() with the wrong word order = %+v, want no temperature", got[0])
	}
}

// busFrame is an MS/TP frame made by the sheet's rules: header CRC-8 and data CRC-16, both complemented.
func busFrame(kind, to, from byte, data string) string {
	header := string([]byte{kind, to, from, 0, byte(len(data))})
	crc8 := byte(0xFF)
	for _, b := range []byte(header) {
		x := uint16(crc8 ^ b)
		x ^= x<<1 ^ x<<2 ^ x<<3 ^ x<<4 ^ x<<5 ^ x<<6 ^ x<<7
		crc8 = byte(x&0xFE) ^ byte(x>>8&1)
	}
	crc := uint16(0xFFFF)
	for _, b := range []byte(data) {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0x8408
			} else {
				crc >>= 1
			}
		}
	}
	return "\x55\xFF" + header + string([]byte{^crc8}) + data + string([]byte{byte(^crc), byte(^crc >> 8)})
}

func busAsk(data string) string    { return busFrame(5, 0x10, 0, octets(data)) }
func busAnswer(data string) string { return busFrame(6, 0, 0x10, octets(data)) }

// busOdd are refused, another type than is known, and NaN.
func busOdd(request, _ string) []string {
	head := "02 03 01 " + fmt.Sprintf("% X", request[11:14])
	return []string{busAnswer("02 85"), busAnswer("02 05 08 03 00"), busAnswer(head + " 09 45 1E 3C D4"), busAnswer(head + " 08 7F C0 00 00")}
}

// The error answers of watlow-ezzone.md, all that were seen on real units: the set-point is missing, the rest stays.
func TestWatlowStandardBusErrors(t *testing.T) {
	for reply, want := range map[string]string{
		"55 FF 06 00 10 00 02 8F 02 80 FF B8":          "refused: code 80",
		"55 FF 06 00 10 00 02 8F 02 85 52 EF":          "refused: code 85",
		"55 FF 06 00 10 00 02 8F 02 86 C9 DD":          "refused: code 86",
		"55 FF 06 00 10 00 02 8F 02 83 64 8A":          "refused: code 83",
		"55 FF 06 00 10 00 05 73 02 05 08 03 00 02 5B": "refused: code 05 08 03 00",
		"55 FF 06 00 10 00 05 73 02 05 01 08 00 B4 23": "refused: code 05 01 08 00",
	} {
		exchanges := instead(busExchanges(), busAsk("01 03 01 07 01 01"), octets(reply))
		got, err := open(t, "watlow-standard-bus", nil, &drivertest.Wire{T: t, Instrument: drivertest.Answers(exchanges...)}).Read(t.Context())
		if err != nil || got[1].Missing != want || got[0].Missing+got[2].Missing+got[3].Missing != "" {
			t.Errorf("%s: Read() = %+v, %v, want the set-point missing, %q", reply, got, err, want)
		}
	}
	// A write to the read-only 4001 at address 2: header 55 FF 06 00 11 00 02 17, data 02 80, is refused too.
	port := drivertest.NewScript(t, drivertest.Exchange{busFrame(5, 0x11, 0, octets("01 04 08 01 01 0F 01 00 0A")), octets("55 FF 06 00 11 00 02 17 02 80 FF B8")})
	device := open(t, "watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 2, High: 1800, MaxSetpoint: 900}, port).(drivers.Actuator)
	if err := device.Set(t.Context(), "enabled", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(enabled, 1) answered by 02 80 = %v, want ErrRefused", err)
	}
}

// The Standard Bus vectors of watlow-ezzone.md. Left out: 8003 (the algorithm, which is not read); address 2's header is in
// TestWatlowStandardBusAddress, errors in TestWatlowStandardBusErrors.
func busExchanges() []drivertest.Exchange {
	return []drivertest.Exchange{
		hexExchange("55 FF 05 10 00 00 06 E8 01 03 01 04 01 01 E3 99", "55 FF 06 00 10 00 0B 88 02 03 01 04 01 01 08 45 1E 3C D4 A7 28"), // 2531.80 °F
		hexExchange("55 FF 05 10 00 00 06 E8 01 03 01 07 01 01 87 76", "55 FF 06 00 10 00 0B 88 02 03 01 07 01 01 08 43 C4 00 00 33 9A"), // 392.0 °F
		{busAsk("01 03 01 08 0B 01"), busAnswer("02 03 01 08 0B 01 08 41 48 00 00")},
		{busAsk("01 03 01 08 01 01"), busAnswer("02 03 01 08 01 01 0F 01 00 0A")},
		hexExchange("55 FF 05 10 00 00 0A EC 01 04 07 01 01 08 42 AC 00 00 DF A8", "55 FF 06 00 10 00 0A 76 02 04 07 01 01 08 42 AC 00 00 B6 DC"), // 86.0 °F
		{busAsk("01 04 08 01 01 0F 01 00 0A"), busAnswer("02 04 08 01 01 0F 01 00 0A")},
		{busAsk("01 04 08 01 01 0F 01 00 3E"), busAnswer("02 04 08 01 01 0F 01 00 3E")},
	}
}

func TestWatlowStandardBus(t *testing.T) {
	exchanges := busExchanges()
	drivertest.Conform(t, drivertest.Case{
		Model:     "watlow-standard-bus",
		Options:   &drivers.WatlowStandardBusOptions{Address: 1, Low: -100, High: 1800, MaxSetpoint: 900, IdleSetpoint: 30},
		Exchanges: exchanges,
		Want: []drivers.Reading{
			{Name: "temperature", Value: (2531.801757812500 - 32) / 1.8, Unit: drivers.Celsius}, {Name: "setpoint", Value: 200, Unit: drivers.Celsius},
			{Name: "output", Value: 12.5, Unit: drivers.Percent}, {Name: "enabled", Value: 1},
		},
		End: "none",
		Odd: busOdd,
		Foreign: []drivertest.Exchange{
			{exchanges[0][0], busFrame(6, 0, 0x11, octets("02 03 01 04 01 01 08 45 1E 3C D4"))}, {exchanges[0][0], exchanges[1][1]},
		},
		Sets: []drivertest.Setting{{Control: "setpoint", Value: 30}, {Control: "enabled", Value: 1}, {Control: "enabled"}},
		Safe: []string{exchanges[4][0], exchanges[6][0]},
	})
}

// Address 2 is node 11; its header is a vector.
func TestWatlowStandardBusAddress(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "", true }}
	_, _ = open(t, "watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 2, High: 1000}, wire).Read(t.Context())
	if len(wire.Sent) != 1 || wire.Sent[0][:8] != octets("55 FF 05 11 00 00 06 61") {
		t.Errorf("sent % X, want 55 FF 05 11 00 00 06 61 ...", wire.Sent)
	}
}

// A value that comes back changed was not taken.
func TestWatlowStandardBusRefuses(t *testing.T) {
	port := drivertest.NewScript(t, drivertest.Exchange{busAsk("01 04 08 01 01 0F 01 00 0A"), busAnswer("02 04 08 01 01 0F 01 00 3E")})
	device := open(t, "watlow-standard-bus", &drivers.WatlowStandardBusOptions{Address: 1, High: 1800, MaxSetpoint: 900}, port).(drivers.Actuator)
	if err := device.Set(t.Context(), "enabled", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(enabled, 1) answered by off = %v, want ErrRefused", err)
	}
}

func FuzzWatlowModbus(f *testing.F) {
	c := drivertest.Case{Model: "watlow-modbus", Instrument: func() func(string) (string, bool) { return registers(ezZone(15)) }}
	for _, reply := range []string{"01 03 04 97 7D 42 9C 76 96", "01 03 02 00 0A 38 43", "01 83 02 C0 F1", "01 03 04 42 9C 97 7D 80 74"} {
		c.Exchanges = append(c.Exchanges, drivertest.Exchange{"", octets(reply)})
	}
	drivertest.Fuzz(f, c)
}

func FuzzWatlowStandardBus(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "watlow-standard-bus", Exchanges: busExchanges()})
}
