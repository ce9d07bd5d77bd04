package reference

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// validate says what value has that s does not allow. It knows the words that Schema uses, and no others.
func validate(s schema, value any, path string) (faults []string) {
	add := func(format string, a ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, a...)) }
	if want, ok := s["type"]; ok && !hasType(want, value) {
		add("%T is not %v", value, want)
		return faults
	}
	if c, ok := s["const"]; ok && !reflect.DeepEqual(c, value) {
		add("%v is not %v", value, c)
	}
	if list, ok := s["enum"].([]any); ok && !slices.Contains(list, value) {
		add("%v is none of %v", value, list)
	}
	if text, ok := value.(string); ok && s["pattern"] != nil && !regexp.MustCompile(s["pattern"].(string)).MatchString(text) {
		add("%q does not match %v", text, s["pattern"])
	}
	if list, ok := s["anyOf"].([]any); ok && !slices.ContainsFunc(list, func(one any) bool { return len(validate(one.(schema), value, path)) == 0 }) {
		add("fits none of the forms")
	}
	if all, ok := s["allOf"].([]any); ok {
		for _, one := range all {
			if c := one.(schema); len(validate(c["if"].(schema), value, path)) == 0 {
				faults = append(faults, validate(c["then"].(schema), value, path)...)
			}
		}
	}
	switch x := value.(type) {
	case []any:
		if items, ok := s["items"].(schema); ok {
			for i, item := range x {
				faults = append(faults, validate(items, item, fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case schema:
		faults = append(faults, ofObject(s, x, path)...)
	}
	return faults
}

// ofObject validates keys and values.
func ofObject(s, object schema, path string) (faults []string) {
	if list, ok := s["required"].([]any); ok {
		for _, name := range list {
			if _, there := object[name.(string)]; !there {
				faults = append(faults, path+": lacks "+name.(string))
			}
		}
	}
	properties, _ := s["properties"].(schema)
	patterns, _ := s["patternProperties"].(schema)
	for key, value := range object {
		below := path + "." + key
		if p, ok := properties[key].(schema); ok {
			faults = append(faults, validate(p, value, below)...)
			continue
		}
		matched := false
		for pattern, p := range patterns {
			if matched = regexp.MustCompile(pattern).MatchString(key); matched {
				faults = append(faults, validate(p.(schema), value, below)...)
				break
			}
		}
		switch rest := s["additionalProperties"].(type) {
		case bool:
			if !rest && !matched {
				faults = append(faults, below+": is no key")
			}
		case schema:
			faults = append(faults, validate(rest, value, below)...)
		}
	}
	return faults
}

func hasType(want, value any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(one any) bool { return hasType(one, value) })
	}
	switch x := value.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && x == float64(int64(x))
	case []any:
		return want == "array"
	case schema:
		return want == "object"
	}
	return false
}

// asJSON is a YAML text as an editor hands it to a schema.
func asJSON(t *testing.T, text []byte) any {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return plainJSON(value)
}

func plainJSON(value any) any {
	switch x := value.(type) {
	case map[string]any:
		for k, v := range x {
			x[k] = plainJSON(v)
		}
		return x
	case map[any]any:
		out := schema{}
		for k, v := range x {
			out[fmt.Sprint(k)] = plainJSON(v)
		}
		return out
	case []any:
		for i, v := range x {
			x[i] = plainJSON(v)
		}
		return x
	case int:
		return float64(x)
	case uint64:
		return float64(x)
	}
	return value
}

func theSchema(t *testing.T) schema {
	data, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s schema
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
		if faults := validate(s, asJSON(t, data), filepath.Base(file)); len(faults) > 0 {
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
		if faults := validate(s, asJSON(t, []byte(text)), "f"); len(faults) == 0 {
			t.Errorf("the schema takes %q in place of %q", to, from)
		}
	}
}
