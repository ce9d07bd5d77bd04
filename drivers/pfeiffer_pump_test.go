package drivers_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// telegram is a frame of the Pfeiffer Vacuum Protocol, made here by the rule of the sheet and not by the driver's code.
func telegram(address int, action string, parameter int, data string) string {
	frame := fmt.Sprintf("%03d%s%03d%02d%s", address, action, parameter, len(data), data)
	sum := 0
	for _, b := range []byte(frame) {
		sum += int(b)
	}
	return fmt.Sprintf("%s%03d\r", frame, sum%256)
}

// pumpExchanges are those of a Read of a pump at address 1, with the vectors of the sheet where it has them.
func pumpExchanges(errorWord string) []drivertest.Exchange {
	exchanges := []drivertest.Exchange{
		{"0010034902=?111\r", "0011034906TC 110065\r"}, // 11
		{"0010030302=?101\r", telegram(1, "10", 303, errorWord)},
		{"0010030902=?107\r", "0011030906000825035\r"}, // 4
		{"0010031002=?099\r", "0011031006000150018\r"}, // 5
	}
	for parameter, data := range map[int]string{316: "000036", 326: "000041", 330: "000033", 342: "000035", 23: "111111", 10: "111111", 2: "000000", 306: "111111"} {
		exchanges = append(exchanges, drivertest.Exchange{telegram(1, "00", parameter, "=?"), telegram(1, "10", parameter, data)})
	}
	return append(exchanges, drivertest.Exchange{telegram(1, "00", 346, "=?"), telegram(1, "10", 346, "NO_DEF")})
}

// telegramOdd are the three refusals, and data that is none.
func telegramOdd(request, _ string) []string {
	address, err1 := strconv.Atoi(request[:3])
	parameter, err2 := strconv.Atoi(request[5:8])
	if err1 != nil || err2 != nil {
		return nil
	}
	var odd []string
	for _, data := range []string{"NO_DEF", "_RANGE", "_LOGIC", "WHAT", "   NaN", ""} {
		odd = append(odd, telegram(address, "10", parameter, data))
	}
	return odd
}

// The vectors 4 to 7, 11, 14, 24 of pfeiffer-vacuum-protocol.md. All 27 are checked as frames in framing_test.go; as exchanges are left
// out 12, 27 (P740 is a gauge's), 16, 17 (P300 and P001 are not read), 18 to 23 (descriptions, which nobody asks for), 25, 26 (P060 is the
// operator's, at the unit).
func TestPfeifferPump(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "pfeiffer-pump",
		Exchanges: append(pumpExchanges("000000"), // 14
			drivertest.Exchange{"0011002306111111019\r", "0011002306111111019\r"}, // 6, 24
			drivertest.Exchange{"0011002306000000013\r", "0011002306000000013\r"}, // 24
			drivertest.Exchange{"0011001006111111015\r", "0011001006111111015\r"}, // 24
			drivertest.Exchange{"0011001006000000009\r", "0011001006000000009\r"}, // 24
			drivertest.Exchange{telegram(1, "10", 2, "111111"), telegram(1, "10", 2, "111111")},
			drivertest.Exchange{telegram(1, "10", 9, "111111"), telegram(1, "10", 9, "111111")},
		),
		Identity: drivers.Identity{Model: "TC 110"},
		Want: []drivers.Reading{
			{Name: "fault"}, {Name: "warning"}, {Name: "error_word"},
			{Name: "rotation", Value: 825, Unit: drivers.Hertz},
			{Name: "current", Value: 1.5, Unit: drivers.Amperes},
			{Name: "power", Value: 36, Unit: drivers.Watts},
			{Channel: "electronics", Name: "temperature", Value: 41, Unit: drivers.Celsius},
			{Channel: "pump_bottom", Name: "temperature", Value: 33, Unit: drivers.Celsius},
			{Channel: "bearing", Name: "temperature", Value: 35, Unit: drivers.Celsius},
			{Channel: "motor_temperature", Name: "temperature", Unit: drivers.Celsius, Missing: "the unit has no P346"},
			{Name: "motor", Value: 1}, {Name: "station", Value: 1}, {Name: "standby"}, {Name: "speed_reached", Value: 1},
		},
		Odd: telegramOdd,
		Foreign: []drivertest.Exchange{
			{"0010030902=?107\r", telegram(2, "10", 309, "000825")},
			{"0010030902=?107\r", "0011031006000150018\r"},
		},
		Sets: []drivertest.Setting{
			{Control: "motor", Value: 1}, {Control: "motor"}, {Control: "station", Value: 1}, {Control: "station"},
			{Control: "standby", Value: 1}, {Control: "acknowledge", Value: 1},
		},
	})
}

func TestPfeifferPumpErrorWords(t *testing.T) {
	for word, want := range map[string]string{"000000": "0 0 ", "Err001": "1 0 Err001", "Wrn042": "0 1 Wrn042", "Err000": "0 0 Err000", "abc001": "0 0 abc001", "111111": "0 0 111111"} {
		pump := open(t, "pfeiffer-pump", nil, &drivertest.Wire{T: t, Instrument: drivertest.Answers(pumpExchanges(word)...)})
		got, err := pump.Read(t.Context())
		switch {
		case err != nil:
			t.Errorf("Read() with P303 %s: %v", word, err)
		default:
			if text := fmt.Sprintf("%g %g %s", got[0].Value, got[1].Value, got[2].Missing); text != want {
				t.Errorf("Read() with P303 %s = %q, want %q", word, text, want)
			}
		}
	}
}

// Vectors 8 to 10: a unit that does not take commands says so.
func TestPfeifferPumpRefuses(t *testing.T) {
	for _, answer := range []string{"NO_DEF", "_RANGE", "_LOGIC"} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return telegram(1, "10", 23, answer), true }}
		pump := open(t, "pfeiffer-pump", nil, wire).(drivers.Actuator)
		if err := pump.Set(t.Context(), "motor", 1); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), answer) {
			t.Errorf("Set(motor, 1) answered %s = %v, want ErrRefused", answer, err)
		}
	}
}

// Whatever is done with a pump, only four parameters are written; P798 would clear its hours. A halt leaves it turning.
func TestPfeifferPumpNeverWritten(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) { return request, true }}
	pump := open(t, "pfeiffer-pump", nil, wire).(drivers.Actuator)
	for _, c := range pump.Controls() {
		for value := range 2 {
			if err := pump.Set(t.Context(), c.Name, float64(value)); err != nil {
				t.Errorf("Set(%s, %d) = %v", c.Name, value, err)
			}
		}
	}
	for _, sent := range wire.Sent {
		if p := sent[5:8]; p != "002" && p != "009" && p != "010" && p != "023" {
			t.Errorf("sent %q, which writes P%s", sent, p)
		}
	}
	before := len(wire.Sent)
	if err := pump.Halt(t.Context()); err != nil || len(wire.Sent) != before {
		t.Errorf("Halt() = %v, sent %q, want nothing", err, wire.Sent[before:])
	}
}

func FuzzPfeifferPump(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "pfeiffer-pump", Exchanges: append(pumpExchanges("Err001"),
		drivertest.Exchange{"0010034902=?112\r", "0021034906MVP015130\r"}, drivertest.Exchange{"", "0011134928ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f214\r"})})
}

// Only NO_DEF says that a unit has no such parameter; what it refuses for another reason is missing, and asked for again.
func TestPfeifferPumpRefusesAQuery(t *testing.T) {
	for _, answer := range []string{"_RANGE", "_LOGIC"} {
		exchanges := append([]drivertest.Exchange{{telegram(1, "00", 326, "=?"), telegram(1, "10", 326, answer)}}, pumpExchanges("000000")...)
		pump := open(t, "pfeiffer-pump", nil, &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			return drivertest.Answers(exchanges...)(request)
		}})
		for range 2 {
			if got, err := pump.Read(t.Context()); err != nil || got[6].Missing != "refused: "+answer {
				t.Errorf("Read() with P326 answered %s = %+v, %v, want the electronics missing", answer, got, err)
			}
		}
	}
}
