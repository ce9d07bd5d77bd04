package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink/viewer/store"
)

// newHubIntake is an intake of an institute, and its clock.
func newHubIntake(t *testing.T) (in *testIntake, now *time.Time) {
	in = newTestIntake(t)
	in.ofLabs = true
	at := zero
	in.now = func() time.Time { return at }
	return in, &at
}

const crashed = `{"state":"online","boot":"b2","boots":[{"boot":"b1","last":{"readings":5},"journal":true}]}`

// The end of a boot that crashed is not lost while the lab has not answered; what comes out of its store is not, either.
func TestHubAsksTheLabForTheEndOfABoot(t *testing.T) {
	in, now := newHubIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 2), reading("b1", 3), reading("b1", 4), reading("b1", 5))
	in.receive(t, "pychron/line1/status", crashed, true)
	if len(in.requested) != 1 || in.requested[0].Boot != "b1" || in.requested[0].First != 6 || in.requested[0].Last != 0 || in.gaps(t) != "" {
		t.Fatalf("requested %+v with gaps %q, want all from 6 and no gap", in.requested, in.gaps(t))
	}
	in.add(t, reading("b1", 6), reading("b1", 7))
	in.receive(t, "pychron/line1/gap", `{"lane":"readings","boot":"b1","from":8,"to":0}`, false)
	for range 20 {
		*now = now.Add(10 * time.Second)
		in.receive(t, "pychron/line1/status", crashed, true)
	}
	if len(in.requested) != 1 {
		t.Errorf("requested %+v, want nothing after the answer", in.requested[1:])
	}
	if got, want := in.gaps(t), "b1/readings 8-0 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

// Where nobody answers, the end counts as lost after a minute, and is asked for on and on: the lab's store may be back.
func TestEndOfABootThatNobodyAnswersForIsLostAndAskedFor(t *testing.T) {
	in, now := newHubIntake(t)
	for range 5 {
		in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b2","boots":[{"boot":"b1","journal":true}]}`, true)
		*now = now.Add(10 * time.Second)
	}
	if got := in.gaps(t); got != "" {
		t.Errorf("gaps %q within a minute, want none", got)
	}
	asked := len(in.requested)
	if asked < 2 {
		t.Errorf("asked %d times in 50 s, want again", asked)
	}
	for range 30 {
		in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b2","boots":[{"boot":"b1","journal":true}]}`, true)
		*now = now.Add(10 * time.Second)
	}
	if got, want := in.gaps(t), "b1/readings 1-0 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
	if more := len(in.requested) - asked; more < 2 || more > 6 {
		t.Errorf("asked %d times in the five minutes after, want each 2 min at last", more)
	}
	in.add(t, reading("b1", 1), reading("b1", 2))
	if got, want := in.gaps(t), "b1/readings 3-0 declared=true;"; got != want {
		t.Errorf("gaps %q once two of them are here, want %q", got, want)
	}
}

// The same holds for a boot that the agent could not write down.
func TestHubAsksTheLabForTheEndOfABootThatWasNotWrittenDown(t *testing.T) {
	in, _ := newHubIntake(t)
	in.add(t, reading("b1", 1))
	in.add(t, reading("b2", 1))
	in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b2"}`, true)
	lanes := map[buffer.Lane]uint64{}
	for _, g := range in.requested {
		if g.Boot != "b1" || g.Last != 0 {
			t.Errorf("requested %+v, want the end of b1", g)
		}
		lanes[g.Lane] = g.First
	}
	if len(lanes) != 3 || lanes[buffer.Readings] != 2 || in.gaps(t) != "" {
		t.Errorf("requested from %v with gaps %q, want three lanes, readings from 2, and no gap", lanes, in.gaps(t))
	}
}

// restarted is an intake of an institute that has started again, over the same store.
func (in *testIntake) restarted() *testIntake {
	again := &testIntake{}
	again.intake = newIntake(in.store, in.live, in.now, func(g store.Gap) { again.requested = append(again.requested, g) }, in.log)
	again.ofLabs = true
	return again
}

// A hub that starts again asks for no end that was answered, of agents that crash often; what nobody has answered yet, as the lab was away, it asks
// for again, and a late answer is the last.
func TestRestartedHubAsksOnlyForEndsThatWereNotAnswered(t *testing.T) {
	in, _ := newHubIntake(t)
	const status = `{"state":"online","boot":"b9","boots":[{"boot":"b1","last":{"readings":5},"journal":true},{"boot":"b2","last":{"readings":7},"journal":true},{"boot":"b3","journal":true}]}`
	in.add(t, reading("b4", 1)) // one that the agent could not write down
	in.add(t, reading("b9", 1))
	ends := func(in *testIntake) (boots string) {
		in.receive(t, "pychron/line1/status", status, true)
		for _, g := range in.requested {
			if g.Last == 0 {
				boots += fmt.Sprintf("%s/%s %d;", g.Boot, g.Lane, g.First)
			}
		}
		in.requested = nil
		return boots
	}
	all := ends(in)
	if want := "b4/audit 1;b4/readings 2;b4/ingest 1;b1/readings 6;b2/readings 8;b3/readings 1;"; all != want {
		t.Fatalf("asked for %q, want %q", all, want)
	}
	if got := ends(in.restarted()); got != all {
		t.Errorf("before any answer a restart asks for %q, want %q", got, all)
	}
	for _, gap := range []string{`{"lane":"readings","boot":"b1","from":6,"to":0}`, `{"lane":"readings","boot":"b3","from":1,"to":0}`,
		`{"lane":"audit","boot":"b4","from":1,"to":0}`, `{"lane":"ingest","boot":"b4","from":1,"to":0}`} {
		in.receive(t, "pychron/line1/gap", gap, false)
	}
	again := in.restarted()
	if got, want := ends(again), "b4/readings 2;b2/readings 8;"; got != want {
		t.Errorf("after a restart asked for %q, want %q", got, want)
	}
	again.receive(t, "pychron/line1/gap", `{"lane":"readings","boot":"b2","from":8,"to":0}`, false)
	again.receive(t, "pychron/line1/gap", `{"lane":"readings","boot":"b4","from":2,"to":0}`, false)
	if got := ends(again.restarted()); got != "" {
		t.Errorf("after all answers a restart asks for %q, want nothing", got)
	}
}

// That an end counts as lost, as nobody has answered for a minute, is no answer: the lab may be back after the restart.
func TestRestartedHubAsksForAnEndThatCountsAsLost(t *testing.T) {
	in, now := newHubIntake(t)
	for range 20 {
		in.receive(t, "pychron/line1/status", crashed, true)
		*now = now.Add(10 * time.Second)
	}
	if got, want := in.gaps(t), "b1/readings 1-5 declared=false;b1/readings 6-0 declared=true;"; got != want {
		t.Fatalf("gaps %q, want %q", got, want)
	}
	again := in.restarted()
	again.receive(t, "pychron/line1/status", crashed, true)
	if !slices.ContainsFunc(again.requested, func(g store.Gap) bool { return g.Boot == "b1" && g.First == 6 && g.Last == 0 }) {
		t.Errorf("after a restart requested %+v, want the end from 6 on", again.requested)
	}
}
