package pychron

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// withFurnace is the line of valves with a furnace at 812.5 degrees.
func withFurnace() *fakeAgent {
	f := valvesABC(Closed)
	f.valves[0].Others = []string{"4"}
	f.valves = append(f.valves, Valve{Name: "setpoint", Device: "furnace", Control: "setpoint", Position: Closed})
	f.devices = []Device{{Names: []string{"furnace"}, Points: []Point{
		{Names: []string{"setpoint"}, Unit: buffer.Celsius, Value: 800, Known: true}, {Names: []string{"temperature"}, Unit: buffer.Celsius, Value: 812.5, Known: true},
		{Names: []string{"output"}, Unit: buffer.Percent, Value: 37, Known: true},
	}}}
	return f
}

// onFurnace runs a test against the port of a furnace, on a clock that moves when everything waits.
func onFurnace(t *testing.T, f *fakeAgent, test func(*testing.T, *furnaceHandler)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := contextOf(t)
		s := NewServer(Options{Agent: f, Furnace: "furnace", DeviceCommands: true})
		h, is := s.dialect(ctx).(*furnaceHandler)
		if !is {
			t.Fatal("the port of a furnace speaks another dialect")
		}
		test(t, h)
		h.moves.stop()
		cancel()
	})
}

func TestFurnaceDialect(t *testing.T) {
	onFurnace(t, withFurnace(), func(t *testing.T, h *furnaceHandler) {
		for _, step := range []struct{ request, want string }{
			{"GetChannelState 4", "False"}, {`{"command":"GetIndicatorState","name":"4","action":"closed"}`, "closed"},
			{"Open 4", "OK"}, {"GetChannelState 4", "True"}, {`{"command":"GetIndicatorState","name":"4","action":"open"}`, "open"},
			{"Close 4", "OK"}, {`{"command":"GetIndicatorState","name":"4","action":"closed"}`, "closed"},
			{`{"command":"GetIndicatorState","name":"99","action":"closed"}`, "ERROR 005 : 99 is not a registered valve name"},
			{"Open 99", "ERROR 004 : invalid arguments: Open 99"},
			{"GetTemperature", "812.5"}, {"GetProcessValue", "812.5"}, {"GetSetpoint", "800.0"}, {"GetPercentOutput", "37.0"},
			{"GetFurnaceSummary", `{"output":37,"response":812.5,"setpoint":800}`}, {`{"command":"SetSetpoint","setpoint":1}`, "OK"},
			{"SetSetpoint nan", "ERROR 004 : invalid arguments: SetSetpoint nan"}, {"SetSetpoint", "ERROR 004 : invalid arguments: SetSetpoint "},
			{"LowerFunnel", "ERROR 003 : invalid command: LowerFunnel"}, {"GetPressure a,b", "ERROR 003 : invalid command: GetPressure a,b"},
		} {
			if got := h.answer(t.Context(), mac, step.request); got != step.want {
				t.Errorf("%s = %q, want %q", step.request, got, step.want)
			}
		}
	})
}

// A valve whose state is not known is never said to be closed, nor open; a temperature that is not known is no number.
func TestFurnaceSaysNothingItDoesNotKnow(t *testing.T) {
	f := withFurnace()
	f.contra = map[string]bool{"A": true}
	f.valves[0].Position = Unknown
	for n := range f.devices[0].Points {
		f.devices[0].Points[n].Known = false
	}
	onFurnace(t, f, func(t *testing.T, h *furnaceHandler) {
		for request, want := range map[string]string{
			`{"command":"GetIndicatorState","name":"4","action":"closed"}`: "ERROR 010 : no response from device", "GetChannelState 4": "True", "GetTemperature": noResponse,
			"GetFurnaceSummary": `{"output":null,"response":null,"setpoint":null}`,
		} {
			if got := h.answer(t.Context(), mac, request); got != want {
				t.Errorf("%s = %q, want %q", request, got, want)
			}
		}
	})
}

func TestFurnaceIndicatorIsHeldUntilTheValveHasSettled(t *testing.T) {
	f := withFurnace()
	f.travel = map[string]time.Duration{"A": 1900 * time.Millisecond}
	onFurnace(t, f, func(t *testing.T, h *furnaceHandler) {
		begun := time.Now()
		if got := h.answer(t.Context(), mac, "Open 4"); got != moved || time.Since(begun) > 500*time.Millisecond {
			t.Errorf("Open = %q after %v, want OK within 0.45 s", got, time.Since(begun))
		}
		if got := h.answer(t.Context(), mac, `{"command":"GetIndicatorState","name":"4","action":"open"}`); got != "open" {
			t.Errorf("indicator = %q after %v, want open", got, time.Since(begun))
		}
	})
}
