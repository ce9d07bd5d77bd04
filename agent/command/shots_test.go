package command

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// twoPipettes are a pipette of V1 and V2, and one of V3 and V4.
func twoPipettes() *config.Plan {
	open := func(name string) rules.Ref { return rules.Ref{Device: name, Point: "open"} }
	return &config.Plan{
		Devices:  []*config.DevicePlan{valve("V1"), valve("V2"), valve("V3"), valve("V4")},
		Pipettes: []*rules.Pipette{{Name: "air", In: open("V1"), Out: open("V2")}, {Name: "cocktail", In: open("V3"), Out: open("V4")}},
	}
}

// moved moves valves in turn, such as V1 open, and closes them again.
func (b *bench) moved(names ...string) {
	for _, name := range names {
		b.Command(b.t.Context(), order(name, "open", 1))
		b.Command(b.t.Context(), order(name, "open", 0))
	}
}

func TestShotsAreCountedToldAndOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, twoPipettes())
		b.stored()
		b.moved("V1")
		synctest.Wait()
		begun := map[string]rules.PipetteCount{}
		if b.onDisk(PipettesFile, &begun); !begun["air"].Loaded {
			t.Errorf("on disk once it was begun = %+v", begun)
		}
		b.moved("V2", "V1", "V2", "V3")
		if air, other := b.CountOf("air"), b.CountOf("cocktail"); air != (rules.PipetteCount{Shots: 2}) || other != (rules.PipetteCount{Loaded: true}) {
			t.Errorf("counts = %+v, %+v; want two shots, and one begun", air, other)
		}
		all := b.events("agent_pipette_shots_total")
		if len(all) != 2 || all[1].Value != 1 || all[1].Note != "shots=2" || all[1].Labels.Value("pipette") != "air" || all[1].Severity != buffer.Info || all[1].Status != "success" {
			t.Errorf("told %+v, want two shots of air", all)
		}
		synctest.Wait()
		saved := map[string]rules.PipetteCount{}
		if b.onDisk(PipettesFile, &saved); saved["air"].Shots != 2 || !saved["cocktail"].Loaded {
			t.Errorf("on disk = %+v", saved)
		}
		if s := b.Standing().Pipettes; len(s) != 2 || s[0].Pipette.Name != "air" || s[0].Count.Shots != 2 {
			t.Errorf("standing = %+v", s)
		}
		b.RecordAllShots()
		if all = b.events("agent_pipette_shots_total"); len(all) != 3 || all[2].Value != 0 || all[2].Note != "shots=2" || all[2].Severity != buffer.Info {
			t.Errorf("told once more %+v, want those of air alone, and none more", all[2:])
		}
	})
}

// What is read counts where a valve is seen to be open.
func TestWhichReadingsCountAsOpening(t *testing.T) {
	for _, c := range []struct {
		of   buffer.Sample
		want bool
	}{
		{buffer.Sample{Device: "V1", Name: "open", Value: 1}, true}, {buffer.Sample{Device: "V1", Name: "open"}, false},
		{buffer.Sample{Device: "V1", Name: "open", Value: 1, Missing: "no answer"}, false}, {buffer.Sample{Device: "V1", Name: "shut", Value: 1}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, twoPipettes())
			if b.CountShot("V1", &c.of); b.CountOf("air").Loaded != c.want {
				t.Errorf("after %+v loaded %t, want %t", c.of, b.CountOf("air").Loaded, c.want)
			}
		})
	}
}

// A shot whose outer valve nobody saw open is uncertain; one that was refused or closed is not.
func TestShotsThatNobodySaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, twoPipettes())
		b.moved("V1")
		b.actors["V2"].err = drivers.ErrRefused
		b.actors["V2"].stuck = true
		b.Command(t.Context(), order("V2", "open", 0))
		if c := b.CountOf("air"); c.Uncertain != 0 {
			t.Errorf("after a closing that failed %+v, want nothing uncertain", c)
		}
		b.Command(t.Context(), order("V2", "open", 1))
		if c := b.CountOf("air"); c.Uncertain != 1 || c.Shots != 0 {
			t.Errorf("after an opening that failed %+v, want it uncertain", c)
		}
		all := b.events("agent_pipette_shots_total")
		if len(all) != 1 || all[0].Value != 0 || all[0].Note != "shots=0 uncertain=1" || all[0].Severity != buffer.Warning || all[0].Status == "success" {
			t.Errorf("told %+v, want a warning", all)
		}
		b.actors["V2"].err, b.actors["V2"].stuck = nil, false
		b.moved("V2", "V1", "V2")
		all = b.events("agent_pipette_shots_total")
		if last := all[len(all)-1]; last.Note != "shots=2" || last.Severity != buffer.Info || last.Value != 1 {
			t.Errorf("told %+v, want two shots, the uncertain one seen", last)
		}
	})
}

// A valve that is open already is not opened, though it is told to.
func TestAValveThatIsOpenAlready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := twoPipettes()
		p.Devices[0].Moves[0].Idle = 1 // it shows that it is open from the beginning
		b := onBench(t, p)
		b.Command(t.Context(), order("V1", "open", 1))
		if c := b.CountOf("air"); c != (rules.PipetteCount{}) {
			t.Errorf("count = %+v, want none", c)
		}
	})
}

// What is told of counts with uncertain shots among them, when one is added and when they are only carried on.
func TestWhatIsToldOfCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, twoPipettes())
		b.RestoreShots("air", 20, 12)
		b.RestoreShots("cocktail", 1, 0)
		b.RecordAllShots()
		b.moved("V1", "V2")
		var got []string
		for _, e := range b.events("agent_pipette_shots_total") {
			got = append(got, fmt.Sprint(e.Note, " ", e.Severity, " ", e.Value))
		}
		wantList(t, "told", got, "shots=20 uncertain=12 warning 0", "shots=1 info 0", "shots=21 uncertain=12 info 1")
	})
}

func TestCountsNeverGoBackwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, twoPipettes())
		for _, c := range [][2]uint64{{5, 1}, {3, 2}, {4, 0}} {
			b.RestoreShots("air", c[0], c[1])
		}
		if c := b.CountOf("air"); c.Shots != 5 || c.Uncertain != 2 {
			t.Errorf("count = %+v, want the most of each", c)
		}
		for _, c := range []struct {
			cut  bool
			of   rules.PipetteCount
			want rules.PipetteCount
		}{
			{false, rules.PipetteCount{Shots: 4, Uncertain: 1, Loaded: true}, rules.PipetteCount{Shots: 5, Uncertain: 2, Loaded: true}},
			{false, rules.PipetteCount{Shots: 6, Half: true}, rules.PipetteCount{Shots: 6, Uncertain: 2, Loaded: true, Half: true}},
			{true, rules.PipetteCount{Uncertain: 7}, rules.PipetteCount{Shots: 6, Uncertain: 8}},
		} {
			b.restorePipettes(map[string]rules.PipetteCount{"air": c.of}, c.cut)
			if got := b.CountOf("air"); got != c.want {
				t.Errorf("restored %+v, cut %t = %+v, want %+v", c.of, c.cut, got, c.want)
			}
		}
	})
}

// How valves stand for others: as they are read, while they move, and whose they are.
func TestHowValvesStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, twoPipettes())
		refs := []rules.Ref{{Device: "V1", Point: "open"}, {Device: "V2", Point: "open"}, {Device: "V3", Point: "open"}, {Device: "V4", Point: "open"}}
		b.Command(t.Context(), order("V4", "open", 1))
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V1"})
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V2", Owner: "jr"})
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V3", Owner: "jr", OutOfService: true})
		b.actors["V1"].takes = 1e9
		b.asked(order("V1", "open", 0))
		want := []ValveStanding{
			{State: rules.Moving, Moving: true, Locked: true}, {State: rules.Closed, Owner: "jr"}, {State: rules.Closed, Locked: true, Owner: "jr"}, {State: rules.Open},
		}
		if got := b.Valves(refs); !slices.Equal(got, want) {
			t.Errorf("valves = %+v, want %+v", got, want)
		}
		for name, moving := range map[string]bool{"V1": true, "V2": false} {
			if s := b.Standing().Devices[name].Controls["open"]; s.Moving != moving {
				t.Errorf("%s moves: %t, want %t", name, s.Moving, moving)
			}
		}
		b.locks["V1"] = lock{until: b.clock.Steady()}
		if got := b.Valves(refs[:1]); got[0].Locked {
			t.Errorf("with a lock whose time is over = %+v", got)
		}
	})
}
