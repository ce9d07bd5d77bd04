package config

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/rules"
)

// bench is a line without mistakes, to which the tests add one.
const bench = `agent: {name: a}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "tcp://localhost:8000", options: {channels: {1: ig}}}
  - {name: V1, model: valve, pins: {solenoid: GPIO1}, control: true}
  - {name: V2, model: valve, pins: {solenoid: GPIO2}, control: true}
  - {name: laser, model: fusions-co2, port: "tcp://localhost:8001", control: true, options: {max_on: 1m}}
rules:
  - {name: hot, when: ion1.ig > torr(1), halt: [laser]}
`

func TestOneMistake(t *testing.T) {
	for name, c := range map[string]struct {
		old, new, want string
		more           bool // others follow from it
	}{
		"none":                               {"", "", "", false},
		"one-sided interlock":                {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {closed: [V2]}", "f.yaml:4:75: warning: V1.open may open only while V2.open is closed, but V2.open may open while V1.open is", true},
		"interlock with an unseen valve":     {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {closed: [V2]}", "f.yaml:4:76: warning: V2.open has no switch that shows it closed, so V1.open is never let open; say unpowered: closed at V2", true},
		"vent past an unseen valve":          {"pins: {solenoid: GPIO1}, control: true}\n  - {name: V2,", "pins: {solenoid: GPIO1}, control: true, interlock: {closed: [V2], vent: true}}\n  - {name: V2, unpowered: closed,", "V2.open has no switch that shows it closed, so V1.open, a vent, is never let open", true},
		"unpowered somehow":                  {"name: V1,", "name: V1, unpowered: shut,", `unpowered is "shut"; must be one of closed`, false},
		"unpowered gauge":                    {"name: ion1,", "name: ion1, unpowered: closed,", "ion1 has no valve without switches; unpowered has no meaning for it", false},
		"interlock with itself":              {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {open: [V1]}", "stands in its own interlock", false},
		"interlock with nothing":             {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {closed: [V3]}", `valve "V3" is unknown; must be one of V1, V2`, false},
		"interlock with a gauge":             {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {closed: [ion1.ig]}", `valve "ion1.ig" is unknown`, false},
		"interlock of a gauge":               {"name: ion1,", "name: ion1, interlock: {closed: [V1]},", "ion1 has no control open to interlock", false},
		"interlock open and closed":          {"pins: {solenoid: GPIO1}", "pins: {solenoid: GPIO1}, interlock: {open: [V2.open], closed: [V2]}", "so V1.open could never open", true},
		"interlock of what a person moves":   {"model: valve, pins: {solenoid: GPIO1}", "model: manual, interlock: {closed: [V2]}", "V1 is moved by a person, and no interlock can hold it", false},
		"rests open":                         {"name: V1,", "name: V1, idle: open,", "", false},
		"rests somehow":                      {"name: V1,", "name: V1, idle: shut,", "shut", false},
		"gauge that rests open":              {"name: ion1,", "name: ion1, idle: open,", "only reads; idle has no meaning", false},
		"laser that rests open":              {"name: laser,", "name: laser, idle: open,", "laser has no valve open that could rest open", false},
		"person's valve that rests open":     {"model: valve, pins: {solenoid: GPIO1}", "model: manual, idle: open", "V1 is moved by a person, and nothing closes it", false},
		"opened at a start":                  {"name: V1,", "name: V1, idle: open, on_start: idle,", "nothing may open it at a start", false},
		"pin used twice":                     {"GPIO2", "GPIO1", "pin GPIO1 is used by V1.solenoid and V2.solenoid", false},
		"pin missing":                        {", pins: {solenoid: GPIO2}", "", "f.yaml:5:5: V2: pins: must be solenoid", false},
		"pin unknown":                        {"solenoid: GPIO2", "solenoid: GPIO2, coil9: GPIO3", "model valve has no pin coil9; must be one of", false},
		"fail level of an input":             {"solenoid: GPIO2", `solenoid: GPIO2, opened: {line: GPIO3, fail: "off"}`, "is an input and has no level to fail to", false},
		"port on a valve":                    {"pins: {solenoid: GPIO2}", "pins: {solenoid: GPIO2}, port: tcp://x:1", "model valve takes no port", false},
		"no port":                            {`, port: "tcp://localhost:8000"`, "", "device ion1 has no port", false},
		"control of a gauge":                 {"name: ion1,", "name: ion1, control: true,", "model pfeiffer-tpg only reads", false},
		"policy of what only reads":          {"name: ion1,", "name: ion1, on_exit: halt,", "f.yaml:3:27: model pfeiffer-tpg only reads; on_exit has no meaning", false},
		"policy of what is read-only":        {"control: true, options", "on_start: idle, options", "laser is read-only, and on_start would command it", true},
		"gauge of no kind":                   {"name: ion1,", "name: ion1, channels: {ig: {gauge: warm}},", `gauge is "warm"; must be ion, pirani, convection or capacitance`, false},
		"hazard that is none":                {"name: V1,", "name: V1, controls: [open],", "f.yaml:4:27: warning: V1.open is no hazard", false},
		"hazard that does not exist":         {"name: V1,", "name: V1, controls: [shut],", "V1 has no control shut; must be one of open", false},
		"laser without max_on":               {"{max_on: 1m}", "{}", "max_on", false},
		"laser without rule":                 {"halt: [laser]", "forbid: [laser.enabled]", "warning: no rule halts the laser laser", false},
		"interlock with what a person moves": {"model: valve, pins: {solenoid: GPIO1}, control: true}\n  - {name: V2, model: valve, pins: {solenoid: GPIO2}", "model: manual, control: true}\n  - {name: V2, interlock: {closed: [V1]}, model: valve, pins: {solenoid: GPIO2}", "", false},
		"rule that does nothing":             {"halt: [laser]", "halt: []", "rule hot does nothing", true},
		"rule without condition":             {"when: ion1.ig > torr(1), ", "", "when: is empty", false},
		"rule with a slash":                  {"name: hot", "name: a/b", "must be one line of text without /", false},
		"channel that does not exist":        {"options: {channels: {1: ig}}", "options: {channels: {1: ig}}, channels: {cg: {gas: N2}}", "ion1 has no point cg; must be one of ig", false},
		"channel that is a keyword":          {"{1: ig}", "{1: in}", `channel of ion1 is "in"`, false},
		"channels alike":                     {"{1: ig}", "{1: ig, 2: IG}", `channel "IG" of ion1 is given twice`, false},
		"device that is a function":          {"name: ion1", "name: torr", `name of a device is "torr", which is a function`, true},
		"stale before it is read":            {"name: ion1,", "name: ion1, every: 10s, stale_after: 5s,", "nothing would ever be fresh", false},
		"too fast":                           {"name: ion1,", "name: ion1, every: 1ms,", "every is 1ms; must be 10ms to 24h0m0s", false},
		"alias of two":                       {"name: V1,", "name: V1, alias: A, model: valve, pins: {solenoid: GPIO8}}\n  - {name: V3, alias: A, model: valve, pins: {solenoid: GPIO9}}\n  - {name: V4,", `alias "A" stands for V1 and V3`, false},
		"derived of itself":                  {"rules:", "derived:\n  - {name: x, reading: pressure, unit: pascals, value: x.pressure * 2}\nrules:", "f.yaml:8:56: x is computed from itself", false},
		"derived named as a device":          {"rules:", "derived:\n  - {name: ion1, reading: pressure, unit: pascals, value: ion1.ig * 2}\nrules:", "ion1 is a device; must be a name of its own", false},
		"derived of a wrong unit":            {"rules:", "derived:\n  - {name: x, reading: pressure, unit: torr, value: ion1.ig * 2}\nrules:", `unit is "torr"; must be one of pascals,`, false},
		"derived condition as a quantity":    {"rules:", "derived:\n  - {name: x, reading: pressure, unit: pascals, value: ion1.ig > pa(2)}\nrules:", "is a condition; must be a quantity", false},
		"pipette of one valve":               {"rules:", "pipettes: [{name: p, inner: V1, outer: V1}]\nrules:", "has one valve on both sides", false},
		"pipette that takes all":             {"rules:", "pipettes: [{name: p, inner: V1, outer: V2, depletion: 1}]\nrules:", "depletion is 1", true},
		"token without rights":               {"name: a}", "name: a, tokens: [{name: t, sha256: " + strings.Repeat("0", 64) + "}]}", "token has no rights", false},
		"bench that is no network":           {"name: a}", "name: a, bench: [10.0.0.0/40]}", `network is "10.0.0.0/40"; must be such as 10.0.0.0/24, or one address`, false},
		"token from no network":              {"name: a}", "name: a, tokens: [{name: t, sha256: " + strings.Repeat("0", 64) + ", rights: [read], from: [lab]}]}", `network is "lab"; must be such as`, false},
		"token for nothing":                  {"name: a}", "name: a, tokens: [{name: t, sha256: " + strings.Repeat("0", 64) + ", rights: [read], controls: [\"W*.open\"]}]}", `pattern "W*.open" matches no control`, false},
		"password in a broker":               {"devices:", "mqtt: {broker: \"tcp://u:p@x\"}\ndevices:", "broker carries a user", false},
		"what names a device with a mistake": {"model: pfeiffer-tpg", "model: pfeifer-tpg", `f.yaml:3:25: model "pfeifer-tpg" is unknown`, false},
	} {
		if !strings.Contains(bench, c.old) {
			t.Fatalf("%s: the test edits %q, which is not there", name, c.old)
		}
		_, list := checked(strings.Replace(bench, c.old, c.new, 1))
		got := listed(list)
		if !strings.Contains(got, c.want) || (c.want == "") != (len(list) == 0) || len(list) > 1 && !c.more {
			t.Errorf("%s: problems\n%swant one: %s", name, got, c.want)
		}
	}
}

func TestPlanOfABench(t *testing.T) {
	p, list := checked(strings.Replace(bench, "name: V1,", "name: V1, interlock: {closed: [V2]},", 1))
	if yamlfile.Fatal(list) {
		t.Fatal(listed(list))
	}
	v1 := p.Device("V1")
	if got := v1.Move("open"); got == nil || !got.Enabled || len(got.Closed) != 1 || got.Closed[0] != (rules.Ref{Device: "V2", Point: "open"}) {
		t.Errorf("V1.open = %+v, want enabled and interlocked with V2", got)
	}
	if ig := p.Device("ion1").Point("ig"); ig == nil || ig.Gas != "N2 eq." || ig.Unit != drivers.Pascals {
		t.Errorf("ion1.ig = %+v, want a pressure of N2 eq.", ig)
	}
	cm, list := checked(strings.Replace(bench, "name: ion1,", "name: ion1, channels: {ig: {gauge: capacitance, gas: N2}},", 1))
	if ig := cm.Device("ion1").Point("ig"); yamlfile.Fatal(list) || ig.Gas != "" || ig.Point.Gauge != "capacitance" {
		t.Errorf("ion1.ig, a capacitance head = %+v, want no gas: it measures force", ig)
	}
	if d := p.Device("ion1"); d.Every != defaultEvery || d.StaleAfter != MinStaleAfter || d.HaltsOnExit() {
		t.Errorf("ion1 = every %v, stale after %v, halts %v, want the defaults", d.Every, d.StaleAfter, d.HaltsOnExit())
	}
	if !p.Device("laser").HaltsOnExit() {
		t.Error("the laser does not halt on exit")
	}
	if p.Config.Agent.Listen != DefaultListen || p.Config.Agent.Units != "torr" || p.Config.MQTT.Prefix != "pychron" {
		t.Errorf("agent = %+v, want the defaults", p.Config.Agent)
	}
}

func TestBrokersAreATextOrAList(t *testing.T) {
	for text, want := range map[string]Brokers{
		`tcp://a`: "tcp://a:1883", `[tcp://a, "ssl://b:1"]`: "tcp://a:1883 ssl://b:1", `"tcp://a tcp://b"`: "tcp://a:1883 tcp://b:1883", `""`: "",
	} {
		p, list := checked(strings.Replace(bench, "devices:", "mqtt: {broker: "+text+"}\ndevices:", 1))
		if p == nil || p.Config.MQTT.Broker != want {
			t.Errorf("broker %s: %v, want %q", text, list, want)
		}
	}
}
