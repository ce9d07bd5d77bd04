package pychron

import (
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// withLaser is a line with a laser of 0 to 100 percent; power and enabled are moved as valves are.
func withLaser() *fakeAgent {
	f := valvesABC(Closed)
	f.valves = []Valve{{Name: "enabled", Device: "co2", Control: "enabled", Position: Closed}, {Name: "power", Device: "co2", Control: "power", Position: Closed}}
	f.laser = Laser{Off: true, Power: "power", Unit: buffer.Percent, Max: 100, Temperature: &Point{Value: 812.5, Known: true}}
	return f
}

// onLaser runs a test against the port of a laser, on a clock that moves when everything waits.
func onLaser(t *testing.T, f *fakeAgent, test func(*testing.T, *laserHandler)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := contextOf(t)
		h := &laserHandler{agent: f, device: "co2", running: ctx}
		test(t, h)
		h.moves.stop()
		cancel()
	})
}

// The vectors of docs/protocols/pychron-remote-laser.md, for a laser without stage and motors.
func TestLaserVectors(t *testing.T) {
	for request, want := range map[string]string{
		"Enable\n": "OK", "SetLaserPower 10\n": "OK", "SetLaserPower x\n": "ERROR 004 : invalid arguments: SetLaserPower x", "GetPosition\n": "0.00000,0.00000,0.00000",
		"GetDriveMoving\n": "False", "Disable\n": "OK", "GetMotorMoving foo\n": "ERROR 107 : no motor named foo available", "GetZoom\n": "No Zoom Motor",
		`{"command": "SetLaserOutput", "value": 5.0, "units": ""}` + "\n": "OK", `{"command": "SetLaserOutput", "value": 5.0, "units": "percent"}` + "\n": "OK",
		`{"command": "SetLaserOutput", "value": 5.0, "units": "watts"}` + "\n": "ERROR 106 : Laser failed to set its output in watts", "SetLaserOutput 5,percent\n": "OK", "SetLaserOutput 5 percent\n": "OK", "SetLaserOutput 5.0 \n": "OK", "SetLaserOutput 5 watts\n": "ERROR 106 : Laser failed to set its output in watts",
		"SetLaserOutput\n": "ERROR 004 : invalid arguments: SetLaserOutput ", "SetLaserOutput 5 watts now\n": "ERROR 004 : invalid arguments: SetLaserOutput 5 watts now",
		"SetLaserPower nan\n": "ERROR 004 : invalid arguments: SetLaserPower nan", "SetLaserPower 1e9\n": "ERROR 004 : invalid arguments: SetLaserPower 1e9",
		"SetLaserPower -1\n": "ERROR 004 : invalid arguments: SetLaserPower -1", "SetLaserPower\n": "ERROR 004 : invalid arguments: SetLaserPower ",
		"GetError\n": "OK", "GetGrainPolygonBlob\n": "No Response", "WakeScreen\n": "OK", "DoPattern spiral.lp\n": "ERROR 004 : invalid arguments: DoPattern spiral.lp",
		"SetXY (1.5, -2.0)\n": "ERROR 108 : Laser failed to position: there is no stage for SetXY", "GetPyrometerTemperature\n": "812.5", "ReadLaserPower\n": "No Response",
		"IsReady\n": "True", "SetLight 5\n": "OK", "StopVideoRecording\n": "No Response", "Fire burst\n": "ERROR 003 : invalid command: Fire burst", "GetValveStates\n": "ERROR 003 : invalid command: GetValveStates",
	} {
		onLaser(t, withLaser(), func(t *testing.T, h *laserHandler) {
			if got := h.answer(t.Context(), mac, request); got != want {
				t.Errorf("%q = %q, want %q", request, got, want)
			}
		})
	}
}

// While anything stands tripped, GetError names it and Enable fails without reaching the laser; switching off acts.
func TestNoLaserIsEnabledWhileATripStands(t *testing.T) {
	f := withLaser()
	f.tripped = "chamber pressure: ion1.ig is 2e-3"
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		for _, step := range []struct{ request, want string }{
			{"GetError", "chamber pressure: ion1.ig is 2e-3"}, {"Enable", "ERROR 102 : Laser failed to enable chamber pressure: ion1.ig is 2e-3"}, {"IsReady", "False"},
			{"SetLaserPower 0", "OK"}, {"Disable", "OK"},
		} {
			if got := h.answer(t.Context(), mac, step.request); got != step.want {
				t.Errorf("%s = %q, want %q", step.request, got, step.want)
			}
		}
	})
	refused := f.noted("commands_refused_total")
	if slices.Contains(f.moves(), "enabled 1") || len(refused) != 1 || !strings.Contains(refused[0].Note, "who=pychron@10.0.0.2 via=tcp") {
		t.Errorf("moved %v, refusals %+v; want nothing enabled and one refusal with the address", f.moves(), refused)
	}
}

// Enable is OK only once it is confirmed; repeats join. A rise of the power that takes its time is under way when it is answered.
func TestHoldsOfALaser(t *testing.T) {
	f := withLaser()
	f.travel["enabled"], f.travel["power"] = 1900*time.Millisecond, 10*time.Second
	f.laser.Gradual = true
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		var wg sync.WaitGroup
		begun := time.Now()
		for _, at := range []time.Duration{0, 1025 * time.Millisecond} {
			wg.Go(func() {
				time.Sleep(at)
				if got := h.answer(t.Context(), mac, "Enable"); got != "OK" || time.Since(begun) != 1900*time.Millisecond {
					t.Errorf("Enable at %v = %q after %v, want OK after 1.9 s", at, got, time.Since(begun))
				}
			})
		}
		wg.Wait()
		begun = time.Now()
		if got := h.answer(t.Context(), mac, "SetLaserPower 1"); got != "OK" || time.Since(begun) != 450*time.Millisecond {
			t.Errorf("SetLaserPower = %q after %v, want OK after 450 ms", got, time.Since(begun))
		}
		h.moves.stop()
		if f.asked != 2 {
			t.Errorf("%d commands, want 2", f.asked)
		}
	})
	f = withLaser()
	f.travel["enabled"] = 10 * time.Second
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		if got := h.answer(t.Context(), mac, "Enable"); !strings.HasPrefix(got, "ERROR 102") {
			t.Errorf("an Enable that is not confirmed = %q, want ERROR 102", got)
		}
	})
	for request, gradual := range map[string]bool{"SetLaserPower 0": true, "SetLaserPower 1": false} {
		f = withLaser()
		f.laser.Gradual, f.travel["power"] = gradual, 10*time.Second
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			if got := h.answer(t.Context(), mac, request); !strings.HasPrefix(got, "ERROR 106") {
				t.Errorf("a %s that is not confirmed = %q, want ERROR 106", request, got)
			}
		})
		f.travel["power"] = time.Second
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			begun := time.Now()
			if got := h.answer(t.Context(), mac, request); got != "OK" || time.Since(begun) != time.Second {
				t.Errorf("a %s that takes 1 s = %q after %v, want OK then", request, got, time.Since(begun))
			}
		})
	}
}

// Vector 17, and the end of a kept connection: a warning while the laser may be on, nothing for one command a connection.
func TestAKeptConnectionThatEndsWhileTheLaserIsOn(t *testing.T) {
	for _, c := range []struct {
		requests []string
		off      bool
		want     int
	}{{[]string{"Enable\n", "SetLaserPower 10\n", "SetLaserPower 0\n"}, false, 1}, {[]string{"Enable\n"}, false, 0}, {[]string{"Enable\n", "Disable\n"}, true, 0}} {
		f := withLaser()
		f.laser.Off = c.off
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			near, far := net.Pipe()
			var wg sync.WaitGroup
			wg.Go(func() {
				conn := &connection{conn: far, by: mac, dialect: h, options: &Options{}}
				conn.run(t.Context())
				h.left(mac, conn.answered)
			})
			for _, request := range c.requests {
				time.Sleep(30 * time.Minute)
				near.Write([]byte(request))
				if got := replies(t, near, 1); got[0] != "OK" {
					t.Errorf("%q after 30 minutes = %q, want OK", request, got)
				}
			}
			near.Close()
			wg.Wait()
		})
		if e := f.noted("agent_pychron_lasers_left_on_total"); len(e) != c.want || c.want > 0 && e[0].Severity != buffer.Warning {
			t.Errorf("%q, off %v: events %+v, want %d warnings", c.requests, c.off, e, c.want)
		}
	}
}

// A laser needs its own true: without it only queries are answered.
func TestALaserWithoutItsTrueIsOnlyAsked(t *testing.T) {
	f := withLaser()
	o := optionsFor(f)
	o.Laser, o.UDPCommands = "co2", true
	s := started(t, o)
	conn := dial(t, s)
	if got := ask(t, conn, "Enable\n", 100, 1); !strings.HasPrefix(got[0], "ERROR 102") {
		t.Errorf("Enable = %q, want ERROR 102", got)
	}
	if got := ask(t, conn, "GetError\n", 100, 1); got[0] != "OK" {
		t.Errorf("GetError = %q, want OK", got)
	}
	udp, err := net.Dial("udp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	udp.Write([]byte("Enable"))
	udp.SetDeadline(time.Now().Add(time.Minute))
	reply := make([]byte, 100)
	n, err := udp.Read(reply)
	if err != nil || !strings.HasPrefix(string(reply[:n]), "ERROR 102") || len(f.moves()) > 0 {
		t.Errorf("Enable by UDP = %q, %v, moved %v; want ERROR 102 and nothing moved", reply[:n], err, f.moves())
	}
}
