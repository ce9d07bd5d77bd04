package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
)

// opened is what was opened: each line with its settings, and all that was sent on it.
type opened struct {
	mu   sync.Mutex
	sent map[string][]string
}

// on is a line in memory that answers as answer says, at each of the settings; it notes what is sent at which.
func on(t *testing.T, answer func(at, request string) string) (line.Options, *opened) {
	o, noted := line.Options{}, &opened{sent: map[string][]string{}}
	o.Open = func(ctx context.Context, a line.Address) (line.Handle, error) {
		options, peer := drivertest.InMemory(t)
		at := settings(a.Line)
		peer.Answer = func(request []byte) {
			noted.mu.Lock()
			noted.sent[at] = append(noted.sent[at], string(request))
			noted.mu.Unlock()
			if reply := answer(at, string(request)); reply != "" {
				peer.Send(reply)
			}
		}
		return options.Open(ctx, a)
	}
	return o, noted
}

func silent(_, _ string) string { return "" }

// noFile is a configuration that is not there.
func noFile(t *testing.T) string { return filepath.Join(t.TempDir(), "agent.yaml") }

func TestSaysWhatItSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, noted := on(t, silent)
		var out strings.Builder
		found, err := run(t.Context(), Request{Port: "/dev/none", File: noFile(t), Missing: true}, &out, o)
		if err != nil || len(found) != 0 || !strings.Contains(out.String(), "nothing that was asked answered on serial:///dev/none") {
			t.Errorf("run() on a silent line = %+v, %v:\n%s", found, err, out.String())
		}
		said, _, _ := strings.Cut(out.String(), "no answer")
		for at, requests := range noted.sent {
			_, part, ok := strings.Cut(said, "  at "+at+"\n")
			part, _, _ = strings.Cut(part, "\n  at ")
			for _, request := range requests {
				if !ok || !strings.Contains(part, fmt.Sprintf("%q", request)) {
					t.Errorf("%q was sent at %s, and not said beforehand", request, at)
				}
			}
		}
		for _, at := range []string{"9600 8N1", "19200 8N1", "57600 7O1", "115200 8N1"} {
			if len(noted.sent[at]) == 0 {
				t.Errorf("nothing was sent at %s, want the models of these settings", at)
			}
		}
	})
}

// What is tried by itself identifies: nothing that sets, moves or switches is among it.
func TestTriesWhatIdentifies(t *testing.T) {
	p, err := placeOf("/dev/none")
	if err != nil {
		t.Fatal(err)
	}
	groups, err := p.candidates(nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, g := range groups {
		for _, c := range g.candidates {
			names = append(names, c.plan.Model.Name)
			if c.reads || moves(c.plan) != "" || sets[c.plan.Model.Name] != "" {
				t.Errorf("%s is tried by itself, want only what says what it is and moves nothing", c.plan.Model.Name)
			}
		}
	}
	for _, want := range []string{"gamma-spc", "mks-937b", "pfeiffer-tpg", "lakeshore-33x", "edwards-tic", "instrument/julabo"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not tried; tried are %v", want, names)
		}
	}
	for _, never := range []string{"arduino-valvebox", "fusions-co2", "mdrive", "esp301", "ascii", "modbus", "ngx", "valve", "alicat", "labjack-inputs"} {
		if slices.Contains(names, never) {
			t.Errorf("%s is tried by itself", never)
		}
	}
}

func TestFitsTheSettings(t *testing.T) {
	for port, want := range map[string][]string{
		"serial:///dev/none?baud=19200":                   {"19200 8N1", "19200 8E1"},
		"serial:///dev/none?baud=19200&parity=even":       {"19200 8E1"},
		"serial:///dev/none?baud=57600&parity=odd&bits=7": {"57600 7O1"},
		"serial:///dev/none?baud=4800":                    {"4800 7E1 RTS/CTS"},
		"serial:///dev/none?baud=300":                     nil,
	} {
		p, err := placeOf(port)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := p.candidates(nil)
		var got []string
		for _, g := range groups {
			got = append(got, settings(g.address.Line))
		}
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%s: tried at %v, %v, want %v", port, got, err, want)
		}
	}
}

// The block of what answers passes check.
func TestFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		o, _ := on(t, func(at, request string) string {
			switch {
			case at == "9600 8N1" && request == "~ 05 01 26\r":
				return "05 OK 00 DIGITEL SPC E7\r"
			case at == "9600 8N1" && request == "~ 05 02 27\r":
				return "05 OK 00 SW Version 4.12 74\r"
			case at == "9600 8N1" && request == "TYPE\r\n": // the first one stood behind what was sent for another model
				if asked++; asked > 1 {
					return "ECO\r\n"
				}
			case at == "9600 8N1" && request == "*IDN?\r":
				return "ERR\xFF\xFE\r"
			}
			return ""
		})
		var out strings.Builder
		found, err := run(t.Context(), Request{Port: "/dev/none", File: noFile(t), Missing: true}, &out, o)
		if err != nil || len(found) != 2 || found[0].Model != "gamma-spc" || found[1].Model != "instrument/lauda" {
			t.Fatalf("run() = %+v, %v, want gamma-spc and instrument/lauda:\n%s", found, err, out.String())
		}
		if asked != 2 {
			t.Errorf("a model whose first request was lost was asked %d times, want twice", asked)
		}
		_, block, _ := strings.Cut(out.String(), "# gamma-spc answered: ")
		_, block, _ = strings.Cut(block, "\n")
		plan, _, err := config.PlanOf("x", []byte("agent: {name: a}\ndevices:\n"+block))
		if err != nil || len(plan.Devices) != 1 || plan.Devices[0].Line.Node != "/dev/none" {
			t.Errorf("the block does not pass check: %v\n%s", err, block)
		}
	})
}

// A reply to which the driver would send what was not said ends that model.
func TestSendsNothingElse(t *testing.T) {
	a := &announced{nil, []string{"ID\r"}}
	if _, err := a.Transact(t.Context(), []byte("RESET\r"), nil); err == nil || !strings.Contains(err.Error(), "RESET") {
		t.Errorf("Transact of what was not said = %v, want an error", err)
	}
}

func TestRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, devices string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("agent: {name: a}\ndevices:\n"+devices), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	laser := file("laser", "  - {name: co2, model: fusions-co2, port: \"serial:///dev/none\", control: true, options: {max_on: 1m}}\n")
	box := file("box", "  - {name: box, model: proxr, port: \"serial:///dev/none\", options: {channels: {0: A}}}\n")
	plc := file("plc", "  - name: plc\n    model: modbus\n    family: valve\n    port: serial:///dev/none\n    options: {reads: [{channel: V1, name: open, function: 1, register: 1}]}\n")
	motor := file("motor", "  - {name: stage, model: esp301, port: \"serial:///dev/none\", options: {axes: {1: {name: x, min: 0, max: 10}}}}\n")
	other := file("other", "  - {name: co2, model: fusions-co2, port: \"serial:///dev/other\", control: true, options: {max_on: 1m}}\n")
	for name, c := range map[string]struct {
		r    Request
		want string
	}{
		"a laser's":         {Request{Port: "/dev/none", File: laser}, "is the port of co2, a laser"},
		"valves'":           {Request{Port: "/dev/none", File: box, MayReset: true}, "is the port of box, a valve"},
		"described valves'": {Request{Port: "/dev/none", File: plc}, "is the port of plc, a valve"},
		"a motor's":         {Request{Port: "/dev/none", File: motor}, "is the port of stage, which moves something"},
		"another's":         {Request{Port: "/dev/none", File: other, Dry: true}, ""},
		"nobody knows":      {Request{Port: "/dev/none", File: file("broken", "  - {name: 1x}\n")}, "must pass check"},
		"no such file":      {Request{Port: "/dev/none", File: noFile(t)}, "must pass check"},
		"sets":              {Request{Port: "/dev/none", File: noFile(t), Missing: true, Models: []string{"mdrive"}}, "EM 2"},
		"no such model":     {Request{Port: "/dev/none", File: noFile(t), Missing: true, Models: []string{"toaster"}}, "toaster"},
		"a network":         {Request{Port: "tcp://a:1", File: noFile(t), Missing: true}, "-models must name"},
		"no port":           {Request{}, "no port"},
	} {
		o := line.Options{Open: func(context.Context, line.Address) (line.Handle, error) {
			t.Errorf("%s: the port was opened", name)
			return nil, fs.ErrNotExist
		}}
		_, err := run(t.Context(), c.r, &strings.Builder{}, o)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: run() = %v, want %q", name, err, c.want)
		}
	}
}

// A line that somebody took meanwhile ends it.
func TestEndsWithTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := &line.HeldError{Node: "/dev/none", PID: 7, Program: "minicom"}
		opens := 0
		o := line.Options{Open: func(context.Context, line.Address) (line.Handle, error) {
			opens++
			return nil, held
		}}
		_, err := run(t.Context(), Request{Port: "/dev/none", File: noFile(t), Missing: true}, &strings.Builder{}, o)
		if !errors.Is(err, held) || opens != 1 {
			t.Errorf("run() = %v after %d openings, want the holder after the first", err, opens)
		}
	})
}

// A laser that is configured by its USB identity is found by whatever name its port is probed.
func TestRefusesAPortByAnotherOfItsNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "agent.yaml")
	text := "agent: {name: a}\ndevices:\n  - {name: co2, model: fusions-co2, port: \"serial://?vid=0403&pid=6001&serial=LASER\", control: true, options: {max_on: 1m}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	address, err := line.ParseAddress("serial:///dev/none", drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	for serial, refused := range map[string]bool{"LASER": true, "GAUGE": false} {
		p := &place{address: address, port: &line.PortInfo{Node: "/dev/none", VID: "0403", PID: "6001", Serial: serial}}
		if err := p.refuseConfigured(Request{File: file}); (err != nil) != refused {
			t.Errorf("an adapter with the serial number %s: %v, want refused = %v", serial, err, refused)
		}
	}
}

func TestAdaptersThatReset(t *testing.T) {
	for _, c := range []struct {
		info    *line.PortInfo
		may, ok bool
	}{
		{&line.PortInfo{VID: "2341", PID: "0043"}, false, false}, {&line.PortInfo{VID: "2341", PID: "0043"}, true, true},
		{&line.PortInfo{VID: "1A86", PID: "7523"}, false, false}, {&line.PortInfo{VID: "0403", PID: "6001", Product: "FT232R USB UART"}, false, false},
		{&line.PortInfo{VID: "0403", PID: "6001", Product: "GAUGE CABLE"}, false, true}, {&line.PortInfo{VID: "067b", PID: "2303"}, false, true},
		{&line.PortInfo{Node: "/dev/ttyAMA0"}, false, true}, {nil, false, true},
	} {
		p := &place{port: c.info}
		if err := p.refuseReset(c.may); (err == nil) != c.ok {
			t.Errorf("refuseReset of %+v with may %v = %v", c.info, c.may, err)
		}
	}
}
