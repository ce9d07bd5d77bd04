package main

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/simulate"
	"pychron-edge/agent/state"
	"pychron-edge/telemetry"
)

// servedFile is the configuration of the tests below: its ports and pins are simulated.
const servedFile = `
agent: {name: line1, listen: "127.0.0.1:0", board: none}
pychron:
  listen: 127.0.0.1:0
  networks: [127.0.0.0/8]
  flags: [BoneFlag]
  valve_flags: {LineFlag: [V1]}
devices:
  - name: ion1
    model: pfeiffer-tpg
    alias: bone_micro_ion
    port: serial:///dev/serial/by-id/gauge1?baud=9600
    every: 100ms
    options: {channels: {1: ig}}
    channels: {ig: {alias: IG}}
  - {name: V1, model: valve, alias: [A, 51], pins: {solenoid: GPIO17, opened: GPIO5, closed: GPIO6}, control: true, every: 100ms, interlock: {closed: [V2]}}
  - {name: V2, model: valve, alias: [B, 52], pins: {solenoid: GPIO18, opened: GPIO13, closed: GPIO19}, control: true, every: 100ms, interlock: {closed: [V1]}}
  - {name: bottle, model: manual, alias: M}
`

// servedAgent is a whole agent on a simulated line that serves Pychron's clients. It is ended with the test.
func servedAgent(t *testing.T, file string) (*agent, string) {
	t.Helper()
	plan, problems, err := config.PlanOf("line1.yaml", []byte(file))
	if err != nil {
		t.Fatal(err, problems)
	}
	ctx, cancel := context.WithCancel(context.Background())
	log := quietAgent(nil).log
	bench, err := simulate.Start(ctx, plan, log)
	if err != nil {
		t.Fatal(err)
	}
	a := newAgent(plan, "b001", "test", true, log)
	a.services.runtime, a.trend = state.RuntimeDir(t.TempDir()), telemetry.NewTrend()
	ended := make(chan error, 1)
	go func() { ended <- a.live(ctx, runOptions{log: log, sim: true}, bench.Transport, bench) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("live = %v", err)
		}
		bench.Stop()
	})
	until(t, "the port", func() bool { return a.pychronAddress(0) != "" })
	until(t, "the first readings", func() bool { return a.heard("ion1", "V1", "V2") })
	return a, a.pychronAddress(0)
}

// oneShot sends one command on a connection of its own, as a client with use_end does.
func oneShot(t *testing.T, address, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return exchange(t, conn, request)
}

func exchange(t *testing.T, conn net.Conn, request string) string {
	t.Helper()
	conn.SetDeadline(time.Now().Add(time.Minute))
	reply := make([]byte, 4096)
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		t.Fatal(err)
	}
	n, err := conn.Read(reply)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	return strings.TrimSuffix(string(reply[:n]), "\r\n")
}

func TestPychronDrivesASimulatedLine(t *testing.T) {
	a, address := servedAgent(t, servedFile)
	commands := a.picked(buffer.Audit, kind(buffer.Command))
	for _, step := range []struct{ request, want string }{
		{"GetValveState M", "True"}, // not reported: not closed
		{"Close A", "*"}, {"Close B", "*"},
		{"GetIndicatorState A", "False"}, {"GetIndicatorState 51", "False"}, {"GetValveState V1", "False"},
		{"Open A", "OK"}, {"GetIndicatorState A", "True"}, {"Open A", "ok"},
		{"Open B", "ERROR 015 : Valve B failed to actuate open"}, // its interlock
		{"GetIndicatorState B", "False"},
		{"Open Z", "ERROR 004 : invalid arguments: Open Z"},
		{"Close A", "OK"}, {"GetIndicatorState A", "False"},
		{"Open M", "ERROR 015 : Valve M failed to actuate open"}, // read-only
		{"Set LineFlag 1", "OK"}, {"GetValveOwners", "127.0.0.1-A:B,M"}, {"GetError", ""},
	} {
		if got := oneShot(t, address, step.request); got != step.want && step.want != "*" {
			t.Errorf("%s = %q, want %q", step.request, got, step.want)
		}
	}
	if got := oneShot(t, address, "GetValveStates"); !strings.HasPrefix(got, "A0,B0,M1") {
		t.Errorf("GetValveStates = %q, want A0,B0,M1 and a CRC", got)
	}
	if got := oneShot(t, address, "GetPressure bone_micro_ion, IG"); !strings.Contains(got, "e-") {
		t.Errorf("GetPressure = %q, want a number in torr", got)
	}
	var notes []string
	for _, e := range a.picked(buffer.Audit, kind(buffer.Command))[len(commands):] {
		notes = append(notes, e.Device+" "+e.Metric)
		if !strings.Contains(e.Note, "who=pychron@127.0.0.1 via=tcp") {
			t.Errorf("event %s %s has the note %q, want the client's address", e.Device, e.Metric, e.Note)
		}
	}
	want := []string{"V1 commands_total", "V2 commands_total", "V1 commands_total", "V1 commands_total", "V2 commands_refused_total", "V1 commands_total", "bottle commands_refused_total"}
	if !slices.Equal(notes, want) {
		t.Errorf("events %q, want %q", notes, want)
	}
}

// A soft lock refuses opening with an error of its own, and is shown in the lock word; closing acts.
func TestPychronMeetsASoftLock(t *testing.T) {
	a, address := servedAgent(t, servedFile)
	kept, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if err := a.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1"}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ request, want string }{
		{"Open A", "ERROR 014 : Valve A is software locked"}, {"GetValveLockState A", "True"}, {"GetValveLockState B", "False"}, {"Close A", "*"},
	} {
		if got := exchange(t, kept, step.request); got != step.want && (step.want != "*" || !strings.EqualFold(got, "OK")) {
			t.Errorf("%s = %q, want %q", step.request, got, step.want)
		}
	}
	if err := a.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V2", Owner: "pychron@10.0.0.2"}); err != nil {
		t.Fatal(err)
	}
	if got := exchange(t, kept, "Open B"); got != "ERROR 015 : Valve B failed to actuate open" {
		t.Errorf("Open of another one's valve = %q, want ERROR 015", got)
	}
	if got := exchange(t, kept, "GetValveOwners"); got != "A,M:10.0.0.2-B" {
		t.Errorf("GetValveOwners = %q, want A,M:10.0.0.2-B", got)
	}
}

// A laser on its own port: enabled and set through the commander, and not while a trip stands.
func TestPychronDrivesASimulatedLaser(t *testing.T) {
	a, valves := servedAgent(t, strings.Replace(servedFile, "devices:\n", `  lasers: [{device: co2, listen: "127.0.0.1:0", commands: true}]
rules: [{name: never, when: "ion1.ig > torr(700)", forbid: [V1.open]}]
devices:
  - {name: co2, model: fusions-co2, port: "serial:///dev/serial/by-id/laser?baud=9600", every: 100ms, control: true, options: {max_on: 15m}}
`, 1))
	until(t, "the laser's port", func() bool {
		return a.pychronAddress(1) != "" && a.heard("co2")
	})
	laser := a.pychronAddress(1)
	kept, err := net.Dial("tcp", laser)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	for _, step := range []struct{ request, want string }{
		{"GetPosition", "0.00000,0.00000,0.00000"}, {"GetError", "OK"}, {"Enable", "OK"}, {"SetLaserPower 10", "OK"}, {"SetLaserPower 1000", "ERROR 004 : invalid arguments: SetLaserPower 1000"},
		{"SetLaserPower 0", "OK"}, {"Disable", "OK"},
	} {
		if got := exchange(t, kept, step.request); got != step.want {
			t.Errorf("%s = %q, want %q", step.request, got, step.want)
		}
	}
	a.commander.RestoreTrip("never", true, "it was hot")
	if got := oneShot(t, laser, "GetError"); got != "never: before the restart: it was hot" {
		t.Errorf("GetError = %q, want the rule that stands", got)
	}
	if got := oneShot(t, laser, "Enable"); !strings.HasPrefix(got, "ERROR 102 : Laser failed to enable never") {
		t.Errorf("Enable while a trip stands = %q, want ERROR 102", got)
	}
	if got := oneShot(t, valves, "GetError"); got != "" {
		t.Errorf("GetError on the valves' port = %q, want nothing", got)
	}
}

// While a halt, a max_on latch or a trip of anything stands, each laser's port names it and enables nothing; switching off acts.
func TestWhatStandsIsNamedOnEachLasersPort(t *testing.T) {
	a, valves := servedAgent(t, strings.Replace(servedFile, "devices:\n", `  lasers: [{device: co2, listen: "127.0.0.1:0", commands: true}, {device: diode, listen: "127.0.0.1:0", commands: true}]
rules: [{name: never, when: "ion1.ig > torr(700)", forbid: [V1.open]}]
devices:
  - {name: co2, model: fusions-co2, port: "serial:///dev/serial/by-id/laser?baud=9600", every: 100ms, control: true, options: {max_on: 15m}}
  - {name: diode, model: fusions-diode, port: "serial:///dev/serial/by-id/diode?baud=9600", every: 100ms, control: true, options: {max_on: 15m}}
`, 1))
	until(t, "the lasers' ports", func() bool {
		return a.pychronAddress(1) != "" && a.pychronAddress(2) != "" && a.heard("co2", "diode")
	})
	for _, c := range []struct {
		name       string
		stand, end func()
	}{
		{"halt", func() { a.commander.Halt(t.Context(), anybody) }, func() { a.commander.ClearRule(t.Context(), anybody, "halt") }},
		{"halt", func() { a.commander.Latch("somebody halted it") }, func() { a.commander.Latch("") }},
		{"max_on co2", func() { a.commander.RestoreTrip("max_on co2", true, "15m") }, func() { a.commander.RestoreTrip("max_on co2", false, "") }},
		{"never", func() { a.commander.RestoreTrip("never", true, "it was hot") }, func() { a.commander.RestoreTrip("never", false, "") }},
	} {
		c.stand()
		for n := 1; n <= 2; n++ {
			laser := a.pychronAddress(n)
			if got := oneShot(t, laser, "GetError"); !strings.HasPrefix(got, c.name+": ") {
				t.Errorf("%s, port %d: GetError = %q, want it named", c.name, n, got)
			}
			if got := oneShot(t, laser, "Enable"); !strings.HasPrefix(got, "ERROR 102 : Laser failed to enable "+c.name) {
				t.Errorf("%s, port %d: Enable = %q, want ERROR 102 and its name", c.name, n, got)
			}
			if got := oneShot(t, laser, "Disable"); got != "OK" {
				t.Errorf("%s, port %d: Disable = %q, want OK", c.name, n, got)
			}
		}
		if got := oneShot(t, valves, "GetError"); got != "" {
			t.Errorf("%s: GetError on the valves' port = %q, want nothing", c.name, got)
		}
		c.end()
		for n := 1; n <= 2; n++ {
			if got := oneShot(t, a.pychronAddress(n), "GetError"); got != "OK" {
				t.Errorf("after %s, port %d: GetError = %q, want OK", c.name, n, got)
			}
		}
	}
}

// A laser with a stage of a motion controller: sent through the commander, answered at once, followed by its readings, and stopped.
func TestPychronMovesASimulatedStage(t *testing.T) {
	a, _ := servedAgent(t, strings.Replace(servedFile, "devices:\n", `  lasers: [{device: co2, listen: "127.0.0.1:0", commands: true, stage: {x: xy.x, y: xy.y}}]
devices:
  - {name: co2, model: fusions-co2, port: "serial:///dev/serial/by-id/laser?baud=9600", every: 100ms, control: true, options: {max_on: 15m}}
  - {name: xy, model: esp301, port: "serial:///dev/serial/by-id/stage", every: 100ms, control: true, options: {axes: {1: {name: x, max: 0.05}, 2: {name: y, min: -0.01, max: 0.01}}}}
`, 1))
	until(t, "the laser's port", func() bool { return a.pychronAddress(1) != "" && a.heard("co2", "xy") })
	laser := a.pychronAddress(1)
	ask := func(request string) string { return oneShot(t, laser, request) }
	is := func(request, want string) {
		t.Helper()
		until(t, request+" = "+want, func() bool { return ask(request) == want })
	}
	is("GetPosition", "0.00000,0.00000,0.00000")
	if got := ask("SetXY (1.5, -2.0)"); got != "OK" {
		t.Errorf("SetXY = %q, want OK", got)
	}
	is("GetPosition", "1.50000,-2.00000,0.00000")
	is("GetDriveMoving", "False")
	if got := ask("SetX 50"); got != "OK" { // 24 s at 2 mm/s
		t.Errorf("SetX = %q, want OK", got)
	}
	if got := ask("GetXMoving"); got != "OK" {
		t.Errorf("GetXMoving behind SetX = %q, want OK: it moves", got)
	}
	until(t, "the move's event", func() bool {
		return len(a.picked(buffer.Audit, func(e *buffer.Event) bool {
			return e.Device == "xy" && e.Metric == "commands_total" && e.Labels.Value("control") == "x" && strings.Contains(e.Note, "new=0.05")
		})) == 1
	})
	if got := ask("StopDrive"); got != "OK" {
		t.Errorf("StopDrive = %q, want OK", got)
	}
	is("GetXMoving", "False")
	if got := ask("GetPosition"); strings.HasPrefix(got, "50.") {
		t.Errorf("GetPosition = %q, want it stopped before its end", got)
	}
	if got := ask("SetX 51"); got != "ERROR 108 : Laser failed to position: 51 is beyond 0 to 50 mm" {
		t.Errorf("SetX 51 = %q", got)
	}
	if err := a.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "xy"}); err != nil {
		t.Fatal(err)
	}
	if got := ask("SetX 1"); !strings.HasPrefix(got, "ERROR 108 : Laser failed to position: xy is locked") {
		t.Errorf("SetX of a locked stage = %q, want ERROR 108", got)
	}
	if got := ask("StopDrive"); got != "OK" {
		t.Errorf("StopDrive of a locked stage = %q, want OK", got)
	}
	for _, e := range a.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Device == "xy" && e.Kind == buffer.Command }) {
		if !strings.Contains(e.Note, "who=pychron@127.0.0.1") && !strings.Contains(e.Note, "who="+anybody.Name) {
			t.Errorf("event %s %s has the note %q, want who did it", e.Metric, e.Status, e.Note)
		}
		if e.Metric == "commands_total" && e.Status != "success" {
			t.Errorf("event %+v, want a success", e)
		}
	}
}

// Censored, stale and missing readings are no pressure.
func TestPychronGetsNoPressureThatCannotBeBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*buffer.Sample)
		want   bool
	}{
		"exact": {func(*buffer.Sample) {}, true}, "missing": {func(s *buffer.Sample) { s.Missing = "sensor off" }, false},
		"under range": {func(s *buffer.Sample) { s.Bound = buffer.AtMost }, false}, "over range": {func(s *buffer.Sample) { s.Bound = buffer.AtLeast }, false},
		"stale": {func(s *buffer.Sample) { s.Up -= time.Hour }, false},
	} {
		a := quietAgent([]*config.DevicePlan{gaugePlan("ion1", &fake{})})
		s := buffer.Sample{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: 1e-6, Up: a.clock.Up(), StaleAfter: time.Minute}
		c.change(&s)
		a.present.Set("ion1", []buffer.Sample{s})
		d := a.servedLine().Devices()
		if len(d) != 1 || len(d[0].Points) != 1 || d[0].Points[0].Known != c.want {
			t.Errorf("%s: devices %+v, want known %v", name, d, c.want)
		}
	}
}

// pychronAddress is where the n-th port of Pychron's clients is, "" while it is nowhere.
func (a *agent) pychronAddress(n int) string {
	ports := a.services.pychron.Load()
	if ports == nil || n >= len(*ports) || (*ports)[n].Addr() == nil {
		return ""
	}
	return (*ports)[n].Addr().String()
}
