package reference

import (
	"encoding/json"
	"reflect"

	"pychron-edge/drivers"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/config"
)

// schema is a JSON schema, or a part of one.
type schema = map[string]any

// Schema is the JSON schema of a configuration, for editors that complete and check YAML by one.
func Schema() ([]byte, error) {
	root := structure(reflect.ValueOf(config.Config{}), false)
	root["$schema"], root["title"] = "https://json-schema.org/draft/2020-12/schema", "pychron-edge agent"
	device := root["properties"].(schema)["devices"].(schema)["items"].(schema)
	var names []string
	var cases []any
	for _, m := range drivers.Models() {
		names = append(names, m.Name)
		cases = append(cases, schema{
			"if":   schema{"properties": schema{"model": schema{"const": m.Name}}, "required": []string{"model"}},
			"then": schema{"properties": schema{"options": structure(reflect.ValueOf(m.Defaults()).Elem(), true)}},
		})
	}
	device["properties"].(schema)["model"].(schema)["enum"] = names
	device["allOf"], device["required"] = cases, []string{"name", "model"}
	return json.MarshalIndent(root, "", " ")
}

// structure is the schema of keys and values.
func structure(v reflect.Value, withDefaults bool) schema {
	properties := schema{}
	for _, f := range yamlfile.Fields(v) {
		s := ofType(f.Value.Type())
		if text := textOf(f); text != "" {
			s["description"] = text
		}
		if withDefaults && scalar(f.Value.Type()) {
			s["default"] = plain(f.Value)
		}
		properties[f.Key] = s
	}
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}

func scalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float64, reflect.Int, reflect.Int64:
		return true
	}
	return false
}

func plain(v reflect.Value) any {
	if v.Type() == durationType {
		return shown(v)
	}
	return v.Interface()
}

// ofType is the schema of a value.
func ofType(t reflect.Type) schema {
	switch t {
	case durationType:
		return schema{"anyOf": []any{schema{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$`}, schema{"const": 0}}}
	case sizeType:
		return schema{"anyOf": []any{schema{"type": "string", "pattern": `^[0-9]+([KMG]iB)?$`}, schema{"type": "integer"}}}
	case capacityType:
		return schema{"type": "string", "pattern": `^[0-9.eE+-]+ ?(cm3|cc|ml|mL|dm3|m3|l|L)$`}
	case nodeType:
		return schema{"type": "object"}
	case stringsType, brokersType:
		return schema{"anyOf": []any{schema{"type": "string"}, schema{"type": "array", "items": schema{"type": "string"}}}}
	case pinType, notifyType:
		return schema{"anyOf": []any{schema{"type": "string"}, structure(reflect.New(t).Elem(), false)}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return ofType(t.Elem())
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.String:
		return schema{"type": []string{"string", "number", "boolean"}} // a word that YAML reads as a number is a text all the same
	case reflect.Float32, reflect.Float64:
		return schema{"type": "number"}
	case reflect.Slice:
		return schema{"type": "array", "items": ofType(t.Elem())}
	case reflect.Struct:
		return structure(reflect.New(t).Elem(), false)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return schema{"type": "object", "additionalProperties": ofType(t.Elem())}
		}
		return schema{"type": "object", "patternProperties": schema{"^(-?[0-9]+|0x[0-9A-Fa-f]+)$": ofType(t.Elem())}, "additionalProperties": false}
	}
	return schema{"type": "integer"}
}
