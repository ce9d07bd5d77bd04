package drivers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

const unasked = "it cannot be asked, and acknowledged nothing since it was connected"

var co2 = &drivers.FusionsCO2Options{Prefix: ";LB.", MaxOn: time.Minute, MaxPower: 80}

func TestFusionsCO2(t *testing.T) {
	drivertest.Conform(t, drivertest.Case{
		Model: "fusions-co2", OneByte: "whole numbers without a check", Options: co2,
		// The vectors 1 to 7 of fusions-logic-board.md; 8 to 10 are those of the Kerr motors.
		Exchanges: []drivertest.Exchange{
			{";LB.VER\r", "Fusions 0.96\r"},
			{";LB.INTLK\r", "0\r"},
			{";LB.ADC1\r", "128\r"},
			{";LB.PWE 1\r", "OK\r"},
			{";LB.ENBL 1\r", "OK\r"},
			{";LB.PDC 12.34\r", "OK\r"},
			{";LB.PDC 0.00\r", "OK\r"},
			{";LB.ENBL 0\r", "OK\r"},
		},
		Odd:      drivertest.Words,
		Identity: drivers.Identity{Model: "Fusions 0.96"},
		Want: []drivers.Reading{
			{Name: "enabled", Missing: unasked}, {Name: "power", Unit: drivers.Percent, Missing: unasked},
			{Name: "output", Value: 128.0 / 255 * 100, Unit: drivers.Percent},
			{Name: "external_interlock_open"}, {Name: "emergency_stop_open"}, {Name: "coolant_interlock_open"},
		},
		Opaque: []string{"Fusions 0.96\r"},
		Sets:   []drivertest.Setting{{Control: "enabled", Value: 1}, {Control: "enabled", Value: 0}, {Control: "power", Value: 12.34}, {Control: "power"}},
		Safe:   []string{";LB.PDC 0.00\r", ";LB.ENBL 0\r"},
	})
}

// fusionsBoard is a board of the sheet with something wrong: how says what comes back in place of OK, "" for silence.
func fusionsBoard(t *testing.T, how func(command string) string) (*drivertest.Wire, drivers.Actuator) {
	wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
		command := strings.TrimSuffix(strings.TrimPrefix(request, ";LB."), "\r")
		return how(command), true
	}}
	return wire, open(t, "fusions-co2", co2, wire).(drivers.Actuator)
}

func TestFusionsInterlockOpen(t *testing.T) {
	for mask, names := range map[string]string{
		"1": "external_interlock_open", "2": "emergency_stop_open", "4": "coolant_interlock_open", "3": "external_interlock_open, emergency_stop_open",
	} {
		wire, laser := fusionsBoard(t, func(command string) string {
			return map[string]string{"INTLK": mask + "\r", "ADC1": "0\r"}[command]
		})
		err := laser.Set(t.Context(), "enabled", 1)
		if !errors.Is(err, drivers.ErrRefused) || !strings.HasSuffix(err.Error(), names) {
			t.Errorf("Set(enabled, 1) with mask %s = %v, want ErrRefused for %s", mask, err, names)
		}
		if len(wire.Sent) != 1 {
			t.Errorf("with an open interlock it sent %q, want only INTLK", wire.Sent)
		}
		readings, err := laser.Read(t.Context())
		if err != nil || readings[3].Value+2*readings[4].Value+4*readings[5].Value != float64(mask[0]-'0') {
			t.Errorf("Read() with mask %s = %+v, %v", mask, readings, err)
		}
	}
}

// ENBL 1 is unreliable on first try.
func TestFusionsEnableInsists(t *testing.T) {
	tries := 0
	_, laser := fusionsBoard(t, func(command string) string {
		switch command {
		case "INTLK", "ADC1":
			return "0\r"
		case "ENBL 1":
			if tries++; tries < 150 {
				return "ERR\r"
			}
		}
		return "OK\r"
	})
	if err := laser.Set(t.Context(), "enabled", 1); err != nil || tries != 150 {
		t.Errorf("Set(enabled, 1) = %v after %d tries, want success after 150", err, tries)
	}
	if r, err := laser.Read(t.Context()); err != nil || r[0].Value != 1 || r[0].Missing != "" || r[1].Value != 0 || r[1].Missing != "" {
		t.Errorf("Read() after it was enabled = %+v, %v, want enabled 1 and power 0", r, err)
	}
}

// When ENBL 1 is never acknowledged the laser may be on all the same: it is brought to idle, and the result is an error.
func TestFusionsEnableNeverAcknowledged(t *testing.T) {
	for how, answer := range map[string]string{"refused": "ERR\r", "silent": ""} {
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
		if err == nil {
			t.Errorf("Set(enabled, 1) on a board that is %s = nil, want an error", how)
		}
		last := wire.Sent[len(wire.Sent)-2:]
		if fmt.Sprintf("%q", last) != `[";LB.PDC 0.00\r" ";LB.ENBL 0\r"]` || len(wire.Sent) > 210 {
			t.Errorf("%s: %d requests ended with %q, want zero power and disable", how, len(wire.Sent), last)
		}
	}
}

// A step of a Halt that is never acknowledged neither holds up nor hides the other.
func TestFusionsHaltHalfAnswered(t *testing.T) {
	for _, dumb := range []string{"PDC 0.00", "ENBL 0"} {
		wire, laser := fusionsBoard(t, func(command string) string {
			if command == dumb {
				return ""
			}
			return "OK\r"
		})
		err := laser.Halt(t.Context())
		if !errors.Is(err, drivers.ErrTimeout) || !strings.Contains(err.Error(), dumb) {
			t.Errorf("Halt() without an answer to %s = %v, want ErrTimeout that names it", dumb, err)
		}
		if len(wire.Sent) != 4 || wire.Sent[0] != ";LB.PDC 0.00\r" || wire.Sent[1] != ";LB.ENBL 0\r" {
			t.Errorf("Halt() without an answer to %s sent %q", dumb, wire.Sent)
		}
	}
}

// What was not acknowledged is not known, and is not shown as the last value that was.
func TestFusionsForgetsWhatIsNotAcknowledged(t *testing.T) {
	dumb := ""
	_, laser := fusionsBoard(t, func(command string) string {
		switch {
		case dumb != "" && strings.HasPrefix(command, dumb):
			return ""
		case command == "INTLK" || command == "ADC1":
			return "0\r"
		}
		return "OK\r"
	})
	shown := func() string {
		readings, err := laser.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range readings[:2] {
			if r.Missing != "" {
				text += "? "
			} else {
				text += fmt.Sprint(r.Value, " ")
			}
		}
		return text
	}
	set := func(control string, value float64) func() error {
		return func() error { return laser.Set(t.Context(), control, value) }
	}
	halt := func() error { return laser.Halt(t.Context()) }
	for _, c := range []struct {
		what string
		dumb string
		do   func() error
		want string // enabled, power
	}{
		{"power 10", "", set("power", 10), "? 10 "},
		{"enabled", "", set("enabled", 1), "1 10 "},
		{"power 20, unanswered", "PDC", set("power", 20), "1 ? "},
		{"power 20", "", set("power", 20), "1 20 "},
		{"halt, disable unanswered", "ENBL", halt, "? 0 "},
		{"halt", "", halt, "0 0 "},
		{"enabled, unanswered", "ENBL", set("enabled", 1), "? 0 "},
		{"halt, zero unanswered", "PDC", halt, "0 ? "},
	} {
		dumb = c.dumb
		if err := c.do(); (err == nil) != (c.dumb == "") {
			t.Errorf("%s = %v", c.what, err)
		}
		if got := shown(); got != c.want {
			t.Errorf("after %s it shows enabled and power %q, want %q", c.what, got, c.want)
		}
	}
	laser.(drivers.Forgetter).Forget()
	if got := shown(); got != "? ? " {
		t.Errorf("after its line was lost it shows %q, want nothing known", got)
	}
}

// What is sent never exceeds what was asked for.
func TestFusionsPowerRoundsDown(t *testing.T) {
	for value, want := range map[float64]string{12.345: "12.34", 12.349: "12.34", 0.01: "0.01", 0.29: "0.29", 79.999: "79.99", 80: "80.00"} {
		wire, laser := fusionsBoard(t, func(string) string { return "OK\r" })
		if err := laser.Set(t.Context(), "power", value); err != nil || wire.Sent[0] != ";LB.PDC "+want+"\r" {
			t.Errorf("Set(power, %g) = %v, sent %q, want PDC %s", value, err, wire.Sent, want)
		}
	}
}

func TestFusionsOptions(t *testing.T) {
	for name, o := range map[string]drivers.FusionsCO2Options{
		"no max_on":             {Prefix: ";LB."},
		"negative max_on":       {MaxOn: -time.Second},
		"power limit above 100": {MaxOn: time.Second, MaxPower: 101},
		"prefix with CR":        {MaxOn: time.Second, Prefix: "a\r"},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("Check() with %s = nil, want an error", name)
		}
	}
}
