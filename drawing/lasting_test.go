package drawing

import (
	"slices"
	"testing"
	"time"
)

// twoVolumes is a bone with a gauge and a thermometer, and a trap behind V1.
var twoVolumes = Line{
	Parts: []Part{{Name: "bone", Kind: Volume}, {Name: "trap", Kind: Volume}, {Name: "V1", Kind: Valve}, {Name: "G", Kind: Gauge, On: "bone"}, {Name: "T", Kind: Gauge, On: "bone"}},
	Pipes: []Pipe{{Ends: []string{"bone", "V1"}}, {Ends: []string{"V1", "trap"}}, {Ends: []string{"bone", "G"}}, {Ends: []string{"bone", "T"}}},
}

func stands(s State) Situation { return Situation{Valves: map[string]Standing{"V1": {State: s}}} }

// What a tracker knows of regions is told again of the same ones, as much later as it is, and of no others.
func TestRegionsRecalled(t *testing.T) {
	var tracker Tracker
	for i := range 61 {
		tracker.Read("G", time.Duration(i)*time.Second, 1e-6*float64(i+1), true)
	}
	observed := twoVolumes.Regions(stands(Closed))
	tracker.Observe(&twoVolumes, observed, 0)
	observed = twoVolumes.Regions(stands(Closed))
	tracker.Observe(&twoVolumes, observed, 60*time.Second)
	known := LastingOf(observed, 60*time.Second)

	again := twoVolumes.Regions(stands(Closed))
	Recall(again, known, 63*time.Second, []string{"G"})
	for _, r := range again {
		if r.Undated || r.Since != 63 || !r.AtLeast {
			t.Errorf("%s: for %g s, at least %t, undated %t; want at least 63 s", r.Name, r.Since, r.AtLeast, r.Undated)
		}
	}
	if rises := again[0].Rises; len(rises) != 1 || rises[0].Verdict != Rising || rises[0].Rate == nil {
		t.Errorf("the bone rises as %+v, want as it was observed", rises)
	}

	for name, r := range map[string]Region{"with V1 open": twoVolumes.Regions(stands(Open))[0], "of nobody": twoVolumes.Regions(stands(Closed))[0]} {
		all := []Region{r}
		if name == "of nobody" {
			Recall(all, nil, 63*time.Second, []string{"G"})
		} else {
			Recall(all, known, 63*time.Second, []string{"G"})
		}
		if r := all[0]; !r.Undated || r.Since != 0 || !slices.EqualFunc(r.Rises, []string{"G"}, func(r Rise, gauge string) bool { return r.Gauge == gauge && r.Verdict == NoVerdict && r.Rate == nil }) {
			t.Errorf("%s: for %g s, undated %t, %+v; want undated, and the rise by G not known", name, r.Since, r.Undated, r.Rises)
		}
	}
}
