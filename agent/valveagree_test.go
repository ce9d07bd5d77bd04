package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
	"pychron-edge/drawing"
	"pychron-edge/uplink/pychron"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// fourValves are valves of each kind: with switches, without, one of a box, by hand; and one that may open only while all these are closed.
const fourValves = `agent: {name: a, clock: trusted, listen: 127.0.0.1:0}
devices:
  - {name: V1, model: valve, pins: {solenoid: GPIO1, opened: GPIO2, closed: GPIO3}, control: true, interlock: {closed: [G]}}
  - {name: V2, model: valve, pins: {solenoid: GPIO4}, control: true, unpowered: closed, interlock: {closed: [G]}}
  - {name: box, model: arduino-valvebox, port: "serial:///dev/box", options: {channels: {0: A}}, control: true, channels: {A: {interlock: {closed: [G]}}}}
  - {name: hand, model: manual, control: true}
  - {name: G, model: valve, pins: {solenoid: GPIO5, opened: GPIO6, closed: GPIO7}, control: true, interlock: {closed: [V1, V2, box.A, hand]}}
pychron: {listen: "127.0.0.1:0", networks: [127.0.0.1]}
drawing:
  volumes: [{name: line}, {name: a}, {name: b}, {name: c}, {name: d}, {name: e}]
  valves:
    - {valve: V1, joins: [line, a]}
    - {valve: V2, joins: [line, b]}
    - {valve: box.A, joins: [line, c]}
    - {valve: hand, joins: [line, d]}
    - {valve: G, joins: [line, e]}
`

// heard is what is heard of a 0/1 point: any value, old or not, with or without a reason why there is none.
func heard(t *rapid.T, now time.Duration, device, channel, name string) buffer.Sample {
	s := buffer.Sample{Device: device, Channel: channel, Name: name, StaleAfter: 5 * time.Second, Up: now}
	s.Value = float64(rapid.IntRange(0, 1).Draw(t, name))
	switch rapid.IntRange(0, 5).Draw(t, "how") {
	case 0:
		s.Missing = "no answer"
	case 1:
		s.Up = now - 6*time.Second
	case 2:
		s.Value = 0.5
	}
	return s
}

// Rules, the drawing, the list of the page, the halt table and Pychron's clients have one state of every valve; what is not known to one
// of them is not known to any, and never closed.
func TestEverybodyHasOneStateOfAValve(t *testing.T) {
	plan, list, err := config.PlanOf("agent.yaml", []byte(fourValves))
	if err != nil {
		t.Fatal(err, list)
	}
	h := newAgent(plan, "b001", "test", false, quiet)
	rapid.Check(t, func(t *rapid.T) {
		now := h.clock.Up()
		for _, d := range []string{"V1", "V2", "G"} {
			h.present.Set(d, []buffer.Sample{heard(t, now, d, "", "open"), heard(t, now, d, "", "commanded")})
		}
		h.present.Set("box", []buffer.Sample{heard(t, now, "box", "A", "open"), heard(t, now, "box", "", "A_commanded")})
		h.present.Set("hand", []buffer.Sample{heard(t, now, "hand", "", "open")})

		standing := h.commander.Standing()
		served := map[string]pychron.Position{}
		for _, v := range h.servedLine().Valves() {
			served[v.Device+"."+v.Control] = v.Position
		}
		view := rules.View{Present: &h.present, Now: now}
		allClosed := true
		for _, p := range plan.Drawing.Parts {
			if p.Kind != drawing.Valve {
				continue
			}
			ref := rules.Ref{Device: p.Device, Point: p.Point}
			state := plan.Valve(view, ref)
			closed := state == rules.Closed || state == rules.ToldClosed || state == rules.Unproven
			known := closed || state == rules.Open
			allClosed = allClosed && (p.Name == "G" || state == rules.Closed || state == rules.ToldClosed)
			if got := drawnAs(standing.Regions, p.Name); got != map[bool]string{true: "closed", false: "open"}[closed] && known || !known && got != "not known" {
				t.Fatalf("%s is %v for rules and %s on the drawing", p.Name, state, got)
			}
			if got := served[ref.String()]; got == pychron.Closed != closed || got == pychron.Unknown != !known {
				t.Fatalf("%s is %v for rules and %v for Pychron's clients", p.Name, state, got)
			}
			want := map[bool]string{true: "closed", false: "open"}[closed]
			if !known {
				want = map[bool]string{true: "moving", false: "unknown"}[state == rules.Moving]
			}
			if got := standing.Devices[p.Device].Controls[p.Point].State; got != want {
				t.Fatalf("%s is %v for rules and %s in the list", p.Name, state, got)
			}
		}
		g := standing.Devices["G"].Controls["open"]
		if (g.Forbidden == "") != allClosed {
			t.Fatalf("all verified closed: %v, and G is refused for %q", allClosed, g.Forbidden)
		}
		if allClosed == slices.ContainsFunc(g.Conditions, func(c rules.Condition) bool { return !c.Good }) {
			t.Fatalf("all verified closed: %v, and the conditions are %+v", allClosed, g.Conditions)
		}
	})
}

// drawnAs is how a valve is drawn, by the regions around it.
func drawnAs(regions []drawing.Region, name string) string {
	for _, r := range regions {
		switch {
		case slices.Contains(r.Inside, name):
			return "open"
		case slices.Contains(r.Unsure, name):
			return "not known"
		case slices.Contains(r.Edges, name):
			return "closed"
		}
	}
	return strings.Repeat("-", 3)
}
