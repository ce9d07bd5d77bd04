package main

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
)

// What says on_exit: halt is halted at the end as a laser is; what says nothing is left where it is.
func TestExitHaltsWhatSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		halted, held := &fake{}, &fake{}
		halts := valvePlan("V1", halted)
		halts.OnExit = "halt"
		h, stop := testAgent(t, []*config.DevicePlan{halts, valvePlan("V2", held)})
		time.Sleep(time.Second)
		for _, name := range []string{"V1", "V2"} {
			if _, err := h.commander.Command(t.Context(), order(name, "open", 1)); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		if halted.is("open") != 0 {
			t.Errorf("after the end the valve with on_exit: halt is open; on its wire %q, want a halt last", halted.sent())
		}
		if held.is("open") != 1 {
			t.Errorf("after the end the valve without on_exit is closed; on its wire %q, want no halt", held.sent())
		}
	})
}
