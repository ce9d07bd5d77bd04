package keys_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pychron-edge/keys"
	"pychron-edge/keys/keystest"
)

// Pump is a part of a configuration, as a program has it.
type Pump struct {
	Name  string        `yaml:"name"`
	Every time.Duration `yaml:"every"`
	Ports map[int]Port  `yaml:"ports"`
	Speed words         `yaml:"speed"`
	On    *bool         `yaml:"on"`
}

type Port struct {
	Baud int `yaml:"baud"`
}

type words []string

var explainer = keys.Explainer{
	Comments: func() map[string]string {
		return map[string]string{"Pump.Name": "as people call it", "Pump.Every": "how often it is read, 1s or more", "Pump.Ports": "by their number", "Pump.Speed": "slow, fast", "Pump.On": "whether it runs", "Port.Baud": "50 to 4000000; default 9600"}
	},
	Forms: map[reflect.Type]keys.Form{reflect.TypeFor[words](): {Words: "text, or a list", Schema: keys.TextOrList}, reflect.TypeFor[Port](): {Short: true}},
}

func ExampleExplainer() {
	for _, k := range explainer.Of(reflect.ValueOf(Pump{Every: 2 * time.Second}), true) {
		fmt.Printf("%s (%s; default %s): %s\n", k.Path, k.Form, k.Default, k.Text)
	}
	// Output:
	// name (text; default ""): as people call it
	// every (time (500ms, 2s, 15m); default 2s): how often it is read, 1s or more
	// ports (keys; default none): by their number
	// ports.<name>.baud (whole number; default ): 50 to 4000000; default 9600
	// speed (text, or a list; default none): slow, fast
	// on (true or false; default none): whether it runs
}

func TestSchemaSaysWhatAnEditorMayTake(t *testing.T) {
	data, err := json.Marshal(explainer.Schema(reflect.ValueOf(Pump{Every: 2 * time.Second}), true))
	if err != nil {
		t.Fatal(err)
	}
	var s keys.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if every := s["properties"].(keys.Schema)["every"].(keys.Schema); every["default"] != "2s" || every["description"] != "how often it is read, 1s or more" {
		t.Errorf("every is %v, want its default and its sentence", every)
	}
	for text, right := range map[string]bool{
		"name: a": true, "name: 5": true, "nmae: a": false, "every: 2s": true, "every: 0": true, "every: 2": false, "ports: {1: {baud: 9600}}": true,
		"ports: {1: tcp}": true, "ports: {a: {baud: 9600}}": false, "ports: {1: {baud: fast}}": false, "speed: a": true, "speed: [a, b]": true, "speed: {a: b}": false,
		"on: true": true, "on: perhaps": false, "[a]": false,
	} {
		if faults := keystest.Validate(s, keystest.AsJSON(t, []byte(text)), "f"); (len(faults) == 0) != right {
			t.Errorf("%s: faults %q, want right %v", text, faults, right)
		}
	}
}

func TestTextsStandInATableAndInAManualPage(t *testing.T) {
	list := []keys.Key{{Path: ".a-b", Form: "text", Default: "x|y", Text: "<one>\n*two*"}}
	var table, page strings.Builder
	keystest.Table(&table, list, true)
	if want := "| `.a-b` | text | x\\|y | &lt;one&gt; \\*two\\* |\n"; !strings.HasSuffix(table.String(), want) {
		t.Errorf("the table is %q, want %q at its end", table.String(), want)
	}
	keys.Man(&page, list)
	if want := ".TP\n.B \\&.a\\-b\ntext; default x|y. <one> *two*.\n"; page.String() != want {
		t.Errorf("the page is %q, want %q", page.String(), want)
	}
}
