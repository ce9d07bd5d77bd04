package drivers_test

import (
	"errors"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// ostechUnit is a unit that remembers whether it lases; the exchanges beside are those of ostech.md.
func ostechUnit() func(string) (string, bool) {
	status := "3085"
	known := drivertest.Answers(
		drivertest.Exchange{"RGVN\r", "RGVN\r12345\r"}, drivertest.Exchange{"RGVS\r", "RGVS\r3.31\r"},
		drivertest.Exchange{"RLCT\r", "RLCT\r222.3\r"}, drivertest.Exchange{"RLCA\r", "RLCA\r221.9\r"}, drivertest.Exchange{"RLTM\r", "RLTM\r24.5\r"},
		drivertest.Exchange{"RLCT222.3\r", "RLCT222.3\r222.3\r"}, drivertest.Exchange{"RLCT0.0\r", "RLCT0.0\r0.0\r"},
	)
	return func(request string) (string, bool) {
		switch request {
		case "RGS\r":
			return "RGS\r" + status + "\r", true
		case "LR\r":
			status = "19469"
			return "LR\rLaser: ON\r", true
		case "LS\r":
			status = "3085"
			return "LS\rLaser: OFF\r", true
		}
		return known(request)
	}
}

var ostechCase = drivertest.Case{
	Model: "ostech", OneByte: "numbers without a check", Options: &drivers.OsTechOptions{MaxOn: time.Minute, MaxCurrent: 1}, Instrument: ostechUnit,
	Exchanges: []drivertest.Exchange{ // seeds of the fuzzer
		{"RGVN\r", "RGVN\r12345\r"}, {"RGVS\r", "RGVS\r3.31\r"}, {"RGS\r", "RGS\r3084\r"}, {"RLCT\r", "LCT222.3\rLaser Current Target: 222.3 mA\r"},
		{"RLCA\r", "RLCA\r221.9\r"}, {"RLTM\r", "RLTM\rError\r"},
	},
	Odd: func(request, _ string) []string {
		return []string{request + "Error 3\r", request + "WHAT\r", request + "NaN\r"}
	},
	Identity: drivers.Identity{Model: "OsTech 3.31", Serial: "12345"},
	Want: []drivers.Reading{
		{Name: "enabled"}, {Name: "current", Value: 0.2223, Unit: drivers.Amperes}, {Name: "actual_current", Value: 0.2219, Unit: drivers.Amperes},
		{Name: "temperature", Value: 24.5, Unit: drivers.Celsius}, {Name: "interlock_open"}, {Name: "fault"},
	},
	Foreign: []drivertest.Exchange{{"RLCA\r", "RLCT\r222.3\r"}, {"RGS\r", "3085\r3085\r"}},
	Sets: []drivertest.Setting{
		{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}, {Control: "current", Value: 0.2223}, {Control: "current", Value: 0},
	},
	Safe:              []string{"RLCT0.0\r", "LS\r"},
	AskedWhileHalting: []string{"RGS\r"},
}

// Left out of the vectors of ostech.md: "lct222.3" (verbose, lower case: the driver asks for reduced answers in upper case) and
// GMS32768 (a mode the unit would keep).
func TestOsTech(t *testing.T) { drivertest.Conform(t, ostechCase) }

func FuzzOsTech(f *testing.F) { drivertest.Fuzz(f, ostechCase) }

func ostechReplying(t *testing.T, replies map[string]string) (*drivertest.Wire, drivers.Actuator) {
	unit := ostechUnit()
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if reply, ok := replies[request]; ok {
			return reply, true
		}
		return unit(request)
	}}
	return wire, open(t, "ostech", ostechCase.Options, wire).(drivers.Actuator)
}

func TestOsTechInterlockOpen(t *testing.T) {
	wire, laser := ostechReplying(t, map[string]string{"RGS\r": "RGS\r3084\r"})
	if r, err := laser.Read(t.Context()); err != nil || r[4].Value != 1 {
		t.Errorf("Read() with status 3084 = %+v, %v, want interlock_open", r, err)
	}
	wire.Sent = nil
	if err := laser.Set(t.Context(), "enabled", 1); !errors.Is(err, drivers.ErrRefused) || len(wire.Sent) != 1 {
		t.Errorf("Set(enabled, 1) = %v after %q, want ErrRefused after the status", err, wire.Sent)
	}
}

// The echo of the ESC that is sent after a failure does not spoil the halt that follows.
func TestOsTechHaltAfterResync(t *testing.T) {
	wire, laser := ostechReplying(t, nil)
	wire.Reply = func(_ int, _, reply string) string { return "\x1b" + reply }
	if err := laser.Halt(t.Context()); err != nil || len(wire.Sent) != 3 {
		t.Errorf("Halt() with ESC before each echo = %v after %q, want nil after zero, stop and status", err, wire.Sent)
	}
}

// A laser that does not start is halted; a current that is not taken over is an error.
func TestOsTechRefuses(t *testing.T) {
	wire, laser := ostechReplying(t, map[string]string{"LR\r": "LR\rError 3\r", "RLCT222.3\r": "RLCT222.3\r100.0\r", "RLCA\r": "RLCA\rError 1\r"})
	if err := laser.Set(t.Context(), "enabled", 1); !errors.Is(err, drivers.ErrRefused) || wire.Sent[len(wire.Sent)-2] != "LS\r" {
		t.Errorf("Set(enabled, 1) = %v after %q, want ErrRefused after LS", err, wire.Sent)
	}
	if err := laser.Set(t.Context(), "current", 0.2223); !errors.Is(err, drivers.ErrRefused) {
		t.Errorf("Set(current, 0.2223) that stays at 0.1 = %v, want ErrRefused", err)
	}
	if r, err := laser.Read(t.Context()); err != nil || r[2].Missing != "refused: Error 1" || r[1].Missing != "" {
		t.Errorf("Read() with an error text = %+v, %v, want actual_current missing", r, err)
	}
}
