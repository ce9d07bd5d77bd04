package drivers_test

import (
	"errors"
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// relayCard is a 34903A in slot 3; the vectors of agilent-34970a.md are marked by number. wrong is what SYST:ERR? says, once.
func relayCard(wrong string) func() func(string) (string, bool) {
	return func() func(string) (string, bool) {
		closed := map[string]string{"301": "1", "302": "0", "303": "1"}
		left := wrong
		return func(request string) (string, bool) {
			text := strings.TrimSuffix(request, "\n")
			list := strings.Split(strings.TrimSuffix(text[strings.IndexByte(text, '@')+1:], ")"), ",")
			switch {
			case text == "SYST:CTYP? 300":
				return "HEWLETT-PACKARD,34903A,0,1.0\r\n", true
			case text == "SYST:ERR?" && left != "":
				reply := left
				left = ""
				return reply + "\r\n", true
			case text == "SYST:ERR?":
				return "+0,\"No error\"\r\n", true // 5
			case strings.HasPrefix(text, "ROUT:CLOS? "):
				for i, n := range list {
					list[i] = closed[n]
				}
				return strings.Join(list, ",") + "\r\n", true // 2, 3, 4
			case wrong != "":
				return "", true
			case strings.HasPrefix(text, "ROUT:CLOS "): // 1
				closed[list[0]] = "1"
				return "", true
			case strings.HasPrefix(text, "ROUT:OPEN "): // 3
				closed[list[0]] = "0"
				return "", true
			}
			return "", false
		}
	}
}

var relayThree = map[int]string{301: "A", 302: "B", 303: "C"}

func TestAgilent34903A(t *testing.T) {
	for closed, c := range map[string]struct {
		open [3]float64
		safe []string
	}{
		"opens":  {[3]float64{1, 0, 1}, []string{"ROUT:OPEN (@301)\n", "ROUT:OPEN (@302)\n", "ROUT:OPEN (@303)\n"}},
		"closes": {[3]float64{0, 1, 0}, []string{"ROUT:CLOS (@301)\n", "ROUT:CLOS (@302)\n", "ROUT:CLOS (@303)\n"}},
	} {
		t.Run(closed, func(t *testing.T) {
			drivertest.Conform(t, drivertest.Case{
				Model: "agilent-34903a", OneByte: drivertest.OnlyDigits, Options: &drivers.Agilent34903AOptions{Channels: relayThree, Closed: closed}, Instrument: relayCard(""),
				Identity: drivers.Identity{Model: "34903A 1.0", Serial: "0"},
				Want: []drivers.Reading{
					{Channel: "A", Name: "open", Value: c.open[0]}, {Channel: "B", Name: "open", Value: c.open[1]}, {Channel: "C", Name: "open", Value: c.open[2]},
				},
				Odd:    func(_, _ string) []string { return []string{"NaN,WHAT,2\r\n", "1,0\r\n", "WHAT\r\n", "1,,1\r\n"} },
				Shared: []string{"ROUT:CLOS? (@301,302,303)\n"}, // one answer holds all
				Sets:   []drivertest.Setting{{Control: "A", Value: 1}, {Control: "A"}, {Control: "B", Value: 1}, {Control: "C"}},
				Safe:   c.safe, AskedWhileHalting: []string{"ROUT:CLOS? (@301)\n", "ROUT:CLOS? (@302)\n", "ROUT:CLOS? (@303)\n"},
			})
		})
	}
}

// One field that is not known is one valve. 6 and 8: told open, and the readback says closed: the command failed, with what the queue says.
func TestAgilent34903AOddAndRefused(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "1,2,0\r\n", true }}
	got, err := open(t, "agilent-34903a", &drivers.Agilent34903AOptions{Channels: relayThree, Closed: "opens"}, wire).Read(t.Context())
	if err != nil || got[0].Value != 1 || got[1].Missing != "2" || got[2].Missing != "" {
		t.Errorf("Read() of 1,2,0 = %+v, %v, want B missing", got, err)
	}
	card := &drivertest.Wire{T: t, Instrument: relayCard("-113,\"Undefined header\"")()}
	device := open(t, "agilent-34903a", &drivers.Agilent34903AOptions{Channels: relayThree, Closed: "opens"}, card).(drivers.Actuator)
	if err := device.Set(t.Context(), "B", 1); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "-113") {
		t.Errorf("Set(B, 1) that stays open = %v, want ErrRefused with -113", err)
	}
	port := drivertest.NewScript(t, drivertest.Exchange{"SYST:CTYP? 300\n", "HEWLETT-PACKARD,34901A,0,1.0\r\n"})
	other := open(t, "agilent-34903a", nil, port).(drivers.Identifier)
	if _, err := other.Identify(t.Context()); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Identify() of a slot with a 34901A = %v, want ErrRefused", err)
	}
}

var scanThree = map[int]drivers.Quantity{
	101: {Channel: "head", Name: "pressure", Unit: "torr", Scale: 100, Gauge: "capacitance"}, 102: {Channel: "zero", Name: "voltage", Unit: "volts"},
	103: {Channel: "trap", Name: "temperature", Unit: "celsius", Scale: 10},
}

var scanExchanges = []drivertest.Exchange{
	{"SYST:CTYP? 100\n", "HEWLETT-PACKARD,34901A,0,1.0\r\n"},
	{"SYST:ERR?\n", "+0,\"No error\"\r\n"}, // 5
	{"CONF:VOLT:DC (@101,102,103)\n", ""}, {"FORM:READ:CHAN OFF\n", ""}, {"FORM:READ:TIME OFF\n", ""}, {"FORM:READ:UNIT OFF\n", ""}, {"FORM:READ:ALAR OFF\n", ""},
	{"SYST:ERR?\n", "+0,\"No error\"\r\n"},
	{"READ?\n", "+1.23456000E+00,-2.10000000E-03,+9.90000000E+37\r\n"}, // 7
}

func TestAgilent34901A(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "agilent-34901a", OneByte: drivertest.OnlyDigits, Options: &drivers.Agilent34901AOptions{Inputs: scanThree}, Exchanges: scanExchanges,
		Identity: drivers.Identity{Model: "34901A 1.0", Serial: "0"},
		Want: []drivers.Reading{
			{Channel: "head", Name: "pressure", Value: 123.456 * torr, Unit: drivers.Pascals}, {Channel: "zero", Name: "voltage", Value: -0.0021, Unit: drivers.Volts},
			{Channel: "trap", Name: "temperature", Unit: drivers.Celsius, Missing: "overload"},
		},
		Odd: func(request, _ string) []string {
			if request == "SYST:ERR?\n" {
				return nil // words of its own: TestAgilent34901ARefused
			}
			return []string{"+1.0E+00\r\n", "NaN,WHAT,1E999\r\n", "WHAT\r\n"}
		},
		Shared: []string{"READ?\n"},
	})
}

// A card that refuses the scan list gives no reading, and is asked anew; older errors are not blamed on it. One odd number is one reading.
func TestAgilent34901ARefused(t *testing.T) {
	sets := scanExchanges[2:7]
	script := append([]drivertest.Exchange{{"SYST:ERR?\n", "-410,\"Query INTERRUPTED\"\r\n"}, {"SYST:ERR?\n", "+0,\"No error\"\r\n"}}, sets...)
	script = append(script, drivertest.Exchange{"SYST:ERR?\n", "+307,\"Channel list: channel not able to perform requested operation\"\r\n"},
		drivertest.Exchange{"SYST:ERR?\n", "+0,\"No error\"\r\n"}, drivertest.Exchange{"SYST:ERR?\n", "+0,\"No error\"\r\n"})
	script = append(append(script, sets...), drivertest.Exchange{"SYST:ERR?\n", "+0,\"No error\"\r\n"}, drivertest.Exchange{"READ?\n", "+1.0E+00,WHAT,+2.0E+00\r\n"})
	device := open(t, "agilent-34901a", &drivers.Agilent34901AOptions{Inputs: scanThree}, drivertest.NewScript(t, script...))
	first, err := device.Read(t.Context())
	if err != nil || !strings.HasPrefix(first[0].Missing, "refused: +307") || first[2].Missing == "" {
		t.Errorf("Read() after a refusal = %+v, %v, want all missing with it", first, err)
	}
	second, err := device.Read(t.Context())
	if err != nil || second[0].Missing != "" || second[1].Missing != "WHAT" || second[2].Value != 20 {
		t.Errorf("Read() with one odd number = %+v, %v, want zero missing", second, err)
	}
}

func TestAgilentDAQOptions(t *testing.T) {
	for name, err := range map[string]error{
		"no sense":      (&drivers.Agilent34903AOptions{Channels: relayThree}).Check(),
		"slot 4":        (&drivers.Agilent34903AOptions{Channels: map[int]string{401: "A"}, Closed: "opens"}).Check(),
		"place 21":      (&drivers.Agilent34903AOptions{Channels: map[int]string{321: "A"}, Closed: "opens"}).Check(),
		"place 00":      (&drivers.Agilent34903AOptions{Channels: map[int]string{200: "A"}, Closed: "opens"}).Check(),
		"no inputs":     (&drivers.Agilent34901AOptions{}).Check(),
		"unknown unit":  (&drivers.Agilent34901AOptions{Inputs: map[int]drivers.Quantity{101: {Channel: "a", Name: "voltage", Unit: "ell"}}}).Check(),
		"one name, two": (&drivers.Agilent34901AOptions{Inputs: map[int]drivers.Quantity{101: {Name: "voltage", Unit: "volts"}, 102: {Name: "voltage", Unit: "volts"}}}).Check(),
	} {
		if err == nil {
			t.Errorf("Check() of %s = nil, want an error", name)
		}
	}
}

func FuzzAgilentDAQ(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "agilent-34901a", Options: &drivers.Agilent34901AOptions{Inputs: scanThree}, Exchanges: scanExchanges})
}
