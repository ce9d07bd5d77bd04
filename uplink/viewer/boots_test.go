package main

import (
	"testing"

	"pychron-edge/buffer"
)

// Boots that never met a broker, or that were published while nobody subscribed, are accounted for.
func TestBootsNobodyHeardOfAreAccountedFor(t *testing.T) {
	for name, c := range map[string]struct{ boots, gaps string }{
		"it stopped in order":       {`{"boot":"b0","last":{"audit":3,"readings":289},"clean":true}`, "b0/audit 1-3 declared=false;b0/readings 1-289 declared=false;"},
		"it was killed":             {`{"boot":"b0","last":{"readings":300}}`, "b0/audit 1-0 declared=true;b0/readings 1-300 declared=false;b0/readings 301-0 declared=true;"},
		"it was killed, a journal":  {`{"boot":"b0","last":{"audit":3},"journal":true}`, "b0/audit 1-3 declared=false;b0/readings 1-0 declared=true;"},
		"nothing is known of it":    {`{"boot":"b0"}`, "b0/audit 1-0 declared=true;b0/readings 1-0 declared=true;"},
		"it recorded nothing":       {`{"boot":"b0","clean":true}`, ""},
		"all of it is here already": {`{"boot":"b1","last":{"readings":2},"clean":true}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := newTestIntake(t)
			in.add(t, reading("b1", 1), reading("b1", 2))
			in.add(t, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Time: zero, Kind: buffer.System,
				Type: buffer.Counter, Metric: "agent_stops_total", Value: 1, Status: "success"})
			payload := `{"state":"online","boot":"b2","boots":[` + c.boots + `]}`
			for range 3 {
				in.receive(t, "pychron/line1/status", payload, true)
			}
			again := &testIntake{intake: newIntake(in.store, in.live, in.now, in.request, in.log)} // the viewer starts again
			again.receive(t, "pychron/line1/status", payload, true)
			if got := in.gaps(t); got != c.gaps {
				t.Errorf("gaps %q, want %q", got, c.gaps)
			}
		})
	}
}

// What the agent answers of a boot that is over is stored or declared: nothing stays open.
func TestAccountOfAnEarlierBootEnds(t *testing.T) {
	in := newTestIntake(t)
	status := `{"state":"online","boot":"b2","boots":[{"boot":"b1","last":{"readings":300},"clean":true}]}`
	in.receive(t, "pychron/line1/status", status, true)
	if len(in.requested) != 1 || in.requested[0].Boot != "b1" || in.requested[0].Last != 300 {
		t.Fatalf("requested %+v, want 1-300 of b1", in.requested)
	}
	in.receive(t, "pychron/line1/gap", `{"lane":"readings","boot":"b1","from":1,"to":300}`, false)
	in.receive(t, "pychron/line1/status", status, true)
	if got, want := in.gaps(t), "b1/readings 1-300 declared=true;"; got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

// A boot that the agent could not write down, because its disk was full or read-only, is accounted for even where the events of the next
// one came before its status, and where there are several of them.
func TestBootThatTheAgentCouldNotWriteDownIsAccountedFor(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 2))
	in.add(t, reading("b2", 1))
	in.add(t, reading("b3", 1)) // the status before it was dropped
	for range 2 {
		in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b3"}`, true)
	}
	want := "b1/audit 1-0 declared=true;b1/readings 3-0 declared=true;b1/ingest 1-0 declared=true;" +
		"b2/audit 1-0 declared=true;b2/readings 2-0 declared=true;b2/ingest 1-0 declared=true;"
	if got := in.gaps(t); got != want {
		t.Errorf("gaps %q, want %q", got, want)
	}
}

// A stop in order says how much was recorded: it may be here, for it has a lane of its own, while readings before it are not, and the agent
// could not write down how it ended.
func TestStopInOrderThatWasNotWrittenDownSaysWhatIsMissing(t *testing.T) {
	for note, want := range map[string]string{
		"readings=9 ingest=1 why=\"asked to stop\" up=8s": "b1/readings 3-9 declared=false;b1/ingest 1-1 declared=false;",
		"readings=2 ingest=0 why=\"asked to stop\" up=8s": "",
		"why=\"readings=9 ingest=1\" up=8s":               "", // an agent of before tells no numbers
	} {
		in := newTestIntake(t)
		in.add(t, reading("b1", 1), reading("b1", 2))
		in.add(t, buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 1, Time: zero, Kind: buffer.System,
			Type: buffer.Counter, Metric: "agent_stops_total", Value: 1, Status: "success", Note: note})
		in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b2"}`, true)
		if got := in.gaps(t); got != want {
			t.Errorf("%s: gaps %q, want %q", note, got, want)
		}
	}
}
