package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// A halt that nobody answers sends each of its steps three times, and no more: a laser that is unplugged holds nothing up.
func TestHaltThatIsNeverAnswered(t *testing.T) {
	for _, c := range []drivertest.Case{atlCase, ostechCase, uc2000Case, vueCase} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "", true }}
		err := open(t, c.Model, c.Options, wire).(drivers.Actuator).Halt(t.Context())
		if !errors.Is(err, drivers.ErrTimeout) || len(wire.Sent) != 6 {
			t.Errorf("%s: Halt() without an answer = %v after %q, want ErrTimeout after three times two requests", c.Model, err, wire.Sent)
		}
	}
}

// A switch-on is only written where the laser took the select before it; a switch-off is written all the same.
func TestATLWithoutAnAnswerToItsSelect(t *testing.T) {
	for _, c := range []struct {
		control string
		value   float64
		written int // frames
	}{{"enabled", 1, 3}, {"rate", 10, 0}, {"enabled", 0, 3}} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return "", true }}
		laser := open(t, "atl", atlCase.Options, wire).(drivers.Actuator)
		if err := laser.Set(t.Context(), c.control, c.value); !errors.Is(err, drivers.ErrTimeout) {
			t.Errorf("Set(%s, %g) = %v, want ErrTimeout", c.control, c.value, err)
		}
		frames := slices.DeleteFunc(slices.Clone(wire.Sent), func(s string) bool { return s[0] != 2 })
		others := slices.DeleteFunc(slices.Clone(frames), func(s string) bool { return s == atlOffFrame })
		if len(others) > 0 || len(frames) != c.written {
			t.Errorf("Set(%s, %g) wrote %q, want %d times %q: those of a switch-off", c.control, c.value, frames, c.written, atlOffFrame)
		}
	}
}

// NAK is a refusal; what begins neither with it nor with DLE is named.
func TestATLAnswersThatRefuse(t *testing.T) {
	for reply, want := range map[string]error{"\x15": drivers.ErrRefused, "X": drivers.ErrGarbled} {
		wire := &drivertest.Wire{T: t, Instrument: func(string) (string, bool) { return reply, true }}
		err := open(t, "atl", atlCase.Options, wire).(drivers.Actuator).Halt(t.Context())
		if !errors.Is(err, want) || want == drivers.ErrGarbled && !strings.Contains(err.Error(), fmt.Sprintf("%02X", reply[0])) {
			t.Errorf("Halt() answered by % X = %v, want %v", reply, err, want)
		}
	}
}

// However little power is allowed, it is set to zero: before ENBL 1 as in a halt.
func TestFusionsOfLittlePower(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		if strings.Contains(request, "INTLK") {
			return "0\r", true
		}
		return "OK\r", true
	}}
	laser := open(t, "fusions-co2", &drivers.FusionsCO2Options{MaxOn: time.Minute, MaxPower: 1}, wire).(drivers.Actuator)
	if err := errors.Join(laser.Set(t.Context(), "enabled", 1), laser.Halt(t.Context())); err != nil {
		t.Fatal(err)
	}
	zero, on := slices.Index(wire.Sent, "PDC 0.00\r"), slices.Index(wire.Sent, "ENBL 1\r")
	if zero < 0 || zero > on || !slices.Contains(wire.Sent[on:], "PDC 0.00\r") {
		t.Errorf("sent %q, want zero power before ENBL 1 and after it", wire.Sent)
	}
}

// An enable that a halt cuts may have reached the board: it does not count as disabled.
func TestEnableThatIsCutIsNotKnown(t *testing.T) {
	for _, c := range []struct{ model, on string }{{"fusions-co2", ";LB.ENBL 1\r"}, {"vue", "l1\r"}} {
		ctx, cancel := context.WithCancel(t.Context())
		unit, options := vueUnit(), any(vueCase.Options)
		if c.model != "vue" {
			options = co2
			unit = func(request string) (string, bool) {
				if strings.Contains(request, "INTLK") || strings.Contains(request, "ADC1") {
					return "0\r", true
				}
				return "OK\r", true
			}
		}
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request == c.on {
				cancel()
				return "", true
			}
			return unit(request)
		}}
		laser := open(t, c.model, options, wire).(drivers.Actuator)
		if err := laser.Halt(ctx); err != nil {
			t.Fatal(err)
		}
		if err := laser.Set(ctx, "enabled", 1); err == nil || wire.Sent[len(wire.Sent)-1] != c.on {
			t.Errorf("%s: Set(enabled, 1) that was cut = %v after %q, want an error after %q", c.model, err, wire.Sent, c.on)
		}
		if r, err := laser.Read(t.Context()); err != nil || r[0].Name != "enabled" || r[0].Missing == "" {
			t.Errorf("%s: Read() after it = %+v, %v; want enabled missing", c.model, r, err)
		}
	}
}

// How often ENBL 1 is tried, where it is refused and where nothing comes back.
func TestFusionsTries(t *testing.T) {
	for answer, want := range map[string]int{"ERR\r": 200, "": 5} {
		wire, laser := fusionsBoard(t, func(command string) string {
			switch command {
			case "INTLK":
				return "0\r"
			case "ENBL 1":
				return answer
			}
			return "OK\r"
		})
		err := laser.Set(t.Context(), "enabled", 1)
		tries := len(slices.DeleteFunc(slices.Clone(wire.Sent), func(s string) bool { return s != ";LB.ENBL 1\r" }))
		if err == nil || tries != want {
			t.Errorf("Set(enabled, 1) answered by %q = %v after %d tries, want an error after %d", answer, err, tries, want)
		}
	}
}

// A laser is switched on at zero unless it took over what was asked for since its line was opened.
func TestLevelBeforeALaserIsSwitchedOn(t *testing.T) {
	for _, c := range []struct {
		of             drivertest.Case
		control        string
		level          float64
		zero, some, on string
	}{
		{ostechCase, "current", 0.2223, "RLCT0.0\r", "RLCT222.3\r", "LR\r"},
		{uc2000Case, "power", 50, "\x5b\x7f\x00\x80", "\x5b\x7f\x64\x1c", "\x5b\x75\x8a"},
		{vueCase, "current", 12.345, "i 0.00\r", "i 12.34\r", "l1\r"},
	} {
		instrument, dumb := c.of.Instrument, false
		if instrument == nil {
			instrument = func() func(string) (string, bool) { return drivertest.Answers(c.of.Exchanges...) }
		}
		unit := instrument()
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if dumb && request == c.some {
				return "", true
			}
			return unit(request)
		}}
		laser := open(t, c.of.Model, c.of.Options, wire).(drivers.Actuator)
		sent := func(control string, value float64) (all []string) {
			wire.Sent = nil
			laser.Set(t.Context(), control, value)
			return wire.Sent
		}
		before := func(all []string) bool {
			zero, on := slices.Index(all, c.zero), slices.Index(all, c.on)
			return zero >= 0 && zero < on
		}
		if all := sent("enabled", 1); !before(all) {
			t.Errorf("%s: switched on by %q, want %q before %q", c.of.Model, all, c.zero, c.on)
		}
		if all := sent(c.control, c.level); all[0] != c.some {
			t.Errorf("%s: %s %g sent %q, want %q", c.of.Model, c.control, c.level, all, c.some)
		}
		if all := sent("enabled", 1); slices.Contains(all, c.zero) || !slices.Contains(all, c.on) {
			t.Errorf("%s: with a level asked for switched on by %q, want %q without %q", c.of.Model, all, c.on, c.zero)
		}
		dumb = true
		sent(c.control, c.level)
		if all := sent("enabled", 1); !before(all) {
			t.Errorf("%s: with a level not taken over switched on by %q, want %q before %q", c.of.Model, all, c.zero, c.on)
		}
	}
}

// The whole of the current is sent, rounded down to what the unit takes.
func TestOsTechCurrent(t *testing.T) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) { return request + request[4:], true }}
	laser := open(t, "ostech", ostechCase.Options, wire).(drivers.Actuator)
	if err := laser.Set(t.Context(), "current", 1); err != nil || !slices.Equal(wire.Sent, []string{"RLCT1000.0\r"}) {
		t.Errorf("Set(current, 1) = %v after %q, want RLCT1000.0", err, wire.Sent)
	}
}

// A Vue is shown as what it acknowledged; the line it answers a current by may be the current's own.
func TestVueShowsWhatItAcknowledged(t *testing.T) {
	unit, dumb := vueUnit(), false
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		reply, ok := unit(request)
		switch {
		case dumb && request == "l0\r":
			return "", true
		case request[:2] == "i ":
			return request, true
		}
		return reply, ok
	}}
	laser := open(t, "vue", vueCase.Options, wire).(drivers.Actuator)
	shown := func() drivers.Reading {
		r, err := laser.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r[0]
	}
	for _, value := range []float64{1, 0} {
		if err := laser.Set(t.Context(), "enabled", value); err != nil || shown().Value != value || shown().Missing != "" {
			t.Errorf("Set(enabled, %g) = %v and shows %+v, want %g", value, err, shown(), value)
		}
	}
	dumb = true
	if err := laser.Halt(t.Context()); !errors.Is(err, drivers.ErrTimeout) || shown().Missing == "" {
		t.Errorf("Halt() without an answer to l0 = %v and shows %+v, want ErrTimeout and enabled missing", err, shown())
	}
}
