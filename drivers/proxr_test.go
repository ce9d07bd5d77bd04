package drivers_test

import (
	"errors"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var proxrTwo = map[int]string{0: "A", 9: "B"} // relay 1 of bank 1, relay 2 of bank 2

// relays is a board in plain mode; answers are what its kind says to a switched relay.
func relays(answer string) func(request string) (string, bool) {
	banks := map[byte]byte{1: 0, 2: 0x02}
	return func(request string) (string, bool) {
		if request == "\xFE\x21" {
			return "\x55", true // 10
		}
		if len(request) != 3 || request[0] != 0xFE {
			return "", false
		}
		command, bank := request[1], request[2]
		relay := (command - 0x64) % 8
		switch {
		case command == 0x7C:
			return string([]byte{banks[bank]}), true // 3
		case command >= 0x74:
			return string([]byte{banks[bank] >> relay & 1}), true
		case command >= 0x6C:
			banks[bank] |= 1 << relay // 1
		default:
			banks[bank] &^= 1 << relay // 2
		}
		return answer, true
	}
}

var proxrSets = []drivertest.Setting{{Control: "A", Value: 1}, {Control: "A"}, {Control: "B", Value: 1}, {Control: "B"}}

// The vectors 1 to 3 and 10 of ncd-proxr.md, also with boards that answer bank and status, or nothing. Left out: 8 (the bank is in the command),
// 9 (contact inputs are not read), 11 (its length is not fixed, and the two-way test says as much).
func TestProXR(t *testing.T) {
	for name, answer := range map[string]string{"answers 55": "\x55", "answers bank and status": "\x01\x01", "reporting mode off": ""} {
		t.Run(name, func(t *testing.T) {
			drivertest.Conform(t, drivertest.Case{
				OneFrame: "a mask of one byte a bank",
				Model:    "proxr", Options: &drivers.ProXROptions{Channels: proxrTwo},
				Instrument: func() func(string) (string, bool) { return relays(answer) },
				Identity:   drivers.Identity{Model: "ProXR"},
				Want:       []drivers.Reading{{Channel: "A", Name: "open"}, {Channel: "B", Name: "open", Value: 1}},
				Opaque:     []string{"\x00", "\x02"}, // a mask is any byte
				Sets:       proxrSets,
				Untold:     proxrDoubled,
				Safe:       []string{"\xFE\x64\x01", "\xFE\x65\x02"}, AskedWhileHalting: []string{"\xFE\x74\x01", "\xFE\x75\x02"},
			})
		})
	}
}

// codec wraps bytes as AA length payload sum.
func codec(payload string) string {
	frame := "\xAA" + string([]byte{byte(len(payload))}) + payload
	var sum byte
	for _, b := range []byte(frame) {
		sum += b
	}
	return frame + string([]byte{sum})
}

// A mask that is not what the relays were told makes their state unknown until they are told again: the card may have restarted.
var proxrDoubled = map[string]string{"doubled, later": "lasting: the answer to the question before is a mask, too"}

func TestProXRCodec(t *testing.T) {
	for _, v := range []struct{ want, payload string }{ // 4 to 7
		{"\xAA\x03\xFE\x74\x01\x20", "\xFE\x74\x01"}, {"\xAA\x03\xFE\x7C\x01\x28", "\xFE\x7C\x01"}, {"\xAA\x03\xFE\x7C\x02\x29", "\xFE\x7C\x02"},
		{"\xAA\x03\xFE\x6C\x01\x18", "\xFE\x6C\x01"}, {"\xAA\x01\x00\xAB", "\x00"}, {"\xAA\x01\x55\x00", "\x55"},
	} {
		if got := codec(v.payload); got != v.want {
			t.Fatalf("codec(% X) = % X, want % X: the test is wrong", v.payload, got, v.want)
		}
	}
	drivertest.Conform(t, drivertest.Case{
		OneFrame: "a mask of one byte a bank",
		Model:    "proxr", Options: &drivers.ProXROptions{Channels: proxrTwo, Codec: true},
		Instrument: func() func(string) (string, bool) {
			plain := relays("\x55")
			return func(request string) (string, bool) {
				if len(request) < 5 || codec(request[2:len(request)-1]) != request {
					return "", false
				}
				reply, ok := plain(request[2 : len(request)-1])
				return codec(reply), ok
			}
		},
		Identity: drivers.Identity{Model: "ProXR"},
		Want:     []drivers.Reading{{Channel: "A", Name: "open"}, {Channel: "B", Name: "open", Value: 1}},
		Foreign:  []drivertest.Exchange{{"\xAA\x03\xFE\x7C\x01\x28", "\xAA\x01\x00\xAC"}, {"\xAA\x03\xFE\x7C\x01\x28", "\xAA\x00\xAA"}},
		Sets:     proxrSets,
		Untold:   proxrDoubled,
		Safe:     []string{codec("\xFE\x64\x01"), codec("\xFE\x65\x02")}, AskedWhileHalting: []string{codec("\xFE\x74\x01"), codec("\xFE\x75\x02")},
	})
}

// A relay that does not switch is an error although the board answered 55.
func TestProXRNotSwitched(t *testing.T) {
	port := drivertest.NewScript(t, drivertest.Exchange{"\xFE\x6C\x01", "\x55"}, drivertest.Exchange{"\xFE\x74\x01", "\x00"})
	if err := open(t, "proxr", nil, port).(drivers.Actuator).Set(t.Context(), "A", 1); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(A, 1) of a relay that stays off = %v, want ErrRefused", err)
	}
}

func TestProXRInConfigurationMode(t *testing.T) {
	port := drivertest.NewScript(t, drivertest.Exchange{"\xFE\x21", "\x56"})
	if _, err := open(t, "proxr", nil, port).(drivers.Identifier).Identify(t.Context()); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Identify() in the configuration mode = %v, want ErrRefused", err)
	}
}

func FuzzProXR(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{Model: "proxr", Options: &drivers.ProXROptions{Channels: proxrTwo, Codec: true}, Exchanges: []drivertest.Exchange{
		{codec("\xFE\x21"), "\xAA\x01\x55\x00"}, {"\xAA\x03\xFE\x7C\x01\x28", "\xAA\x01\x00\xAB"}, {"\xAA\x03\xFE\x7C\x02\x29", "\xAA\x01\x00\xAB"},
	}})
}
