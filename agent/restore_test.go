package main

import (
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

func TestJournalBringsLatchesAndCountsThroughARestart(t *testing.T) {
	v := &fake{}
	plan := valvePlan("V1", v)
	h := quietAgent([]*config.DevicePlan{plan}, &rules.Rule{Name: "pressure"}, &rules.Rule{Name: "water"})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
	old := func(e buffer.Event) buffer.Event {
		e.Source, e.Boot, e.Lane, e.Seq = "test", "a000", buffer.Audit, 7
		return e
	}
	trip := func(rule string, value float64) buffer.Event {
		return old(buffer.Event{Kind: buffer.Trip, Value: value, Labels: buffer.MakeLabels("rule", rule)})
	}
	for _, e := range []buffer.Event{
		trip("pressure", 1), trip("water", 1), trip("water", 0),
		old(buffer.Event{Kind: buffer.State, Device: "V1", Note: "old=0 actuations=41"}),
		old(buffer.Event{Kind: buffer.State, Device: "V1", Note: "old=1 actuations=40"}),
		old(buffer.Event{Kind: buffer.System, Labels: buffer.MakeLabels("pipette", "air"), Note: "shots=12"}),
		{Source: "stranger", Boot: "f", Kind: buffer.Trip, Value: 1, Labels: buffer.MakeLabels("rule", "water")},
	} {
		h.restore(&e)
	}
	if !h.commander.Tripped("pressure") || h.commander.Tripped("water") {
		t.Errorf("tripped = pressure %t, water %t; want true, false", h.commander.Tripped("pressure"), h.commander.Tripped("water"))
	}
	i := h.made(plan)
	if n := i.Odometers.Of("actuations"); n != 41 {
		t.Errorf("actuations = %v, want 41: the highest that was kept", n)
	}
	if n := h.commander.CountOf("air").Shots; n != 12 {
		t.Errorf("shots = %d, want 12", n)
	}
	if b := h.Boots(); len(b) != 2 || b[1] != "a000" {
		t.Errorf("boots = %q, want the old one among them", b)
	}
	if e, _ := h.lanes.Audit.Since(nil, 0); len(e) != 6 || e[0].Seq != 7 {
		t.Errorf("%d events restored, the first with seq %d; want 6 with the seq they had", len(e), e[0].Seq)
	}
}

func TestDeviceThatIsMadeAnewGoesOnCounting(t *testing.T) {
	plan := valvePlan("V1", &fake{})
	h := quietAgent([]*config.DevicePlan{plan})
	i := h.made(plan)
	h.fleet.Add(i)
	i.Odometers.Restore("actuations=7")
	h.holdCounts(h.fleet.All())
	if n := h.made(plan).Odometers.Of("actuations"); n != 7 {
		t.Errorf("actuations after a reload = %v, want 7", n)
	}
}

func TestStatesThatMoveNoCountsDoNotPushThemOut(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{laserPlan("laser", &fake{}, time.Hour)})
	state := func(metric, text string) *buffer.Event {
		return &buffer.Event{Source: h.name, Boot: "before", Kind: buffer.State, Type: buffer.Gauge, Device: "laser", Metric: metric, Note: text}
	}
	h.restore(state("laser_is_enabled", "old=1 beam_seconds=12.5 shots=7"))
	for range 3 * maxRestored {
		h.restore(state("laser_is_coolant_interlock_open", "old=1"))
	}
	o := h.made(h.plan().Devices[0]).Odometers
	if o.Of("shots") != 7 || o.Of("beam_seconds") != 12.5 {
		t.Errorf("restored %+v, want 12.5 s and 7 shots: a count never goes backwards", o.List())
	}
}
