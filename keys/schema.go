package keys

import (
	"reflect"

	"pychron-edge/yamlfile"
)

// Schema is a JSON schema, or a part of one.
type Schema = map[string]any

// Draft is the language that a whole schema says it is written in.
const Draft = "https://json-schema.org/draft/2020-12/schema"

// TextOrList is the schema of one text or a list of them.
var TextOrList = Schema{"anyOf": []any{Schema{"type": "string"}, Schema{"type": "array", "items": Schema{"type": "string"}}}}

// Schema is the schema of the keys of a structure. withDefaults gives what v holds as defaults.
func (e *Explainer) Schema(v reflect.Value, withDefaults bool) Schema {
	properties := Schema{}
	for _, f := range yamlfile.Fields(v) {
		s := Schema{}
		for word, means := range e.ofType(f.Value.Type()) { // a copy: a form's own is shared
			s[word] = means
		}
		if text := e.textOf(f); text != "" {
			s["description"] = text
		}
		if withDefaults && scalar(f.Value.Type()) {
			s["default"] = plain(f.Value)
		}
		properties[f.Key] = s
	}
	return Schema{"type": "object", "properties": properties, "additionalProperties": false}
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
func (e *Explainer) ofType(t reflect.Type) Schema {
	switch own := e.Forms[t]; {
	case own.Schema != nil:
		return own.Schema
	case own.Short:
		return Schema{"anyOf": []any{Schema{"type": "string"}, e.Schema(reflect.New(t).Elem(), false)}}
	case t == durationType:
		return Schema{"anyOf": []any{Schema{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$`}, Schema{"const": 0}}}
	case t == nodeType:
		return Schema{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return e.ofType(t.Elem())
	case reflect.Bool:
		return Schema{"type": "boolean"}
	case reflect.String:
		return Schema{"type": []string{"string", "number", "boolean"}} // a word that YAML reads as a number is a text all the same
	case reflect.Float32, reflect.Float64:
		return Schema{"type": "number"}
	case reflect.Slice:
		return Schema{"type": "array", "items": e.ofType(t.Elem())}
	case reflect.Struct:
		return e.Schema(reflect.New(t).Elem(), false)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return Schema{"type": "object", "additionalProperties": e.ofType(t.Elem())}
		}
		return Schema{"type": "object", "patternProperties": Schema{"^(-?[0-9]+|0x[0-9A-Fa-f]+)$": e.ofType(t.Elem())}, "additionalProperties": false}
	}
	return Schema{"type": "integer"}
}
