package main

import (
	"path/filepath"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

func TestManualValveIsWhereItWasReportedAfterARestart(t *testing.T) {
	model, err := drivers.Find("manual")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "journal")
	started := func(boot string) *agent {
		d := planFor("hand", "valve", nil, []config.Control{{Control: drivers.Control{Name: "open", Max: 1}, Enabled: true}})
		d.Model, d.Decoded = model, model.Defaults()
		h := quietAgent([]*config.DevicePlan{d})
		h.boot, h.boots = boot, []string{boot}
		h.plan().Config.Agent.Journal.Path = dir
		return h
	}
	first := started("b001")
	end := alive(t, first)
	until(t, "the first answer", func() bool { return first.heard("hand") })
	if _, err := first.commander.Command(t.Context(), order("hand", "open", 1)); err != nil {
		t.Fatal(err)
	}
	end()

	second := started("b002")
	defer alive(t, second)()
	until(t, "the first answer", func() bool { return len(second.present.Device("hand")) > 0 })
	if s := second.present.Device("hand")[0]; s.Missing != "" || s.Value != 1 {
		t.Errorf("after the restart the valve is %+v, want open, as it was reported", s)
	}
	commands := second.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == "commands_total" && e.Boot == "b001" })
	if len(commands) != 1 {
		t.Errorf("%d commands of the earlier start are shown, want 1", len(commands))
	}
	if b := second.Boots(); len(b) != 2 || b[0] != "b001" || b[1] != "b002" {
		t.Errorf("boots = %q, want the earlier one first", b)
	}
}
