package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
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

// Which events of a journal bring what: those of this agent's earlier starts.
func TestWhatAJournalBrings(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})}, &rules.Rule{Name: "water"})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
	take := func(boot string, seq uint64, e buffer.Event) {
		e.Source, e.Boot, e.Seq = h.name, boot, seq
		h.restore(&e)
	}
	trip := func(rule string) buffer.Event {
		return buffer.Event{Kind: buffer.Trip, Value: 1, Labels: buffer.MakeLabels("rule", rule)}
	}
	pipette := buffer.MakeLabels("pipette", "air")
	take(h.boot, 9, trip("water")) // of this start
	take("a", 5, trip(command.HaltRule))
	take("a", 7, buffer.Event{Kind: buffer.System, Labels: pipette, Note: "shots=12 uncertain=2 more"})
	take("a", 6, buffer.Event{Kind: buffer.System, Labels: pipette, Note: "shots=many uncertain=1"})
	take("b", 1, buffer.Event{Kind: buffer.Command, Labels: pipette, Note: "shots=99"})
	take("b", 2, buffer.Event{Kind: buffer.State, Device: "V1", Point: "open", Value: 1, Note: "old=0"})
	take("b", 3, buffer.Event{Kind: buffer.State, Device: "V1", Point: "open", Missing: "no answer"})
	take("b", 4, buffer.Event{Kind: buffer.State, Device: "V1", Note: "old=0 actuations=41"})
	take("b", 5, buffer.Event{Kind: buffer.System, Device: "V1", Metric: odometerMetric, Note: "actuations=42"})
	take("b", 6, buffer.Event{Kind: buffer.System, Device: "V1", Metric: "another", Note: "actuations=99"})
	if h.commander.Tripped("water") || h.commander.Tripped(command.HaltRule) {
		t.Error("a trip of this start, or a halt, was taken for one of before")
	}
	if c := h.commander.CountOf("air"); c.Shots != 12 || c.Uncertain != 2 {
		t.Errorf("shots = %+v, want 12, two uncertain", c)
	}
	if k := h.restored["V1"]; !slices.Equal(k.Notes, []string{"old=0 actuations=41", "actuations=42"}) || !slices.Equal(k.States, []device.RestoredState{{Point: "open", Value: 1}}) {
		t.Errorf("of V1 %+v", k)
	}
	if !slices.Equal(h.boots, []string{h.boot, "a", "b"}) || h.inJournal["a"] != 7 || h.inJournal["b"] != 6 || len(h.inJournal) != 2 {
		t.Errorf("starts %q, the newest of each %v", h.boots, h.inJournal)
	}
	for n := range 2 * maxRestored {
		take("b", 7, buffer.Event{Kind: buffer.State, Device: "V1", Point: "open", Value: float64(n), Note: fmt.Sprint("actuations=", 100+n)})
	}
	k := h.restored["V1"]
	if len(k.Notes) != 16 || len(k.States) != 16 || k.Notes[15] != "actuations=131" || k.States[0].Value != 16 {
		t.Errorf("of many %+v, want the newest 16", k)
	}
}

// What is carried on: the counts of what has any.
func TestCountsThatAreCarriedOn(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{}), valvePlan("V2", &fake{})})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
	h.commander.RestoreShots("air", 3, 0)
	for n, d := range h.plan().Devices {
		i := h.made(d)
		h.fleet.Add(i)
		if n == 0 {
			i.Odometers.Restore("actuations=7")
		}
	}
	h.recordOdometers()
	all, _ := h.lanes.Audit.Since(nil, 0)
	if len(all) != 2 || all[0].Metric != odometerMetric || all[0].Value != 1 || all[0].Device != "V1" || !strings.Contains(all[0].Note, "actuations=7") || all[1].Note != "shots=3" {
		t.Errorf("carried on %+v, want V1 and air", all)
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

// What is taken back of the events of an earlier start, and what is left.
func TestEventsThatAreTakenBack(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})}, &rules.Rule{Name: "pressure"})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
	air := buffer.MakeLabels("pipette", "air")
	for _, e := range []buffer.Event{
		{Kind: buffer.System, Metric: odometerMetric, Device: "V1", Note: "actuations=50"},
		{Kind: buffer.System, Metric: "agent_boots_total", Device: "V1", Note: "actuations=99"},
		{Kind: buffer.System, Labels: air, Note: "shots=3 uncertain=2"},
		{Kind: buffer.Command, Labels: air, Note: "shots=99"},
		{Kind: buffer.Trip, Value: 1, Labels: buffer.MakeLabels("rule", command.HaltRule)},
		{Kind: buffer.State, Device: "V1", Point: "open", Value: 1},
		{Kind: buffer.State, Device: "V1", Point: "open", Missing: "no answer"},
		{Kind: buffer.State, Device: "V1", Value: 1},
	} {
		e.Source, e.Boot, e.Lane, e.Seq = h.name, "before", buffer.Audit, 7
		h.restore(&e)
	}
	own := buffer.Event{Source: h.name, Boot: h.boot, Kind: buffer.Trip, Value: 1, Labels: buffer.MakeLabels("rule", "pressure")}
	h.restore(&own)
	if h.commander.Tripped(command.HaltRule) || h.commander.Tripped("pressure") {
		t.Error("a halt, or a trip of this start, is taken back as a trip of a rule")
	}
	if n := h.made(h.plan().Devices[0]).Odometers.Of("actuations"); n != 50 {
		t.Errorf("actuations = %v, want the 50 of the event that only carries odometers on", n)
	}
	if c := h.commander.CountOf("air"); c.Shots != 3 || c.Uncertain != 2 {
		t.Errorf("count of the pipette = %+v, want 3 shots, 2 of them uncertain", c)
	}
	if k := h.restored["V1"]; len(k.States) != 1 || k.States[0] != (device.RestoredState{Point: "open", Value: 1}) {
		t.Errorf("states = %+v, want the one that is known and has a point", k.States)
	}
	if h.inJournal["before"] != 7 || len(h.inJournal) != 1 {
		t.Errorf("in the journal %v, want up to 7 of the earlier start", h.inJournal)
	}
}

func TestNewestOfWhatIsRestoredIsKept(t *testing.T) {
	h := quietAgent([]*config.DevicePlan{valvePlan("V1", &fake{})})
	for n := range 40 {
		h.restore(&buffer.Event{Source: h.name, Boot: "before", Kind: buffer.State, Device: "V1", Point: "open", Value: float64(n), Note: fmt.Sprint("old=0 actuations=", n)})
	}
	k := h.restored["V1"]
	if len(k.States) != 16 || k.States[15].Value != 39 || len(k.Notes) != 16 || !strings.HasSuffix(k.Notes[15], "=39") {
		t.Errorf("%d states and %d notes are kept, want the newest 16", len(k.States), len(k.Notes))
	}
}

// The counts are carried on of what has any: of one actuation too, and of pipettes.
func TestCountsAreCarriedOn(t *testing.T) {
	plan := valvePlan("V1", &fake{})
	h := quietAgent([]*config.DevicePlan{plan, valvePlan("V2", &fake{})})
	h.plan().Pipettes = []*rules.Pipette{{Name: "air"}}
	for _, p := range h.plan().Devices {
		h.fleet.Add(h.made(p))
	}
	h.fleet.Find("V1").Odometers.Restore("actuations=1")
	h.commander.RestoreShots("air", 3, 0)
	h.recordOdometers()
	noted := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Metric == odometerMetric })
	if len(noted) != 1 || noted[0].Device != "V1" || noted[0].Value != 1 || !strings.Contains(noted[0].Note, "actuations=1") {
		t.Errorf("carried on %+v, want one event of the valve that moved", noted)
	}
	if shots := h.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("pipette") == "air" }); len(shots) != 1 {
		t.Errorf("%d events of the pipette, want one", len(shots))
	}
}
