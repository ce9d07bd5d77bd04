package hub

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/nats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNamesOfLabs(t *testing.T) {
	for name, ok := range map[string]bool{"argon": true, "Ar_2-b": true, "": false, "a.b": false, "a b": false, "a*": false, "a>": false,
		strings.Repeat("a", 32): true, strings.Repeat("a", 33): false} {
		if err := CheckLab(name); (err == nil) != ok {
			t.Errorf("CheckLab(%q) = %v", name, err)
		}
	}
}

// Agents of one name at two labs are two agents, and the way back to each is found.
func TestLabsTellAgentsOfOneNameApart(t *testing.T) {
	payload, err := uplink.ResendOf("pychron", "line1", uplink.Gap{Lane: buffer.Audit, Boot: "b1", From: 1, To: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, lab := range []string{"argon", "helium"} {
		for _, agent := range []string{"line1", "line1.lab.org"} {
			m := nats.Message{Subject: eventsSubject(lab, agent), Header: nats.Header{topicHeader: "pychron/" + agent + "/gap"}, Body: payload.Payload}
			got, err := decode([]string{"pychron"}, m)
			if err != nil || got.Agent != lab+"."+agent {
				t.Errorf("%s of %s is %q, %v", agent, lab, got.Agent, err)
			}
			if l, a, ok := split(got.Agent); !ok || l != lab || a != agent {
				t.Errorf("%q is %q of %q", got.Agent, a, l)
			}
		}
	}
}

// Every event of a message carries the lab's name: those of a block, too.
func TestEventsCarryTheirLab(t *testing.T) {
	m := uplink.Message{Kind: uplink.BlockMessage, Agent: "line1", Events: []buffer.Event{{Source: "line1"}, {Source: "line1"}}}
	if err := qualify(&m, "argon"); err != nil || m.Events[0].Source != "argon.line1" || m.Events[1].Source != "argon.line1" {
		t.Errorf("%+v, %v", m, err)
	}
	m = uplink.Message{Kind: uplink.EventMessage, Agent: "line1", Event: buffer.Event{Source: "line1"}}
	if err := qualify(&m, "argon"); err != nil || m.Event.Source != "argon.line1" || m.Agent != "argon.line1" {
		t.Errorf("%+v, %v", m, err)
	}
	long := uplink.Message{Agent: strings.Repeat("a", buffer.MaxString-5)}
	if err := qualify(&long, "argon"); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a name that is too long with its lab: %v, want an error", err)
	}
}

// Whatever an agent is called, its subject is one of its lab's and of no other's.
func TestSubjectsStayInTheirLab(t *testing.T) {
	publish, receive := LabSubjects("argon")
	for _, agent := range []string{"line1", "a.b", "*", ">", "a b", ""} {
		s := eventsSubject("argon", agent)
		if !slices.Contains(publish, s[:strings.LastIndexByte(s, '.')]+".*") || strings.ContainsAny(s, " *>") || strings.Count(s, ".") != 2 {
			t.Errorf("subject %q of the agent %q", s, agent)
		}
	}
	for _, s := range append(publish, receive...) {
		if !strings.Contains(s, "argon") || strings.HasPrefix(s, "$") {
			t.Errorf("a lab may use %q", s)
		}
	}
	if labOf(eventsSubject("argon", "x")) != "argon" || labOf("events") != "" {
		t.Error("the lab of a subject is another one")
	}
}

func TestMessageOfNoLab(t *testing.T) {
	_, err := decode([]string{"pychron"}, nats.Message{Subject: "events", Header: nats.Header{topicHeader: "pychron/line1/status"}, Body: []byte("{}")})
	if err == nil {
		t.Error("a message of no lab is taken")
	}
	_, err = decode([]string{"pychron"}, nats.Message{Subject: "events.argon.x", Header: nats.Header{topicHeader: "other/line1/status"}, Body: []byte("{}")})
	if !errors.Is(err, uplink.ErrMessage) {
		t.Errorf("a topic of another prefix: %v, want ErrMessage", err)
	}
}
