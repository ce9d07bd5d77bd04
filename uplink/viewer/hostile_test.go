package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// receive decodes a message as the subscriber does, and handles it.
func (in *testIntake) receive(t testing.TB, topic, payload string, retained bool) {
	t.Helper()
	m, err := uplink.DecodeUnder([]string{"pychron"}, topic, []byte(payload), retained)
	if err != nil {
		in.refused.add(m.Agent, err)
		return
	}
	if err := handleMessages(t.Context(), in.intake, []uplink.Message{m}); err != nil {
		t.Fatalf("%s %s: %v; an error makes the broker send it again for ever", topic, payload, err)
	}
}

// works checks that the store, the fleet and another agent do not suffer from what came.
func (in *testIntake) works(t testing.TB, boot string) {
	t.Helper()
	e := reading(boot, 1)
	e.Source = "good"
	in.receive(t, "pychron/good/readings/ion1/ig", string(buffer.AppendJSON(nil, &e)), false)
	in.receive(t, "pychron/good/status", `{"state":"online","boot":"`+boot+`","through":{"readings":1}}`, true)
	if n, err := in.store.Last(t.Context(), "good", boot, buffer.Readings); n != 1 || err != nil {
		t.Fatalf("Last of a good agent = %d, %v, want 1", n, err)
	}
	if _, err := in.store.(*store.Store).Gaps(t.Context(), "", 1000); err != nil {
		t.Fatal(err)
	}
	events, err := in.store.(*store.Store).Events(t.Context(), buffer.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		buffer.AppendJSON(nil, &e)
	}
	var st telemetry.Status
	if err := in.fleet.fill(&st, "", in.now()); err != nil {
		t.Fatal(err)
	}
	in.refused.due(in.now())
}

// One such status stopped the store for all agents, at every start again.
func TestHostileStatusIsSetAside(t *testing.T) {
	for name, payload := range map[string]string{
		"a number beyond the database": `{"state":"online","boot":"b1","through":{"audit":9223372036854775808}}`,
		"a number beyond 2^53":         `{"state":"online","boot":"b1","through":{"audit":9007199254740992}}`,
		"an unknown lane":              `{"state":"online","boot":"b1","through":{"fast":1}}`,
		"a key twice":                  `{"state":"online","boot":"b1","boot":"b2"}`,
		"no boot":                      `{"state":"online"}`,
		"an unknown state":             `{"state":"on","boot":"b1"}`,
		"a long boot":                  `{"state":"online","boot":"` + strings.Repeat("b", 129) + `"}`,
		"a negative heartbeat":         `{"state":"online","boot":"b1","heartbeat":-1}`,
		"a heartbeat of years":         `{"state":"online","boot":"b1","heartbeat":1e300}`,
		"nested without end":           `{"state":"online","boot":"b1","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
		"a device twice":               `{"state":"online","boot":"b1","devices":[{"name":"a"},{"name":"a"}]}`,
		"null":                         `null`,
		"no JSON":                      `{`,
	} {
		in := newTestIntake(t)
		in.receive(t, "pychron/line1/status", payload, true)
		if s := in.fleet.sources(zero); len(s) != 0 {
			t.Errorf("%s: agents %+v, want none", name, s)
		}
		if got := in.gaps(t); got != "" {
			t.Errorf("%s: gaps %q, want none", name, got)
		}
		events := in.refused.due(zero)
		if len(events) != 1 || events[0].Labels.Value("agent") != "line1" || events[0].Severity != buffer.Warning {
			t.Errorf("%s: events %+v, want one about line1", name, events)
		}
		in.works(t, "g1")
	}
}

func TestLinkThatIsNoWebPageIsNotShown(t *testing.T) {
	in := newTestIntake(t)
	for address, want := range map[string]string{"javascript:alert(1)": "", "http://10.0.0.7:9119": "http://10.0.0.7:9119", "": "", "ftp://x": ""} {
		in.receive(t, "pychron/line1/status", `{"state":"online","boot":"b1","http":"`+address+`"}`, true)
		if got := in.fleet.sources(zero)[0].HTTP; got != want {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
}

func TestRefusedMessagesMakeOneEventAMinute(t *testing.T) {
	var r refusals
	for range 1000 {
		r.add("line1", errors.New("nonsense"))
	}
	if e := r.due(zero); len(e) != 1 || e[0].Value != 1000 {
		t.Fatalf("events %+v, want one of 1000 messages", e)
	}
	r.add("line1", errors.New("nonsense"))
	if e := r.due(zero.Add(59 * time.Second)); len(e) != 0 {
		t.Errorf("events %+v within a minute, want none", e)
	}
	if e := r.due(zero.Add(time.Minute)); len(e) != 1 || e[0].Value != 1 {
		t.Errorf("events %+v after a minute, want one of 1 message", e)
	}
	if r.due(zero.Add(2 * time.Minute)); len(r.agents) != 0 {
		t.Errorf("%d agents kept, want none after a quiet minute", len(r.agents))
	}
	for i := range 3 * maxAgents {
		r.add(fmt.Sprint("agent", i), errors.New("nonsense"))
	}
	if len(r.agents) > maxAgents+1 {
		t.Errorf("%d agents counted, want at most %d", len(r.agents), maxAgents+1)
	}
}

func TestAgentsBeyondTheLimitAreSetAside(t *testing.T) {
	in := newTestIntake(t)
	for i := range maxAgents + 5 {
		in.receive(t, fmt.Sprintf("pychron/a%d/status", i), `{"state":"online","boot":"b1"}`, true)
	}
	if n := len(in.fleet.sources(zero)); n != maxAgents {
		t.Errorf("%d agents, want %d", n, maxAgents)
	}
	if n := len(in.refused.due(zero)); n != 5 {
		t.Errorf("%d events about agents too many, want 5", n)
	}
}

func TestPointsOfAnAgentAreBounded(t *testing.T) {
	f := newFleet(func() time.Time { return zero })
	for i := range maxPoints + 5 {
		e := reading("b1", uint64(i+1))
		e.Point = fmt.Sprint(i)
		f.addEvent(&e)
	}
	var st telemetry.Status
	if err := f.fill(&st, "", zero); err != nil || len(st.Devices) != 1 || len(st.Devices[0].Points) != maxPoints {
		t.Errorf("%d points, %v, want %d", len(st.Devices[0].Points), err, maxPoints)
	}
}

// FuzzMessages takes a sequence of messages, each "topic payload" on a line, retained if it begins with "!", with a SQLite store
// behind: none is an error, and another agent's messages are stored and shown after it.
func FuzzMessages(f *testing.F) {
	e, a := reading("b1", 7), reading("b1", 3)
	a.Lane, a.Kind, a.Value = buffer.Audit, buffer.Clock, 5
	event, audit := string(buffer.AppendJSON(nil, &e)), string(buffer.AppendJSON(nil, &a))
	f.Add([]byte("pychron/line1/readings/ion1/ig " + event + "\n!pychron/line1/status " + `{"state":"online","boot":"b1","through":{"readings":9}}`))
	f.Add([]byte("pychron/line1/audit " + audit + "\npychron/line1/gap " + `{"lane":"audit","boot":"b1","from":1,"to":2}`))
	f.Add([]byte("!pychron/line1/status " + `{"state":"online","boot":"b1","through":{"audit":9223372036854775808}}`))
	f.Add([]byte("pychron/line1/gap " + `{"lane":"audit","boot":"b1","from":1,"to":0}` + "\n!pychron/line1/state/V1/open {}"))
	db, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "events.db")) // one for all: opening takes most of the time
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	boots := 0
	f.Fuzz(func(t *testing.T, script []byte) {
		now := func() time.Time { return zero }
		in := &testIntake{intake: newIntake(db, newLive(buffer.NewLanes(10, 100, 10), newFleet(now)), now, func(store.Gap) {}, slog.New(slog.DiscardHandler))}
		for i, message := range bytes.Split(script, []byte("\n")) {
			if i == 20 {
				break
			}
			message, retained := bytes.CutPrefix(message, []byte("!"))
			topic, payload, _ := strings.Cut(string(message), " ")
			in.receive(t, topic, payload, retained)
		}
		boots++
		in.works(t, fmt.Sprint("g", boots))
	})
}
