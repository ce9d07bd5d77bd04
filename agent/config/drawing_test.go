package config

import (
	"fmt"
	"strings"
	"testing"

	"pychron-edge/drawing"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/rules"
)

// drawnBench is the bench with a drawing without mistakes.
const drawnBench = bench + `drawing:
  volumes:
    - {name: bone, volume: 1.2 l}
    - {name: bottle, gas: true}
  valves:
    - {valve: V1, joins: [bone, bottle]}
    - {valve: V2, joins: [bone, turbo]}
  pumps: [{name: turbo, runs: ion1.ig < torr(1e-3), outlet: scroll}, {name: scroll}]
  gauges: [{point: ion1.ig, on: bone}]
  lasers: [{device: laser, on: bone}]
  pipes: [{ends: [V2, turbo], via: [[3, 4], [5, 6]]}]
`

func TestDrawing(t *testing.T) {
	p, list := checked(drawnBench)
	if len(list) != 0 {
		t.Fatal(listed(list))
	}
	l := p.Drawing
	if !l.Laid || l.Loose || len(l.Parts) != 8 || len(l.Pipes) != 5 {
		t.Errorf("laid %v, loose %v, %d parts, %d pipes; want a line of 8 parts and 5 pipes that was laid out", l.Laid, l.Loose, len(l.Parts), len(l.Pipes))
	}
	if size := l.Part("bone").Size; size != 1.2e-3 {
		t.Errorf("1.2 l = %g m³", size)
	}
	if e := p.Running["turbo"]; e == nil || p.Running["scroll"] != nil || !l.Part("scroll").Assumed {
		t.Error("the turbo runs by its condition, the scroll is taken to")
	}
	if got := fmt.Sprint(l.Pipes[0].Strokes); !strings.Contains(got, "[3 4] [5 6]") {
		t.Errorf("the pipe with corners goes %s", got)
	}
	regions := l.Regions(drawing.Situation{Valves: map[string]drawing.Standing{"V1": {State: drawing.Closed}, "V2": {State: drawing.Open}}, Pumps: map[string]drawing.Running{"turbo": drawing.Pumping, "scroll": drawing.Pumping}})
	if r := regions[0]; r.Condition != drawing.Pumped || r.Name != "bone" || fmt.Sprint(r.Pumps, r.Parts) != "[turbo] [bone turbo ion1.ig]" {
		t.Errorf("with V2 open the bone is %+v; what is behind the turbo is another vacuum", r)
	}
}

// Without a drawing, valves and gauges stand in rows, and nothing is connected.
func TestLooseDrawing(t *testing.T) {
	p, list := checked(bench)
	if len(list) != 0 || !p.Drawing.Loose || len(p.Drawing.Parts) != 3 || len(p.Drawing.Pipes) != 0 {
		t.Errorf("%+v, %s", p.Drawing, listed(list))
	}
	if p, _ := checked("agent: {name: a}\ndevices:\n  - {name: ion1, model: pfeiffer-tpg, port: \"tcp://localhost:8000\", options: {channels: {1: ig}}}\n"); p.Drawing != nil {
		t.Error("a line without a valve is drawn")
	}
}

func TestMistakesOfADrawing(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown valve":            {"valve: V1,", "valve: V7,", `f.yaml:14:15: valve "V7" is unknown; must be one of V1, V2`},
		"near name":                {"joins: [bone, bottle]", "joins: [bone, botle]", `f.yaml:14:33: "botle" is not drawn; must be one of V1, V2, bone, bottle, scroll, turbo; did you mean bottle?`},
		"unknown key":              {"gas: true", "gass: true", `unknown key "gass"`},
		"name given twice":         {"name: bottle", "name: bone", `name "bone" is given twice`},
		"no unit of a volume":      {"1.2 l", "1.2", `"1.2" is no volume; must be a number above 0 with its unit, cm3, ml, l or m3`},
		"negative volume":          {"1.2 l", "-1.2 l", "is no volume"},
		"volume with a _":          {"1.2 l", "1_2 l", `"1_2 l" is no volume`},
		"volume in hexadecimal":    {"1.2 l", "0x1p2 l", `"0x1p2 l" is no volume`},
		"some places":              {"{name: bone,", "{name: bone, at: [1, 2],", "1 volumes and pumps have a place (at) and 3 have none; must be all or none"},
		"place of one number":      {"{valve: V1,", "{valve: V1, at: [1],", "at is [1]; must be [x, y], each -1000 to 1000"},
		"size out of range":        {"gas: true}", "gas: true, size: [0.1, 1]}", "size is [0.1 1]; must be [width, height], each 0.5 to 200"},
		"valve that joins nothing": {"joins: [bone, bottle]", "joins: []", "V1 joins 0; must be 1 to 4"},
		"valve that joins itself":  {"joins: [bone, bottle]", "joins: [bone, V1]", "V1 joins itself"},
		"pump without a sign":      {"{name: scroll}", "{name: scroll, device: ion1}", "neither motor nor enabled of ion1 says whether it runs"},
		"pump of no device":        {"{name: scroll}", "{name: scroll, device: pump9}", `device "pump9" is unknown`},
		"condition of a pump":      {"ion1.ig < torr(1e-3)", "ion1.ig", "is a quantity; must be a condition"},
		"point of a condition":     {"runs: ion1.ig <", "runs: ion1.gi <", "gi"},
		"outlet":                   {"outlet: scroll", "outlet: turbo", "turbo pumps into itself"},
		"unknown point":            {"point: ion1.ig", "point: ion1.cg", "no point cg of ion1; must be one of ig"},
		"gauge on nothing":         {"on: bone}]\n  lasers", "on: V1}]\n  lasers", `"V1" is no volume or pump of the drawing`},
		"laser that is none":       {"device: laser, on", "device: V1, on", `device "V1" is no laser`},
		"pipe with one end":        {"ends: [V2, turbo], via: [[3, 4], [5, 6]]", "ends: [V2]", "a pipe with 1 ends; must be 2 to 4"},
		"corners of a tee":         {"ends: [V2, turbo]", "ends: [V2, turbo, bone]", "corners of a pipe with 3 ends"},
		"no volumes":               {"  volumes:\n    - {name: bone, volume: 1.2 l}\n    - {name: bottle, gas: true}\n", "", "drawing has no volumes"},
	} {
		text := strings.Replace(drawnBench, c.old, c.new, 1)
		if text == drawnBench {
			t.Fatalf("%s changes nothing", name)
		}
		if _, list := checked(text); !yamlfile.Fatal(list) || !strings.Contains(listed(list), c.want) {
			t.Errorf("%s: %swant %s", name, listed(list), c.want)
		}
	}
}

// What nothing shows is told: by pins, by the options of a box, by hand.
func TestVerifies(t *testing.T) {
	p, list := checked(`agent: {name: a}
devices:
  - {name: V1, model: valve, pins: {solenoid: GPIO1, opened: GPIO2}, control: true}
  - {name: box, model: arduino-valvebox, port: "tcp://localhost:1", options: {channels: {0: A}}}
  - {name: card, model: proxr, port: "tcp://localhost:2", options: {channels: {0: B}}}
  - {name: jack, model: labjack-valves, port: "tcp://localhost:3", options: {channels: {4: C, 5: D}, closed: {4: 8}}}
  - {name: hand, model: manual}
`)
	if yamlfile.Fatal(list) {
		t.Fatal(listed(list))
	}
	for ref, want := range map[rules.Ref]string{
		{Device: "V1", Point: "open"}: "[open]", {Device: "box", Point: "A"}: "[closed open]", {Device: "card", Point: "B"}: "[]",
		{Device: "jack", Point: "C"}: "[closed]", {Device: "jack", Point: "D"}: "[]", {Device: "hand", Point: "open"}: "[]",
	} {
		if got := fmt.Sprint(p.Device(ref.Device).shown(ref.Point)); got != want {
			t.Errorf("%v: an indicator shows %s, want %s", ref, got, want)
		}
	}
}
