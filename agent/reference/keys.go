package reference

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/agent/config"
	"pychron-edge/yamlfile"
)

// Key is one key of a configuration.
type Key struct {
	Path    string // below where it begins: "channels", "reads[].unit"
	Form    string // "text", "time", "list", ...
	Default string // "" where the sentence says it
	Text    string // the sentence
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	sizeType     = reflect.TypeFor[config.Size]()
	capacityType = reflect.TypeFor[config.Capacity]()
	nodeType     = reflect.TypeFor[yaml.Node]()
	stringsType  = reflect.TypeFor[config.Strings]()
	brokersType  = reflect.TypeFor[config.Brokers]()
	pinType      = reflect.TypeFor[config.PinConfig]()
	notifyType   = reflect.TypeFor[config.NotifyConfig]()
)

// textOf is the comment of a key, "" where the source has none.
func textOf(f yamlfile.Field) string { return comments[f.Owner.Name()+"."+f.Name] }

// keysOf are all keys below a structure, in order. withDefaults shows what v holds as defaults.
func keysOf(v reflect.Value, prefix string, withDefaults bool) []Key {
	var keys []Key
	for _, f := range yamlfile.Fields(v) {
		k := Key{Path: prefix + f.Key, Form: formOf(f.Value.Type()), Text: textOf(f)}
		if withDefaults {
			k.Default = shown(f.Value)
		}
		keys = append(keys, k)
		if below, mark := structureIn(f.Value.Type()); below != nil {
			keys = append(keys, keysOf(reflect.New(below).Elem(), prefix+f.Key+mark+".", false)...)
		}
	}
	return keys
}

// structureIn is the structure a type holds, and how it is reached: "[]" in a list, "<name>" in a mapping.
func structureIn(t reflect.Type) (reflect.Type, string) {
	mark := ""
	for {
		switch t.Kind() {
		case reflect.Pointer:
			t = t.Elem()
			continue
		case reflect.Slice:
			t, mark = t.Elem(), mark+"[]"
			continue
		case reflect.Map:
			t, mark = t.Elem(), mark+".<name>"
			continue
		case reflect.Struct:
			if t != nodeType {
				return t, mark
			}
		}
		return nil, ""
	}
}

// formOf is what a value looks like, in words.
func formOf(t reflect.Type) string {
	switch {
	case t == durationType:
		return "time (500ms, 2s, 15m)"
	case t == sizeType:
		return "size (512KiB, 4MiB)"
	case t == capacityType:
		return "volume (250 cm3, 1.2 l)"
	case t == nodeType:
		return "as the model says"
	case t == stringsType, t == brokersType:
		return "text, or a list"
	case t == pinType:
		return "name, or keys"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return formOf(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice:
		return "list"
	case reflect.Map, reflect.Struct:
		return "keys"
	}
	return "whole number"
}

// shown is a default as it would be written in the file.
func shown(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "none"
		}
		return shown(v.Elem())
	case reflect.Slice:
		return "none"
	case reflect.Map:
		return pairs(v)
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	case reflect.Struct:
		return "none"
	}
	return fmt.Sprint(v.Interface())
}

// pairs is a mapping on one line.
func pairs(v reflect.Value) string {
	if v.Len() == 0 {
		return "none"
	}
	all := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		all = append(all, fmt.Sprintf("%v: %v", k, v.MapIndex(k)))
	}
	slices.Sort(all)
	return "{" + strings.Join(all, ", ") + "}"
}
