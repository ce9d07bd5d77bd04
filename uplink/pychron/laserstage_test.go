package pychron

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// withStage is a laser with a stage of two axes and a focus: x from 0 to 25 mm, y from -10 to 10 mm, z of another device.
func withStage() *fakeAgent {
	f := withLaser()
	at := func(meters float64) Point { return Point{Unit: buffer.Meters, Value: meters, Known: true} }
	f.laser.Stage = [3]*Axis{
		{Device: "stage", Control: "x", Max: 0.025, Position: at(0.001)}, {Device: "stage", Control: "y", Min: -0.01, Max: 0.01, Position: at(-0.0025)},
		{Device: "focus", Control: "position", Max: 0.05, Position: at(0.01)},
	}
	return f
}

func (f *fakeAgent) commanded() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append(all, f.got...)
}

// Vectors 4, 5 and 10 of a laser with a stage, and what it refuses.
func TestStage(t *testing.T) {
	for _, c := range []struct {
		request, want string
		got           []string
	}{
		{"GetPosition\n", "1.00000,-2.50000,10.00000", nil},
		{"GetDriveMoving\n", "False", nil},
		{"SetXY (1.5, -2.0)\n", "OK", []string{"stage.x 0.0015", "stage.y -0.002"}},
		{"SetXY 25,10\n", "OK", []string{"stage.x 0.025", "stage.y 0.01"}},
		{"SetX 3\n", "OK", []string{"stage.x 0.003"}},
		{"SetY -1\n", "OK", []string{"stage.y -0.001"}},
		{`{"command": "SetZ", "value": 12.5}` + "\n", "OK", []string{"focus.position 0.0125"}},
		{"SetX 26\n", "ERROR 108 : Laser failed to position: 26 is beyond 0 to 25 mm", nil},
		{"SetXY 1,11\n", "ERROR 108 : Laser failed to position: 11 is beyond -10 to 10 mm", nil},
		{"SetX nan\n", "ERROR 004 : invalid arguments: SetX nan", nil},
		{"SetX\n", "ERROR 004 : invalid arguments: SetX ", nil},
		{"SetXY 1\n", "ERROR 004 : invalid arguments: SetXY 1", nil},
		{"GoToHole 1,True\n", "ERROR 108 : Laser failed to position: there is no stage for GoToHole", nil},
	} {
		f := withStage()
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			if got := h.answer(t.Context(), mac, c.request); got != c.want {
				t.Errorf("%q = %q, want %q", c.request, got, c.want)
			}
			h.moves.stop()
		})
		got := f.commanded()
		slices.Sort(got)
		if !slices.Equal(got, c.got) {
			t.Errorf("%q commands %q, want %q", c.request, got, c.got)
		}
	}
}

// A motion is answered at once; whether it moves is read, and what is not known to stand still moves.
func TestAMotionIsAnsweredAtOnce(t *testing.T) {
	f := withStage()
	f.travel["stage"] = 10 * time.Second
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		begun := time.Now()
		for range 2 {
			if got := h.answer(t.Context(), mac, "SetX 3"); got != "OK" || time.Since(begun) > moveHold {
				t.Errorf("SetX = %q after %v, want OK after %v", got, time.Since(begun), moveHold)
			}
		}
		f.with(func() { f.laser.Stage[0].Moving = true })
		for request, want := range map[string]string{"GetDriveMoving": "OK", "GetXMoving": "OK", "GetYMoving": "False", "GetZMoving": "False"} {
			if got := h.answer(t.Context(), mac, request); got != want {
				t.Errorf("%s = %q, want %q", request, got, want)
			}
		}
		if got := h.answer(t.Context(), mac, "StopDrive"); got != "OK" || !slices.Equal(f.moves(), []string{"stop stage", "stop focus"}) {
			t.Errorf("StopDrive = %q, stopped %q; want each device once", got, f.moves())
		}
		h.moves.stop()
	})
	if got := f.commanded(); len(got) != 1 {
		t.Errorf("commands %q, want one: the repeat joins", got)
	}
}

// A position that is not known is no number; a motion that is refused, or asked for where commands are not taken, is an error.
func TestAStageThatIsNotKnownOrNotTaken(t *testing.T) {
	f := withStage()
	f.laser.Stage[1].Position.Known = false
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		if got := h.answer(t.Context(), mac, "GetPosition"); got != "" {
			t.Errorf("GetPosition = %q, want nothing", got)
		}
		f.refuse = "stage is locked"
		if got := h.answer(t.Context(), mac, "SetXY 1,1"); !strings.HasPrefix(got, "ERROR 108") || !strings.Contains(got, "stage is locked") {
			t.Errorf("SetXY of a locked stage = %q, want ERROR 108 and why", got)
		}
		asks := mac
		asks.Commands = false
		for _, request := range []string{"SetX 1", "StopDrive"} {
			if got := h.answer(t.Context(), asks, request); !strings.HasPrefix(got, "ERROR 108") {
				t.Errorf("%s where commands are not taken = %q, want ERROR 108", request, got)
			}
		}
		if len(f.moves()) > 0 {
			t.Errorf("moved %q, want nothing", f.moves())
		}
	})
}

// An axis that cannot be stopped does not keep the others moving.
func TestStopDriveStopsWhatItCan(t *testing.T) {
	f := withStage()
	f.refuse = "the line is lost"
	onLaser(t, f, func(t *testing.T, h *laserHandler) {
		got := h.answer(t.Context(), mac, "StopDrive")
		if !strings.HasPrefix(got, "ERROR 108") || !strings.Contains(got, "the line is lost") || !slices.Equal(f.moves(), []string{"stop stage", "stop focus"}) {
			t.Errorf("StopDrive = %q, told to stop %q; want both devices and the error", got, f.moves())
		}
	})
}

// Vector 7: watts where the laser's power is in watts.
func TestPowerInWatts(t *testing.T) {
	f := withLaser()
	f.laser.Unit, f.laser.Max = buffer.Watts, 10
	for request, want := range map[string]string{
		`{"command": "SetLaserOutput", "value": 5.0, "units": "watts"}` + "\n": "OK", "SetLaserOutput 5,watts\n": "OK",
		`{"command": "SetLaserOutput", "value": 5.0, "units": ""}` + "\n": "ERROR 106 : Laser failed to set its output in percent",
	} {
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			if got := h.answer(t.Context(), mac, request); got != want {
				t.Errorf("%q = %q, want %q", request, got, want)
			}
		})
	}
}

// A power of 0 acts whatever unit the laser has, and where it has none: it is switched off.
func TestNoPowerActsOnEveryLaser(t *testing.T) {
	for _, c := range []struct {
		laser Laser
		want  string
	}{
		{Laser{Power: "power", Unit: buffer.Watts, Max: 10}, "power 0"}, {Laser{Power: "current", Unit: buffer.Amperes, Max: 30}, "current 0"},
		{Laser{}, "enabled 0"}, {Laser{Power: "power", Unit: buffer.Percent, Min: 5, Max: 100}, "enabled 0"},
	} {
		f := withLaser()
		f.laser = c.laser
		f.valves = []Valve{{Name: c.want[:len(c.want)-2], Device: "co2", Control: c.want[:len(c.want)-2], Position: Open}}
		onLaser(t, f, func(t *testing.T, h *laserHandler) {
			for _, request := range []string{"SetLaserPower 0", `{"command": "SetLaserOutput", "value": 0, "units": "watts"}`} {
				f.with(func() { f.valves[0].Position, f.sets = Open, nil })
				if got := h.answer(t.Context(), mac, request); got != "OK" || !slices.Equal(f.moves(), []string{c.want}) {
					t.Errorf("%s of %+v = %q, moved %q; want OK and %s", request, c.laser, got, f.moves(), c.want)
				}
			}
			if got := h.answer(t.Context(), mac, "SetLaserPower 5"); c.laser.Unit != buffer.Percent && !strings.HasPrefix(got, "ERROR 106") {
				t.Errorf("SetLaserPower 5 of %+v = %q, want ERROR 106", c.laser, got)
			}
		})
	}
}
