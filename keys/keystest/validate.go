package keystest

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"pychron-edge/keys"
)

// Validate says what value has that s does not allow. It knows the words that package keys uses, and no others.
func Validate(s keys.Schema, value any, path string) (faults []string) {
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
	if list, ok := s["anyOf"].([]any); ok && !slices.ContainsFunc(list, func(one any) bool { return len(Validate(one.(keys.Schema), value, path)) == 0 }) {
		add("fits none of the forms")
	}
	if all, ok := s["allOf"].([]any); ok {
		for _, one := range all {
			if c := one.(keys.Schema); len(Validate(c["if"].(keys.Schema), value, path)) == 0 {
				faults = append(faults, Validate(c["then"].(keys.Schema), value, path)...)
			}
		}
	}
	switch x := value.(type) {
	case []any:
		if items, ok := s["items"].(keys.Schema); ok {
			for i, item := range x {
				faults = append(faults, Validate(items, item, fmt.Sprintf("%s[%d]", path, i))...)
			}
		}
	case keys.Schema:
		faults = append(faults, ofObject(s, x, path)...)
	}
	return faults
}

// ofObject validates keys and values.
func ofObject(s, object keys.Schema, path string) (faults []string) {
	if list, ok := s["required"].([]any); ok {
		for _, name := range list {
			if _, there := object[name.(string)]; !there {
				faults = append(faults, path+": lacks "+name.(string))
			}
		}
	}
	properties, _ := s["properties"].(keys.Schema)
	patterns, _ := s["patternProperties"].(keys.Schema)
	for key, value := range object {
		below := path + "." + key
		if p, ok := properties[key].(keys.Schema); ok {
			faults = append(faults, Validate(p, value, below)...)
			continue
		}
		matched := false
		for pattern, p := range patterns {
			if matched = regexp.MustCompile(pattern).MatchString(key); matched {
				faults = append(faults, Validate(p.(keys.Schema), value, below)...)
				break
			}
		}
		switch rest := s["additionalProperties"].(type) {
		case bool:
			if !rest && !matched {
				faults = append(faults, below+": is no key")
			}
		case keys.Schema:
			faults = append(faults, Validate(rest, value, below)...)
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
	case keys.Schema:
		return want == "object"
	}
	return false
}

// AsJSON is a YAML text as an editor hands it to a schema.
func AsJSON(t *testing.T, text []byte) any {
	t.Helper()
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
		out := keys.Schema{}
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
