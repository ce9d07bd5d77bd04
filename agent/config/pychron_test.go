package config

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// The first alias is the name, the others and the name of the device are what else it may be asked for by.
func TestNamesOfValvesForPychron(t *testing.T) {
	data, err := os.ReadFile("../../firmware-cfg/pychron-line.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plan, list := checked(string(data))
	if len(list) > 0 {
		t.Fatal(listed(list))
	}
	var got []string
	for _, v := range plan.PychronValves() {
		got = append(got, fmt.Sprint(v.Name, " ", v.Others, " ", v.Ref, " ", v.Manual))
	}
	want := []string{"A [51 V1] V1.open false", "B [52 V2] V2.open false", "M [bottle] bottle.open true"}
	if !slices.Equal(got, want) {
		t.Errorf("valves %q, want %q", got, want)
	}
	plan, _ = checked("agent: {name: a}\npychron: {listen: ':1061', networks: 10.0.0.1, switches: [V1]}\ndevices: [{name: V1, model: valve, pins: {solenoid: GPIO17}}]")
	if v := plan.PychronValves(); len(v) != 1 || v[0].Name != "V1" || len(v[0].Others) != 0 || !v[0].Switch {
		t.Errorf("valves %+v, want V1 by its own name, a switch", v)
	}
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{"10.0.0.0/24": "10.0.0.0/24", "10.0.0.7/24": "10.0.0.0/24", "10.0.0.7": "10.0.0.7/32", "::ffff:10.0.0.7": "10.0.0.7/32", "fe80::1": "fe80::1/128"} {
		if got, err := Network(text); err != nil || got.String() != want {
			t.Errorf("Network(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "lab", "10.0.0.0/33", "10.0.0"} {
		if got, err := Network(text); err == nil {
			t.Errorf("Network(%q) = %v, want an error", text, got)
		}
	}
}

func TestWherePychronsMetricsAre(t *testing.T) {
	const file = "agent: {name: a}\ndevices: [{name: V1, model: valve, pins: {solenoid: GPIO17}}]\npychron: {metrics: %s}"
	for metrics, want := range map[string]string{
		"{url: 'http://pychron.lab:9109/metrics'}":                            "",
		"{url: 'http://pychron.lab:9109/metrics', namespace: lab, every: 1s}": "",
		"{url: 'pychron.lab:9109'}":                                           "url is",
		"{url: 'http://a:b@pychron.lab:9109'}":                                "url is",
		"{every: 1s}":                                                         "url is",
		"{url: 'http://p:9109', every: 10ms}":                                 "every is 10ms; must be 1s to 10m",
		"{url: 'http://p:9109', namespace: 9}":                                "namespace is",
	} {
		plan, list := checked(fmt.Sprintf(file, metrics))
		text := listed(list)
		if (want == "") != (len(list) == 0) || !strings.Contains(text, want) {
			t.Errorf("%s: %q, want %q", metrics, text, want)
		}
		if want == "" && plan.Config.Pychron.Metrics.Every == 0 {
			t.Errorf("%s: no default of every", metrics)
		}
	}
}

func TestStageOfALaser(t *testing.T) {
	const file = `agent: {name: a}
pychron: {networks: 10.0.0.1, lasers: [{device: co2, listen: ':1067', commands: true, stage: {x: xy.x, y: xy.y, z: focus}}]}
devices:
  - {name: co2, model: fusions-co2, port: 'serial:///dev/ttyS0', control: true, options: {max_on: 1m}}
  - {name: xy, model: esp301, port: 'serial:///dev/ttyS1', control: true, options: {axes: {1: {name: x, max: 0.02}, 2: {name: y, max: 0.02}}}}
  - {name: focus, model: mdrive, port: 'serial:///dev/ttyS2', control: true}
`
	for name, c := range map[string]struct{ old, new, want string }{
		"as it is":         {"", "", ""},
		"asked only":       {"xy, model: esp301, port: 'serial:///dev/ttyS1', control: true", "xy, model: esp301, port: 'serial:///dev/ttyS1'", "xy.x may not be commanded"},
		"no such device":   {"x: xy.x", "x: yx.x", `axis "yx.x" is unknown`},
		"no such control":  {"x: xy.x", "x: xy.u", `axis "xy.u" is unknown`},
		"which of them":    {"x: xy.x", "x: xy", `axis "xy" is unknown`},
		"the same twice":   {"y: xy.y", "y: xy.x", "xy.x is the x axis already"},
		"what is no place": {"x: xy.x", "x: co2.power", `axis "co2.power" is unknown`},
	} {
		_, list := checked(strings.Replace(file, c.old, c.new, 1))
		list = slices.DeleteFunc(list, func(p Problem) bool { return p.Warning })
		if text := listed(list); (c.want == "") != (len(list) == 0) || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q, want %q", name, text, c.want)
		}
	}
	plan, _ := checked(file)
	if a, ok := plan.StageAxis("focus"); !ok || a.Ref().String() != "focus.position" || a.Moving != "moving" {
		t.Errorf("focus is %+v, %v; want focus.position, read by moving", a, ok)
	}
}
