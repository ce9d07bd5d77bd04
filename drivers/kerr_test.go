package drivers_test

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"testing/synctest"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

var kerrOptions = &drivers.KerrOptions{Axes: map[int]drivers.Axis{1: {Name: "x", Max: 0.05, Scale: 1e-6}, 2: {Name: "y", Max: 0.05, Scale: 1e-6}}, Velocity: 0.005, Acceleration: 0.05}

// kerrSum is body with the sum of its bytes.
func kerrSum(body string) string {
	sum := byte(0)
	for i := range len(body) {
		sum += body[i]
	}
	return body + string([]byte{sum})
}

// kerrChain is a chain of modules that remember their power. addressed says whether they have their addresses.
func kerrChain(addressed bool, status byte) func(string) (string, bool) {
	power := map[byte]byte{1: status & 8, 2: status & 8}
	known := map[byte]bool{1: addressed, 2: addressed}
	return func(request string) (string, bool) {
		if len(request) < 4 || request[0] != 0xAA || request != "\xaa"+kerrSum(request[1:len(request)-1]) {
			return "", false
		}
		to, command := request[1], request[2]
		if to == 0 && command == 0x21 {
			known[request[3]] = true
			return kerrSum("\x01"), true
		}
		if !known[to] {
			return "", true
		}
		position := ""
		switch command {
		case 0x13:
			position = "\x10\x27\x00\x00" // 10000
		case 0x17:
			power[to] = request[3] & 1 << 3
		case 0x0e, 0xd4, 0xf6:
		default:
			return "", false
		}
		return kerrSum(string([]byte{status&^8 | power[to]}) + position), true
	}
}

var kerrCase = drivertest.Case{
	OneFrame: "a status byte and a position with a sum hold all of an axis",
	Model:    "kerr", Options: kerrOptions, Instrument: func() func(string) (string, bool) { return kerrChain(true, 0x09) },
	Exchanges: []drivertest.Exchange{ // seeds of the fuzzer
		{"\xaa\x01\x0e\x0f", "\x09\x09"}, {"\xaa\x01\x0e\x0f", "\x09\x09"}, {"\xaa\x02\x0e\x10", "\x09\x09"}, {"\xaa\x01\x13\x01\x15", "\x09\x10\x27\x00\x00\x40"},
	},
	Identity: drivers.Identity{Model: "2 Kerr modules"},
	Want: []drivers.Reading{
		{Channel: "x", Name: "position", Value: 0.01, Unit: drivers.Meters}, {Name: "x_moving"}, {Name: "x_on", Value: 1}, {Name: "x_fault"},
		{Channel: "y", Name: "position", Value: 0.01, Unit: drivers.Meters}, {Name: "y_moving"}, {Name: "y_on", Value: 1}, {Name: "y_fault"},
	},
	Foreign: []drivertest.Exchange{{"\xaa\x01\x13\x01\x15", "\x09\x10\x27\x00\x00\x41"}},
	Sets: []drivertest.Setting{
		{Control: "x_on", Value: 1}, {Control: "x_on"}, {Control: "x", Value: 0.01}, {Control: "y", Value: 0.05}, {Control: "y_on", Value: 1},
	},
	Safe: []string{kerrFrameOf("\x01\x17\x09"), kerrFrameOf("\x02\x17\x09")},
}

func kerrFrameOf(body string) string { return "\xaa" + kerrSum(body) }

// Left out of the vectors of fusions-logic-board.md: AA FF 0F 0E, which would lose the positions of all modules.
func TestKerr(t *testing.T) { drivertest.Conform(t, kerrCase) }

func FuzzKerr(f *testing.F) { drivertest.Fuzz(f, kerrCase) }

// Modules that were switched off get their addresses back (vector 9), and only if all of them are silent.
func TestKerrAddresses(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: kerrChain(false, 0x01)}
	device := open(t, "kerr", kerrOptions, wire)
	if _, err := device.(drivers.Identifier).Identify(t.Context()); err != nil {
		t.Errorf("Identify() of modules without addresses = %v", err)
	}
	if wire.Sent[3] != "\xaa\x00\x21\x01\xff\x21" || wire.Sent[4] != "\xaa\x00\x21\x02\xff\x22" {
		t.Errorf("sent % X, want addresses 1 and 2 given", wire.Sent)
	}
	chain := kerrChain(true, 0x01)
	wire = &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if request[1] == 1 {
			return "", true // one module is dead
		}
		return chain(request)
	}}
	if _, err := open(t, "kerr", kerrOptions, wire).(drivers.Identifier).Identify(t.Context()); !errors.Is(err, drivers.ErrTimeout) {
		t.Errorf("Identify() with one module dead = %v, want ErrTimeout", err)
	}
	for _, sent := range wire.Sent {
		if sent[1] == 0 {
			t.Errorf("with one module dead it sent % X", sent)
		}
	}
}

// A move is one frame with position, velocity and acceleration; a motor that is off is not moved; faults show.
func TestKerrMoves(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: kerrChain(true, 0x09)}
	if err := open(t, "kerr", kerrOptions, wire).(drivers.Actuator).Set(t.Context(), "x", 0.01); err != nil || len(wire.Sent) != 2 {
		t.Fatalf("Set(x, 0.01) = %v, sent % X", err, wire.Sent)
	}
	move := wire.Sent[1]
	word := func(at int) uint32 { return binary.LittleEndian.Uint32([]byte(move[at : at+4])) }
	// 5000 steps/s and 50000 steps/s2 at a tick of 512 us: 167772 and 859 in 65536ths of a step.
	if move[1:4] != "\x01\xd4\x97" || word(4) != 10000 || word(8) != 167772 || word(12) != 859 {
		t.Errorf("move = % X, want D4 97, 10000, 167772, 859", move)
	}
	off := open(t, "kerr", kerrOptions, &drivertest.Wire{T: t, Instrument: kerrChain(true, 0x01)}).(drivers.Actuator)
	if err := off.Set(t.Context(), "x", 0.01); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(x, 0.01) of a motor that is off = %v, want ErrRefused", err)
	}
	faulty := open(t, "kerr", kerrOptions, &drivertest.Wire{T: t, Instrument: kerrChain(true, 0x18)})
	if r, err := faulty.Read(t.Context()); err != nil || r[1].Value != 1 || r[3].Value != 1 {
		t.Errorf("Read() with status 18 = %+v, %v, want x moving and a fault", r, err)
	}
}

// The text of the logic board and the bytes of the motors on one line: neither takes the other's answer, also after one was late.
func TestFusionsAndKerrOnOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, peer := drivertest.InMemory(t)
		board, chain := drivertest.Answers(drivertest.Exchange{";LB.INTLK\r", "0\r"}, drivertest.Exchange{";LB.ADC1\r", "128\r"}), kerrChain(true, 0x09)
		mute := false
		peer.Answer = func(request []byte) {
			switch {
			case request[0] == 0: // zeros that bring the modules into step
			case request[0] == 0xAA && mute:
			case request[0] == 0xAA:
				reply, _ := chain(string(request))
				peer.Send(reply)
			default:
				reply, _ := board(string(request))
				peer.Send(reply)
			}
		}
		address, err := line.ParseAddress("serial:///dev/ttyS9", drivers.LineSettings{})
		if err != nil {
			t.Fatal(err)
		}
		o := line.NewOwner(address, options)
		on := func(model string, options any) drivers.Device {
			m, err := drivers.Find(model)
			if err != nil {
				t.Fatal(err)
			}
			device, err := m.Open(drivers.Wires{Port: o.PortWith(model, m.Line)}, options)
			if err != nil {
				t.Fatal(err)
			}
			return device
		}
		laser, motors := on("fusions-co2", co2), on("kerr", kerrOptions)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { _ = o.Run(ctx) })
		defer func() { cancel(); all.Wait() }()
		for n := range 20 {
			mute = n%5 == 3
			r, err := motors.Read(t.Context())
			if mute != errors.Is(err, drivers.ErrTimeout) || !mute && (err != nil || r[0].Value != 0.01) {
				t.Errorf("motors, round %d, mute %v: Read() = %+v, %v", n, mute, r, err)
			}
			if r, err := laser.Read(t.Context()); err != nil || r[2].Value != 128.0/255*100 {
				t.Errorf("laser, round %d: Read() = %+v, %v", n, r, err)
			}
		}
	})
}
