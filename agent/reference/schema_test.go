package reference

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/keys"
	"pychron-edge/keys/keystest"
)

func theSchema(t *testing.T) keys.Schema {
	data, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s keys.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSchemaTakesEveryShippedFile(t *testing.T) {
	files, err := filepath.Glob("../../firmware-cfg/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %v, %v, want at least five configurations", files, err)
	}
	s := theSchema(t)
	for _, file := range append(files, "../../firmware-cfg/package/agent.yaml", "../testdata/mistakes/base.yaml", "../testdata/mistakes/line.yaml") {
		if filepath.Base(file) == "viewer.yaml" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if faults := keystest.Validate(s, keystest.AsJSON(t, data), filepath.Base(file)); len(faults) > 0 {
			t.Errorf("the schema refuses\n%s", strings.Join(faults, "\n"))
		}
	}
}

func TestTheSchemaRefusesMistakes(t *testing.T) {
	data, err := os.ReadFile("../testdata/mistakes/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := theSchema(t)
	for from, to := range map[string]string{
		"devices:": "devics:", "model: pfeiffer-tpg": "model: tpg", "max_setpoint: 500": "max_setpint: 500", "max_on: 15m": "max_on: 15",
		"{1: ig, 2: cg}": "{a: ig}", "every: 2s": "every: fast", "    every: 2s\n    control: true": "    control: yes please", "forbid: [V1.open]": "forbid: {V1: open}",
	} {
		text := strings.Replace(string(data), from, to, 1)
		if text == string(data) {
			t.Fatalf("%q is not in base.yaml", from)
		}
		if faults := keystest.Validate(s, keystest.AsJSON(t, []byte(text)), "f"); len(faults) == 0 {
			t.Errorf("the schema takes %q in place of %q", to, from)
		}
	}
}
