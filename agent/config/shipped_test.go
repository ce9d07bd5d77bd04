package config

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// shipped are the configurations of agents that come with the program.
func shipped(t *testing.T) []string {
	files, err := filepath.Glob("../../firmware-cfg/*.yaml")
	files = slices.DeleteFunc(files, func(file string) bool { return filepath.Base(file) == "viewer.yaml" })
	if err != nil || len(files) < 5 {
		t.Fatalf("found %v, %v, want at least five configurations", files, err)
	}
	return files
}

func TestShippedConfigurationsHaveNoProblems(t *testing.T) {
	for _, file := range shipped(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, _ := Load(filepath.Base(file), data)
		if _, list := Check(c); len(list) != 0 {
			t.Errorf("%s: problems\n%swant none", file, listed(list))
		}
	}
}

func TestCheckRunsTheVectorsOfAnInstrumentWithoutGo(t *testing.T) {
	data, err := os.ReadFile("../../firmware-cfg/mks670.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ from, to, want string }{
		"unit confused":   {"unit: torr", "unit: mbar", "vectors[0]: "},
		"factor confused": {"most: 100 ", "scale: 10 ", "gives tank = 10132.5 pascals; the vector says 1013.25"},
		"word forgotten":  {`"-----": no head`, `"????": no head`, "vectors[2]: "},
		"request changed": {`send: "@020?"`, `send: "@021?"`, `"@020?\n" is no request of reads; must be one of ["@021?\n"]`},
		"key misspelt":    {"match:", "mach:", `unknown key "mach" in reads[0]; must be one of channel, name, unit,`},
	} {
		text := strings.Replace(string(data), c.from, c.to, 1)
		if text == string(data) {
			t.Fatalf("%s: %q is not in the file", name, c.from)
		}
		if _, list := checked(text); !strings.Contains(listed(list), c.want) {
			t.Errorf("%s: problems\n%swant %q", name, listed(list), c.want)
		}
	}
}

// Laws of docs/protocols/gauges-other.md: 10^(1.667 V - 11.33) mbar, 10^(V - 6) torr, 100 torr at 10 V.
func TestAnalogHeadsGivePressures(t *testing.T) {
	data, err := os.ReadFile("../../firmware-cfg/analog-heads.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plan, list := checked(string(data))
	if len(list) > 0 {
		t.Fatal(listed(list))
	}
	volts := func(channel string, value float64, bound buffer.Bound) buffer.Sample {
		return buffer.Sample{Device: "adc", Channel: channel, Name: "intensity", Unit: buffer.Volts, Value: value, Bound: bound, StaleAfter: 5 * sec}
	}
	view := now(0, volts("pkr", 5, buffer.Exact), volts("mks", 1, buffer.AtMost), volts("cdg", 7.6, buffer.Exact))
	rules.Derive(plan.Derived, view, "adc")
	for device, want := range map[string]buffer.Sample{
		"bone": {Value: 0.101158, Bound: buffer.Exact}, "foreline": {Value: 1e-5 * 101325 / 760, Bound: buffer.AtMost}, "tank": {Value: 10132.5, Bound: buffer.Exact},
	} {
		got := view.Present.Device(device)
		if len(got) != 1 || math.Abs(got[0].Value/want.Value-1) > 1e-5 || got[0].Bound != want.Bound || got[0].Unit != buffer.Pascals {
			t.Errorf("%s = %+v, want %g Pa, %v", device, got, want.Value, want.Bound)
		}
	}
}
