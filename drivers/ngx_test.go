package drivers_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

var ngxOptions = &drivers.NGXOptions{
	User: "a", Password: "b",
	Detectors: []drivers.Detector{{Name: "AX", Unit: drivers.Volts}, {Name: "L1", Unit: drivers.Amperes, Scale: 1e-11}, {Name: "CDD", Unit: drivers.CountsPerSecond}},
	Sources:   map[string]drivers.Source{"IE": {Name: "ion_energy", Unit: drivers.Volts}},
	Valves:    map[int]string{1: "A"}, Travel: time.Second, Period: time.Second,
}

const ngxEvent = "#EVENT:ACQ,NOM,SIM,SIM,12:00:01.000,1.02,1.08,1.13#\r\n" // of Pychron's simulator

// ngxServer is the server of isotopx-ngx.md. Before each reply it sends what first returns.
func ngxServer(first string) func(string) (string, bool) {
	state := "CLOSED"
	known := drivertest.Answers(
		drivertest.Exchange{"Login a,b", "E00"}, drivertest.Exchange{"GETMASS", "39.9620"}, drivertest.Exchange{"GSO IE", "4500,4499.8"},
		drivertest.Exchange{"StartAcq 1,edge", "E00"}, drivertest.Exchange{"StopAcq", "E00"},
	)
	return func(request string) (string, bool) {
		request = strings.TrimSuffix(request, "\r\n")
		switch request {
		case "OpenValve 1":
			state = "OPEN"
			return first + "E00\r\n", true
		case "CloseValve 1":
			state = "CLOSED"
			return first + "E00\r\n", true
		case "GetValveStatus 1":
			return first + state + "\r\n", true
		}
		reply, ok := known(request)
		return first + reply + "\r\n", ok
	}
}

var ngxCase = drivertest.Case{
	Model: "ngx", OneByte: "numbers without a check", Options: ngxOptions, Instrument: func() func(string) (string, bool) { return ngxServer("") },
	Exchanges: []drivertest.Exchange{ // seeds of the fuzzer
		{"Login a,b\r\n", "NGX\r\nE00\r\n"}, {"GETMASS\r\n", ngxEvent + "39.9620\r\n"}, {"GSO IE\r\n", "4500,4499.8#\r\n"}, {"GetValveStatus 1\r\n", "E00\r\nOPEN\r\n"},
		{"", "E42\r\n"},
	},
	Identity: drivers.Identity{Model: "NGX"},
	Want: []drivers.Reading{
		{Name: "mass", Value: 39.962, Unit: drivers.Daltons},
		{Name: "ion_energy", Value: 4499.8, Unit: drivers.Volts}, {Channel: "A", Name: "open"},
	},
	Odd: func(_, _ string) []string {
		return []string{"E01\r\n", "E30\r\n", "WHAT IS THIS\r\n", "NaN\r\n", "4500,\r\n", "1E999\r\n"}
	},
	Shared: []string{"Login a,b\r\n"},
	Sets: []drivertest.Setting{
		{Control: "acquiring", Value: 1}, {Control: "acquiring", Value: 0}, {Control: "A", Value: 1}, {Control: "A", Value: 0},
	},
	Safe:              []string{"CloseValve 1\r\n"},
	AskedWhileHalting: []string{"Login a,b\r\n"},
}

// Left out of the vectors of isotopx-ngx.md: SAB (its use is not known).
func TestNGX(t *testing.T) { drivertest.Conform(t, ngxCase) }

func FuzzNGX(f *testing.F) { drivertest.Fuzz(f, ngxCase) }

// A greeting, events and the stray E00 of an action before come first; replies may end in "#".
func TestNGXWhatComesFirst(t *testing.T) {
	for name, c := range map[string]struct {
		request, reply string
	}{
		"greeting":       {"Login a,b\r\n", "NGX Remote Control Server\r\nE00\r\n"},
		"events":         {"GetValveStatus 1\r\n", ngxEvent + ngxEvent + "CLOSED\r\n"},
		"stray E00":      {"GetValveStatus 1\r\n", "E00\r\nCLOSED\r\n"},
		"trailing hash":  {"GETMASS\r\n", "39.9620#\r\n"},
		"code with hash": {"Login a,b\r\n", "E00#\r\n"},
	} {
		server := ngxServer("")
		wire := &drivertest.Wire{T: t, Instrument: func(request string) (string, bool) {
			if request == c.request {
				return c.reply, true
			}
			return server(request)
		}}
		if r, err := open(t, "ngx", ngxOptions, wire).Read(t.Context()); err != nil || r[0].Value != 39.962 || r[2].Value != 0 {
			t.Errorf("%s: Read() = %+v, %v", name, r, err)
		}
	}
}

// Refusals: a wrong password, an unknown command; a log-in that was taken away is renewed; a second StartAcq is no failure.
func TestNGXRefuses(t *testing.T) {
	says := func(request, reply string) drivers.Actuator {
		server := ngxServer("")
		return open(t, "ngx", ngxOptions, &drivertest.Wire{T: t, Instrument: func(r string) (string, bool) {
			if r == request {
				return reply, true
			}
			return server(r)
		}}).(drivers.Actuator)
	}
	if _, err := says("Login a,b\r\n", "E42\r\n").Read(t.Context()); !errors.Is(err, drivers.ErrRefused) || !strings.Contains(err.Error(), "E42") {
		t.Errorf("Read() without a log-in = %v, want ErrRefused that says so", err)
	}
	got, err := says("GSO IE\r\n", "E04\r\n").Read(t.Context())
	if err != nil || got[0].Value != 39.962 || got[1].Missing != "refused: E04 invalid mnemonic" {
		t.Errorf("Read() with E04 to GSO IE = %+v, %v, want ion_energy missing and the mass", got, err)
	}
	if err := says("StartAcq 1,edge\r\n", "E43\r\n").Set(t.Context(), "acquiring", 1); err != nil {
		t.Errorf("Set(acquiring, 1) of one that runs = %v", err)
	}
	denied := true
	server := ngxServer("")
	wire := &drivertest.Wire{T: t, Instrument: func(r string) (string, bool) {
		if r == "GETMASS\r\n" && denied {
			denied = false
			return "E42\r\n", true
		}
		return server(r)
	}}
	device := open(t, "ngx", ngxOptions, wire)
	_, first := device.Read(t.Context())
	_, second := device.Read(t.Context())
	if !errors.Is(first, drivers.ErrRefused) || second != nil {
		t.Errorf("Read() after E42 = %v, %v, want ErrRefused and then a new log-in; sent %q", first, second, wire.Sent)
	}
}

// Signals come in reverse order of the detectors. Fragments, other events, a wrong count and numbers that are none give nothing.
func TestNGXEvents(t *testing.T) {
	hear := func(text string) []drivers.Reading {
		return open(t, "ngx", ngxOptions, &drivertest.Wire{T: t}).(drivers.Listener).Unasked([]byte(strings.TrimRight(text, "\r\n")))
	}
	got := hear(ngxEvent)
	if len(got) != 4 || got[0] != (drivers.Reading{Channel: "AX", Name: "intensity", Value: 1.13, Unit: drivers.Volts}) ||
		math.Abs(got[1].Value-1.08e-11) > 1e-20 || got[2].Value != 1.02 || got[3].Name != "acquiring" || got[3].Value != 1 {
		t.Errorf("Unasked() = %+v, want AX 1.13 V, L1 1.08e-11 A, CDD 1.02, acquiring", got)
	}
	if got := hear("#EVENT:ACQ,rcs,x,y,12:00:01.000000,0.1,0.2,0.3#"); len(got) != 4 {
		t.Errorf("Unasked() with microseconds = %+v", got)
	}
	for _, text := range []string{
		"#EVENT:ACQ.B,NOM,SIM,SIM,12:00:01.000,1.02,1.08,1.13#", "#EVENT:ACQ,NOM,SIM,SIM,12:00:01.000,1.02,1.08#", "1.08,1.13#",
		"#EVENT:ACQ,NOM,SIM,SIM,12:00:01.000,1.02,NaN,1.13#", "#EVENT:ACQ,NOM,SIM,SIM,12:00,1.02,1.08,1.13#", "NGX Remote Control Server", "E00", "", "#",
		"#EVENT:ACQ,NOM,SIM,SIM,12:00:01.000,1.02,1e999,1.13#",
	} {
		if got := hear(text); got != nil {
			t.Errorf("Unasked(%q) = %+v, want nothing", text, got)
		}
	}
}

// Events show that it acquires, an acknowledged stop that it does not, until the next event.
func TestNGXAcquiring(t *testing.T) {
	device := open(t, "ngx", ngxOptions, &drivertest.Wire{T: t, Instrument: ngxServer("")}).(drivers.Actuator)
	shown := func() (at []float64) {
		readings, err := device.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range readings {
			if r.Name == "acquiring" {
				at = append(at, r.Value)
			}
		}
		return at
	}
	set := func(v float64) {
		if err := device.Set(t.Context(), "acquiring", v); err != nil {
			t.Fatal(err)
		}
	}
	if got := shown(); got != nil {
		t.Errorf("at first acquiring = %v, want it missing", got)
	}
	set(1)
	if got := shown(); got != nil {
		t.Errorf("once started, without an event, acquiring = %v, want it missing", got)
	}
	set(0)
	if got := shown(); len(got) != 1 || got[0] != 0 {
		t.Errorf("once stopped acquiring = %v, want 0", got)
	}
	device.(drivers.Listener).Unasked([]byte(strings.TrimSpace(ngxEvent)))
	if got := shown(); got != nil {
		t.Errorf("after an event acquiring = %v, want it left to the events", got)
	}
}

func FuzzNGXEvents(f *testing.F) {
	f.Add(ngxEvent)
	f.Add("#EVENT:ACQ.B,NOM,SIM,SIM,12:00:01.000,1.02,1.08,1.13#")
	device := open(f, "ngx", ngxOptions, &drivertest.Wire{T: f}).(drivers.Listener)
	f.Fuzz(func(t *testing.T, text string) {
		if got := device.Unasked([]byte(text)); got != nil && len(got) != 4 {
			t.Errorf("Unasked(%q) = %+v, want all detectors or nothing", text, got)
		}
	})
}

// The password may stand in a file, which is read anew for each log-in, and no error says it.
func TestNGXPasswordFile(t *testing.T) {
	model, err := drivers.Find("ngx")
	if err != nil {
		t.Fatal(err)
	}
	options := *ngxOptions
	options.User, options.Password, options.PasswordFile = "a", "", "/etc/ngx"
	text, fails := "b", error(nil)
	device, err := model.Open(drivers.Wires{
		Port:   &drivertest.Wire{T: t, Instrument: ngxServer("")},
		Secret: func(file string) (string, error) { return text, fails },
	}, &options)
	if err != nil {
		t.Fatal(err)
	}
	fails = errors.New("password_file: no such file")
	if _, err := device.(drivers.Identifier).Identify(t.Context()); err == nil || !strings.Contains(err.Error(), "password_file: no such file") {
		t.Errorf("Identify() without the file = %v", err)
	}
	fails, text = nil, "hunter2,x"
	if _, err := device.(drivers.Identifier).Identify(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Identify() with a comma in it = %v, want an error without the password", err)
	}
	text = "b"
	if _, err := device.(drivers.Identifier).Identify(t.Context()); err != nil {
		t.Errorf("Identify() with the file = %v", err)
	}
	options.Password = "b"
	if err := options.Check(); err == nil || !strings.Contains(err.Error(), "password_file") {
		t.Error("a password and its file are taken together")
	}
}
